/** How commits follow each other: ancestors, the merge base of two, and what a merge of files comes to. Pure. */
import type { Files, GitFile } from './git.js';
import { blobOf } from './git.js';
import type { Commit } from './repository.js';

/** The commit itself and all before it. */
export function ancestorsOf(commit: Commit): ReadonlySet<Commit> {
  const found = new Set<Commit>();
  const open = [commit];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const parent of [next.parent, next.mergeParent]) if (parent !== undefined) open.push(parent);
  }
  return found;
}

/** The newest commit that both follow from. */
export function mergeBase(a: Commit, b: Commit): Commit | undefined {
  const [ofA, ofB] = [ancestorsOf(a), ancestorsOf(b)];
  const common = [...ofA].filter((commit) => ofB.has(commit));
  return common.find((commit) => !common.some((other) => other !== commit && ancestorsOf(other).has(commit)));
}

const isSame = (a: GitFile | undefined, b: GitFile | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.mode === b.mode && blobOf(a).oid === blobOf(b).oid);

/** Paths that differ, sorted. */
export const changedPaths = (from: Files, to: Files): string[] =>
  [...new Set([...from.keys(), ...to.keys()])].filter((path) => !isSame(from.get(path), to.get(path))).sort();

/** By whole files: one that both sides changed in different ways is a conflict, though git may merge its lines. */
export function mergedFiles(base: Files, ours: Files, theirs: Files): { files: Files; conflicts: string[] } {
  const files = new Map(ours);
  const conflicts: string[] = [];
  for (const path of changedPaths(base, theirs)) {
    const [then, here, there] = [base.get(path), ours.get(path), theirs.get(path)];
    if (isSame(here, there)) continue;
    if (!isSame(then, here)) conflicts.push(path);
    else if (there === undefined) files.delete(path);
    else files.set(path, there);
  }
  return { files, conflicts };
}
