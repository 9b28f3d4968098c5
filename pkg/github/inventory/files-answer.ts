/** The answer to one question for files, repository by repository: what was seen, or why nothing can be said. */
import * as v from 'valibot';
import type { Repository } from '../../api/index.js';
import { withFields } from '../../base/index.js';
import type { CatalogFile } from '../../catalog/index.js';
import type { GraphQLAnswer } from '../requester/graphql-answer.js';
import { fileState, unobserved } from './file-state.js';
import { readRow } from './listing-page.js';
import { foldersOf } from './queries.js';
import { faultWord } from './retryable-answer.js';

/**
 * Files of one repository at one commit; or, `seen` false, the reason why they stay unknown for now. `failed`: it was asked for
 * alone, and not answered. `branch`: the default branch that the commit is the head of. `row`: what the listing would tell of it,
 * where that was the question.
 */
export type FileObservation =
  | {
      seen: true;
      files: CatalogFile[];
      commit?: string;
      branch?: string;
      author?: string;
      folder?: Folder;
      failed?: true;
      row?: Repository;
    }
  | { seen: false; why: string; forbidden: boolean };

/** The root folder, where it was asked for: it shows something, or it is one without anything in it. */
export type Folder = 'shown' | 'empty';

const folderSchema = v.looseObject({ entries: v.array(v.looseObject({ name: v.string() })) });

const folderEntrySchema = v.looseObject({ type: v.string(), object: v.unknown() });

const nodeSchema = v.looseObject({
  databaseId: v.number(),
  isEmpty: v.boolean(),
  isDisabled: v.boolean(),
  defaultBranchRef: v.nullable(
    v.looseObject({
      name: v.optional(v.string()),
      target: v.nullable(v.looseObject({ oid: v.optional(v.string()) })),
    }),
  ),
});

const authorSchema = v.looseObject({
  name: v.nullish(v.string()),
  user: v.nullish(v.looseObject({ login: v.string() })),
});

const nodesSchema = v.looseObject({ nodes: v.array(v.unknown()) });

/** One sight for each of `batch`, in its order; undefined where the answer has not the shape of one. */
export function readObservations(
  answer: GraphQLAnswer,
  batch: readonly Repository[],
  { paths, withFolder }: { paths: readonly string[]; withFolder: boolean },
): FileObservation[] | undefined {
  return readNodes(answer, batch, (node, repository) => {
    const seen = observation(node, repository, paths);
    return withFolder && seen.seen && seen.commit !== undefined ? besideFolders(seen, node, paths) : seen;
  });
}

/** The same of a question for rows. */
export function readRowObservations(
  answer: GraphQLAnswer,
  batch: readonly Repository[],
  ownerID?: number,
): FileObservation[] | undefined {
  return readNodes(answer, batch, (node, { id }) => {
    const row = readRow(node)?.repository;
    if (row === undefined) return unknown('GitHub did not show the repository');
    if (ownerID !== undefined && !isOwnedBy(node, ownerID)) return unknown('GitHub showed another owner');
    return row.id === id ? { seen: true, files: [], row } : unknown('GitHub showed another repository');
  });
}

const ownedSchema = v.looseObject({ owner: v.looseObject({ databaseId: v.number() }) });

/** A person has no such id in the answer. */
function isOwnedBy(node: unknown, ownerID: number): boolean {
  const parsed = v.safeParse(ownedSchema, node);
  return parsed.success && parsed.output.owner.databaseId === ownerID;
}

/** `read` is given each node that no error names. */
function readNodes(
  answer: GraphQLAnswer,
  batch: readonly Repository[],
  read: (node: unknown, repository: Repository) => FileObservation,
): FileObservation[] | undefined {
  const data = v.safeParse(nodesSchema, answer.data);
  if (!data.success || data.output.nodes.length !== batch.length) return undefined;
  const faults = faultsByIndex(answer);
  if (faults === undefined) return undefined;
  return batch.map((repository, index) => {
    const fault = faults.get(index);
    if (fault !== undefined) return { seen: false, why: `GitHub answered ${fault}`, forbidden: fault === 'FORBIDDEN' };
    return read(data.output.nodes[index], repository);
  });
}

/** The word of the error that names each index. Undefined where one names something else: then nothing is certain. */
function faultsByIndex(answer: GraphQLAnswer): Map<number, string> | undefined {
  const faults = new Map<number, string>();
  for (const fault of answer.errors) {
    const index = fault.path?.[0] === 'nodes' ? fault.path[1] : undefined;
    if (typeof index !== 'number') return undefined;
    faults.set(index, faultWord(fault));
  }
  return faults;
}

function observation(node: unknown, repository: Repository, paths: readonly string[]): FileObservation {
  const parsed = v.safeParse(nodeSchema, node);
  if (!parsed.success) return unknown('GitHub did not show the repository');
  const { databaseId, isDisabled, isEmpty, defaultBranchRef } = parsed.output;
  if (databaseId !== repository.id) return unknown('GitHub showed another repository');
  if (isDisabled) return { seen: true, files: disabledFiles(paths) };
  if (defaultBranchRef === null) {
    return isEmpty ? { seen: true, files: absentFiles(paths) } : unknown('GitHub did not show the default branch');
  }
  const commit = defaultBranchRef.target;
  if (commit?.oid === undefined) return unknown('GitHub did not show the head commit');
  const author = authorOf(commit['author']);
  return {
    seen: true,
    files: paths.map((path, index) => fileState(path, commit[`f${index}`])),
    commit: commit.oid,
    ...(defaultBranchRef.name === undefined ? {} : { branch: defaultBranchRef.name }),
    ...(author === undefined ? {} : { author }),
  };
}

/** What is absent must be missing from its folder too: an answer that contradicts itself, or lacks the folder, proves nothing. */
function besideFolders(
  seen: FileObservation & { seen: true },
  node: unknown,
  paths: readonly string[],
): FileObservation {
  const parsed = v.safeParse(nodeSchema, node);
  const commit = parsed.success ? (parsed.output.defaultBranchRef?.target ?? {}) : {};
  const root = namesIn('tree' in commit ? commit['tree'] : undefined);
  if (root === undefined) return { ...seen, files: doubted(seen.files, () => NO_FOLDER) };
  const entries = new Map(foldersOf(paths).map((folder, index) => [folder, (commit as Answers)[`d${index}`]]));
  const files = doubted(seen.files, (path) => contradiction(path, root, entries));
  return withFields(seen, { files, folder: root.size > 0 ? ('shown' as const) : ('empty' as const) });
}

type Answers = Record<string, unknown>;

const NO_FOLDER = 'GitHub did not show the folder that it would stand in';

/**
 * Why no such file is not proved: down from the root, each folder must either not name the next part, or be shown itself. A part
 * that is no folder (a file, a link, a submodule) has nothing below it.
 */
function contradiction(
  path: string,
  root: ReadonlySet<string>,
  entries: ReadonlyMap<string, unknown>,
): string | undefined {
  const parts = path.split('/');
  let names = root;
  for (const [index, part] of parts.entries()) {
    if (!names.has(part)) return undefined;
    if (index === parts.length - 1) return 'GitHub shows it in its folder, but not the file';
    const entry = v.safeParse(folderEntrySchema, entries.get(parts.slice(0, index + 1).join('/')));
    if (!entry.success) return NO_FOLDER;
    if (entry.output.type !== 'tree') return undefined;
    const below = namesIn(entry.output.object);
    if (below === undefined) return NO_FOLDER;
    names = below;
  }
  return undefined;
}

function namesIn(tree: unknown): ReadonlySet<string> | undefined {
  const folder = v.safeParse(folderSchema, tree);
  return folder.success ? new Set(folder.output.entries.map(({ name }) => name)) : undefined;
}

function doubted(files: readonly CatalogFile[], whyNot: (path: string) => string | undefined): CatalogFile[] {
  return files.map((file) => {
    const why = file.state === 'absent' ? whyNot(file.path) : undefined;
    return why === undefined ? file : unobserved(file.path, why);
  });
}

/** An empty repository has no file: that is proved. */
export function absentFiles(paths: readonly string[]): CatalogFile[] {
  return paths.map((path) => ({ path, state: 'absent' }));
}

/** What GitHub switched off is not read. */
export function disabledFiles(paths: readonly string[]): CatalogFile[] {
  return paths.map((path) => ({ path, state: 'unreadable', why: 'disabled' }));
}

/**
 * Git bounds no name, and this one goes into the status, whose fields are bounded: with a name that is long enough
 * anyone who can push to a repository could make an API server refuse every status of the policy.
 */
const MAX_AUTHOR_CHARACTERS = 256;

/** The login, else the name, bounded. */
export function authorOf(author: unknown): string | undefined {
  const parsed = v.safeParse(authorSchema, author);
  const name = parsed.success ? (parsed.output.user?.login ?? parsed.output.name ?? undefined) : undefined;
  return name === undefined
    ? undefined
    : [...name.slice(0, 2 * MAX_AUTHOR_CHARACTERS)].slice(0, MAX_AUTHOR_CHARACTERS).join('');
}

function unknown(why: string): FileObservation {
  return { seen: false, why, forbidden: false };
}
