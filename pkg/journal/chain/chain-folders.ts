/** The folders of chains at and below a folder: a journal, a policy, a chain or an export. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listIfThere, type Files } from './files.js';
import { ATTACHMENTS, looksLikeChain } from './place.js';

/** A namespace, a policy and a chain, and one for an export that was put into a folder. */
const MAX_DEPTH = 5;

/** Absolute or as the folder was named; in order of their names. Throws what the file system throws. */
export async function chainFolders(files: Files, folder: string, depth = MAX_DEPTH): Promise<string[]> {
  const names = await files.list(folder);
  if (looksLikeChain(names)) return [folder];
  if (depth === 0) return [];
  const below: string[] = [];
  for (const name of await foldersOf(folder)) {
    if (name !== ATTACHMENTS) below.push(...(await chainFolders(files, join(folder, name), depth - 1)));
  }
  return below;
}

/** Links are not followed: one to a folder above would never end. */
async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The folders of chains below the folder of a policy. */
export async function foldersBelow(files: Files, folder: string): Promise<string[]> {
  const chains: string[] = [];
  for (const name of await listIfThere(files, folder)) {
    const path = join(folder, name);
    if (looksLikeChain(await files.list(path).catch(() => []))) chains.push(path);
  }
  return chains;
}
