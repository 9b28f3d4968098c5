/**
 * Paths of the command line to workflow files, as GitHub would find them: `.yml` and `.yaml` directly in `.github/workflows`. A link
 * in the place of a file is unreadable, as in git.
 */
import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { errnoOf, FileFault, readBoundedFile } from '../../../pkg/base/index.js';
import { MAX_FILE_BYTES, type UnreadableWhy } from '../../../pkg/catalog/index.js';

/** Content, or why there is none. */
export type FileContent = { content: Uint8Array } | { why: UnreadableWhy };

export interface FoundWorkflow {
  /** As it is told. */
  file: string;
  /** The folder of the repository that it belongs to, where that is known: `./…` of `uses` begins there. */
  root: string | undefined;
}

const FOLDER = join('.github', 'workflows');
const YAML = /\.ya?ml$/;

/** The files of one path, by name. Throws where it does not exist. */
export async function findWorkflows(path: string, cwd: string): Promise<FoundWorkflow[]> {
  const place = resolve(cwd, path);
  if (!(await stat(place)).isDirectory()) return [{ file: path, root: rootOf(dirname(place)) }];
  const below = join(path, FOLDER);
  const folder = (await isFolder(resolve(cwd, below))) ? below : path;
  const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && YAML.test(entry.name)).map(({ name }) => name);
  const root = rootOf(resolve(cwd, folder));
  return names.sort().map((name) => ({ file: join(folder, name), root }));
}

function rootOf(folder: string): string | undefined {
  return folder.endsWith(`${sep}${FOLDER}`) ? dirname(dirname(folder)) : undefined;
}

/** Reads one file. Throws where it does not exist or may not be read. */
export async function readWorkflowFile(place: string, signal: AbortSignal): Promise<FileContent> {
  const link = await lstat(place);
  if (link.isSymbolicLink()) return { why: 'symlink' };
  if (link.isDirectory()) return { why: 'directory' };
  try {
    return { content: await readBoundedFile(place, { maxBytes: MAX_FILE_BYTES, signal, followLinks: false }) };
  } catch (thrown) {
    if (thrown instanceof FileFault && thrown.code === 'TOO_LARGE') return { why: 'too_large' };
    throw thrown;
  }
}

/** The definition of a local action; undefined where there is none to be read. */
export async function readLocalAction(
  root: string,
  path: string,
  signal: AbortSignal,
): Promise<{ file: string; content: Uint8Array } | undefined> {
  for (const name of ['action.yml', 'action.yaml']) {
    const file = join(path, name);
    const place = resolve(root, file);
    if (!place.startsWith(root + sep)) return undefined;
    try {
      const read = await readWorkflowFile(place, signal);
      return 'content' in read ? { file, content: read.content } : undefined;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
    }
  }
  return undefined;
}

async function isFolder(place: string): Promise<boolean> {
  try {
    return (await stat(place)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}
