/**
 * Bytes behind the end of a file, whole or not at all. The file is opened for each write: one that was taken away, with its
 * folder or its volume, would take writes to an open handle as if nothing had happened.
 */
import { Plus1Error } from '../../errors/index.js';
import { writeParts, type Files } from './files.js';

/** A segment, and where its last whole line ends. */
export interface End {
  path: string;
  size: number;
}

/** Throws what the file system throws; the file then ends where it ended, or `restore` says so. */
export async function appendWhole(files: Files, { path, size }: End, parts: readonly Uint8Array[]): Promise<void> {
  const file = await files.open(path);
  try {
    if ((await file.size()) !== size) throw changed(path);
    await writeParts(file, parts, size);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * After a write or a flush that failed: opens the file again, and takes away what of `attempt` got there. Linux may drop what
 * it could not flush and call the next flush a success, so nothing of it counts, whatever a read shows.
 * https://www.postgresql.org/docs/release/11.2/ (E.1. "fsync")
 */
export async function restore(
  files: Files,
  { path, size }: End,
  parts: readonly Uint8Array[],
  maxBytes: number,
): Promise<void> {
  const attempt = Buffer.concat(parts);
  const tail = (await files.read(path, maxBytes)).subarray(size);
  const file = await files.open(path);
  try {
    const now = await file.size();
    if (now < size || now - size > attempt.length) throw changed(path);
    // A hole of a lost page reads as zeros.
    if (tail.some((byte, at) => byte !== attempt[at] && byte !== 0)) throw changed(path);
    await file.truncate(size);
    await file.sync();
  } finally {
    await file.close();
  }
}

const changed = (path: string): Plus1Error =>
  new Plus1Error('PLUS1_JOURNAL_DAMAGED', `${path} does not end where this process left it: somebody else changed it`);
