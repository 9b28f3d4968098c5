/**
 * Files that are never seen half written: beside, flushed, renamed, and the folder flushed as well. A crash or a power cut
 * at any instant leaves the old file or the new one. A leftover of a killed process is ignored by readers;
 * `sweepLeftovers` takes it away.
 */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from './errno.js';
import { makeFolder } from './make-folder.js';
import { syncFolder } from './sync-folder.js';

/** Far longer than any write takes, so that no file of a process that still lives is taken for a leftover. */
const LEFTOVER_MS = 3_600_000;
/** Names that are ours alone: today's, and `<name>.json.<pid>.tmp` of versions before. */
const LEFTOVER = /^(?:\.plus1-[0-9a-f-]{36}|.+\.json\.\d+)\.tmp$/;

export interface AtomicWrite {
  signal?: AbortSignal;
  /** Asked once the text is on the disk, right before it takes the place of the old file: throws where it may not any more. */
  beforeRename?: (() => void) | undefined;
  /** Mode and owner that it gets, mostly those of the old file. Default: only the owner may read it, since what we write names repositories. */
  like?: Pick<Stats, 'mode'> & Partial<Pick<Stats, 'uid' | 'gid'>>;
}

/** Whole, or made a part at a time: by an iterator, or by who awaits each part to be on its way before the next one is made. */
export type FileText = string | Iterable<string> | ((write: WritePart) => Promise<void>);

export type WritePart = (part: string | Uint8Array) => Promise<void>;

/** As `writeFileAtomic`, in folders that are made where they are missing: ours, not a user's who mistyped a path. */
export async function keepFile(path: string, text: FileText, options: AtomicWrite = {}): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, text, options);
}

/** Writes `text` to `path` whole or not at all. What is given in parts is made a part at a time, each in a turn of the event loop. */
export async function writeFileAtomic(
  path: string,
  text: FileText,
  { signal, beforeRename, like }: AtomicWrite = {},
): Promise<void> {
  signal?.throwIfAborted();
  // In the same folder, since a rename does not cross file systems. Never the name of another process, whose number may
  // be the same in another container, and of a fixed length: the longest name of a policy leaves no room for more.
  const beside = besideOf(path);
  try {
    // Exclusive: what stands there already, a link to somewhere else above all, is never written to.
    const file = await open(beside, 'wx', 0o600);
    try {
      if (typeof text === 'string') await file.writeFile(text, 'utf8');
      else await writeParts(file, text, signal);
      if (like !== undefined) await resemble(file, like);
      // Without the flush a power cut can leave the renamed file empty: rename is ordered after nothing.
      await file.sync();
    } finally {
      await file.close();
    }
    // A flush may take long. Who gave the write up meanwhile has reported that it failed, and a later state may not be kept
    // after it; a process that is stopped during it holds the lock no more when it goes on.
    signal?.throwIfAborted();
    beforeRename?.();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
  // The new name is in the folder; until that is flushed, a power cut brings the old file back, and with it a memory
  // from before the write to GitHub.
  await syncFolder(dirname(path));
}

/** Texts go through room that each uses after the other: what one leaves would stay in memory until a collection of all that is old. */
async function writeParts(
  file: FileHandle,
  parts: Exclude<FileText, string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let room = Buffer.alloc(0);
  let position = 0;
  const write: WritePart = async (part) => {
    signal?.throwIfAborted();
    const length = typeof part === 'string' ? Buffer.byteLength(part) : part.length;
    if (typeof part === 'string' && length > room.length) room = Buffer.allocUnsafeSlow(Math.ceil(length * SPARE_ROOM));
    if (typeof part === 'string') room.write(part);
    const bytes = typeof part === 'string' ? room : part;
    for (let written = 0; written < length;) {
      const { bytesWritten } = await file.write(bytes, written, length - written, position);
      written += bytesWritten;
      position += bytesWritten;
    }
  };
  if (typeof parts === 'function') await parts(write);
  else for (const part of parts) await write(part);
}

/** Parts are about as long as each other. */
const SPARE_ROOM = 1.25;

/**
 * Owner first: a change of the owner takes the bits away that let a file run as somebody. Who writes into the folder of others may give nothing
 * away: the file becomes his where everybody may read it, and nobody else may write it then.
 */
async function resemble(file: FileHandle, like: NonNullable<AtomicWrite['like']>): Promise<void> {
  const own = await file.stat();
  const { uid = own.uid, gid = own.gid, mode } = like;
  let kept = 0o7777;
  if (uid !== own.uid || gid !== own.gid)
    await file.chown(uid, gid).catch((thrown: unknown) => {
      if (errnoOf(thrown) !== 'EPERM' || (mode & EVERYBODY_READS) === 0) throw thrown;
      kept = 0o755;
    });
  await file.chmod(mode & kept);
}

const EVERYBODY_READS = 0o004;

/** Makes an empty file beside `path` and takes it away: throws now what `writeFileAtomic` would throw later. */
export async function proveWritable(path: string): Promise<void> {
  const beside = besideOf(path);
  const file = await open(beside, 'wx', 0o600);
  try {
    // A full disk still takes an empty file.
    await file.writeFile(' '.repeat(PROOF_BYTES));
    await file.sync();
  } finally {
    await file.close();
    await rm(beside, { force: true });
  }
}

/** One block of common file systems. */
const PROOF_BYTES = 4_096;

const besideOf = (path: string): string => join(dirname(path), `.plus1-${randomUUID()}.tmp`);

/** Deletes a file for good: after a power cut it does not come back. One that is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * Takes away what killed processes left half written in these folders, not below them: a link to a folder above would be
 * followed without end, and what lies elsewhere is not ours. `nowMs`: Unix ms. Never throws.
 */
export async function sweepLeftovers(folders: readonly string[], nowMs: number): Promise<void> {
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isFile() && LEFTOVER.test(each.name))) {
      const path = join(folder, entry.name);
      const age = await lstat(path).then(
        ({ mtimeMs }) => nowMs - mtimeMs,
        () => 0,
      );
      if (age >= LEFTOVER_MS) await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

/** The folders right below it, links left out. Never throws. */
export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
