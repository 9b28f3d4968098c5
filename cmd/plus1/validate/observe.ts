/**
 * A path of the command line to a catalogue file as the controller would see it in the repository: a symbolic link or
 * a directory at its place is unreadable, and only a file that is proved not to be there is absent.
 */
import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { errnoOf, FileFault, readBoundedFile } from '../../../pkg/base/index.js';
import { MAX_FILE_BYTES, OLDER_NAMES, type CatalogFile } from '../../../pkg/catalog/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { quote } from '../../../pkg/text/index.js';
import { readPipeBounded, readStreamBounded, type Bounded } from './read-stream.js';

/** Standard input, as an argument and in results. */
export const STDIN = '-';

export interface ObserveOptions {
  /** Catalogue file in a folder: relative to it, or absolute. */
  file: string;
  stdin: NodeJS.ReadableStream;
  cwd: string;
  signal: AbortSignal;
}

/** Throws PLUS1_FILE_UNREADABLE where the path does not exist or may not be read. */
export async function observe(path: string, options: ObserveOptions): Promise<CatalogFile> {
  try {
    options.signal.throwIfAborted();
    return await observePath(path, options);
  } catch (thrown) {
    if (options.signal.aborted) throw new Plus1Error('PLUS1_INTERRUPTED', 'told to stop', { cause: thrown });
    if (thrown instanceof Plus1Error) throw thrown;
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `${quote(path)}: ${fault(thrown)}`, { cause: thrown });
  }
}

async function observePath(path: string, options: ObserveOptions): Promise<CatalogFile> {
  const place = resolve(options.cwd, path);
  // Opening /dev/stdin again fails where it is a socket; the stream at hand is the same.
  if (path === STDIN || place === '/dev/stdin') {
    return fromBytes(path, await readStreamBounded(options.stdin as Readable, options.signal));
  }
  const link = await lstat(place);
  const target = link.isSymbolicLink() ? await targetOf(place) : link;
  if (target?.isDirectory() === true) return inFolder(path, options);
  if (target !== undefined && isShellPipe(place, target)) {
    return fromBytes(path, await readPipeBounded(place, options.signal));
  }
  return fromPlace(path, place, { link, options });
}

/** The pipes that shells make for <(…) are links to an open file; a pipe with a name of its own may never have a writer. */
const isShellPipe = (place: string, target: Stats): boolean => target.isFIFO() && /^\/(?:dev|proc)\//.test(place);

/** Undefined where the link points nowhere: it is there all the same. */
async function targetOf(place: string): Promise<Stats | undefined> {
  try {
    return await stat(place);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/**
 * The catalogue file below a folder, looked for step by step: git keeps a link as a file that holds its target, so that
 * nothing lies below it, and a pass over GitHub finds nothing there either.
 */
async function inFolder(folder: string, options: ObserveOptions): Promise<CatalogFile> {
  const { file } = options;
  const path = isAbsolute(file) ? file : join(folder, file);
  if (isAbsolute(file)) return lookAt(path, file, options);
  const steps = normalize(file).split(sep);
  let place = resolve(options.cwd, folder);
  for (const step of steps.slice(0, -1)) {
    place = join(place, step);
    const found = await lstatOrAbsent(place);
    if (found?.isDirectory() !== true) return { path, state: 'absent' };
  }
  return lookAt(path, join(place, steps.at(-1) ?? ''), options);
}

async function lookAt(path: string, place: string, options: ObserveOptions): Promise<CatalogFile> {
  const found = await lstatOrAbsent(place);
  if (found === undefined) return absent(path, place);
  return fromPlace(path, place, { link: found, options });
}

/**
 * `.yml` for `.yaml` is the commonest reason why a file that is there is not found; the next is a definition under the name that
 * Datadog's older schemas have.
 */
async function absent(path: string, place: string): Promise<CatalogFile> {
  const other = /\.ya?ml$/i.exec(place)?.[0].toLowerCase() === '.yaml' ? '.yml' : '.yaml';
  const older = OLDER_NAMES.map((name) => join(dirname(place), name));
  for (const beside of [place.replace(/\.ya?ml$/i, other), ...older]) {
    if (beside !== place && (await lstatOrAbsent(beside))?.isFile() === true)
      return { path, state: 'absent', beside: basename(beside) };
  }
  return { path, state: 'absent' };
}

async function fromPlace(
  path: string,
  place: string,
  { link, options }: { link: Stats; options: ObserveOptions },
): Promise<CatalogFile> {
  if (link.isSymbolicLink()) return { path, state: 'unreadable', why: 'symlink' };
  if (link.isDirectory()) return { path, state: 'unreadable', why: 'directory' };
  return fromBytes(path, await readRegular(place, options.signal));
}

/** Undefined where it is larger than any catalogue file may be. */
async function readRegular(place: string, signal: AbortSignal): Promise<Bounded> {
  try {
    return await readBoundedFile(place, { maxBytes: MAX_FILE_BYTES, signal, followLinks: false });
  } catch (thrown) {
    if (thrown instanceof FileFault && thrown.code === 'TOO_LARGE') return undefined;
    throw thrown;
  }
}

const fromBytes = (path: string, content: Bounded): CatalogFile =>
  content === undefined ? { path, state: 'unreadable', why: 'too_large' } : { path, state: 'present', content };

async function lstatOrAbsent(place: string): Promise<Stats | undefined> {
  try {
    return await lstat(place);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

const isAbsence = (error: unknown): boolean => errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a loop of symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

const fault = (error: unknown): string =>
  FAULTS[errnoOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
