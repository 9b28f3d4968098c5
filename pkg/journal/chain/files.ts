/** The file functions of the journal, as few as it needs, so that a test can fill the disk, cut a write or fail a flush. */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { errnoOf, isMissing, makeFolder, readBoundedFile, readBoundedLines, syncFolder } from '../../base/index.js';

export interface OpenFile {
  size(): Promise<number>;
  /** How many bytes were taken: a nearly full disk takes some of them, and says nothing. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  truncate(size: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type TakeLine = (line: Buffer, isEnded: boolean) => void | Promise<void>;

export interface Files {
  /** One that is there, for writing. */
  open(path: string): Promise<OpenFile>;
  /** One that is not there yet, readable by its owner alone. */
  create(path: string): Promise<OpenFile>;
  /** A regular file of at most `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /**
   * The same line by line, without the line ends; of what stands behind the last one, `isEnded` is false. Never whole in memory: the bytes
   * of a line are those of the next one once `take` has ended. What `take` throws is thrown.
   */
  readLines(path: string, maxBytes: number, take: TakeLine): Promise<void>;
  /** At most `maxBytes` of a file, from an offset on; fewer where it ends, none beyond its end. */
  readFrom(path: string, offset: number, maxBytes: number): Promise<Buffer>;
  /** The names in a folder, sorted. */
  list(folder: string): Promise<string[]>;
  makeFolder(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

const opened = async (path: string, flags: 'r+' | 'wx'): Promise<OpenFile> => {
  const file = await open(path, flags, 0o600);
  return {
    size: async () => (await file.stat()).size,
    write: async (bytes, offset) => (await file.write(bytes, 0, bytes.length, offset)).bytesWritten,
    truncate: (size) => file.truncate(size),
    sync: () => file.sync(),
    close: () => file.close(),
  };
};

async function readLines(path: string, maxBytes: number, take: TakeLine): Promise<void> {
  let failed: { thrown: unknown } | undefined;
  // The file has a bound, a line has none: one that is too long is a fault of the chain, and not of the disk.
  const reading = readBoundedLines(path, { maxBytes, maxLineBytes: maxBytes }, async (line, isEnded) => {
    try {
      await take(bufferOf(line), isEnded);
    } catch (thrown) {
      failed = { thrown };
      throw thrown;
    }
  });
  await reading.catch((thrown: unknown) => {
    // What is wrong with a line is none of the faults of a file, as which it would be told.
    throw failed === undefined ? thrown : failed.thrown;
  });
}

/** The same bytes. */
const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

async function readPart(path: string, offset: number, maxBytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, Math.min(maxBytes, (await file.stat()).size - offset)));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export const realFiles: Files = {
  open: (path) => opened(path, 'r+'),
  create: (path) => opened(path, 'wx'),
  read: (path, maxBytes) => readBoundedFile(path, { maxBytes }),
  readLines,
  readFrom: readPart,
  list: async (folder) => (await readdir(folder)).sort(),
  makeFolder,
  syncFolder,
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path),
};

/** Proved not to be there. */
export const isAbsent = (thrown: unknown): boolean => isMissing(thrown) || errnoOf(thrown) === 'ENOENT';

/** The file, or undefined where there is none. */
export async function readIfThere(files: Files, path: string, maxBytes: number): Promise<Buffer | undefined> {
  try {
    return await files.read(path, maxBytes);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The names in a folder; none where there is no folder. */
export async function listIfThere(files: Files, folder: string): Promise<string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Writes all bytes, or throws. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const taken = await file.write(bytes.subarray(done), offset + done);
    if (taken === 0) throw Object.assign(new Error('the disk takes no more'), { code: 'ENOSPC' });
    done += taken;
  }
}

/** The same of what is in memory in parts, one behind the other. */
export async function writeParts(file: OpenFile, parts: readonly Uint8Array[], offset: number): Promise<void> {
  let at = offset;
  for (const part of parts) {
    await writeAll(file, part, at);
    at += part.length;
  }
}

/** A new file with this content, flushed; nothing of it stays where that fails. The folder is not flushed. */
export async function createWhole(files: Files, path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await files.create(path);
  try {
    try {
      await writeParts(file, parts, 0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await files.remove(path).catch(() => undefined);
    throw error;
  }
}

/**
 * Puts a file in the place of another, whole or not at all. The folder is not flushed: after a power cut either is there. A name
 * beside that a killed process left is written over.
 */
export async function replaceWhole(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.tmp`;
  await files.remove(beside).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
  });
  await createWhole(files, beside, [bytes]);
  await files.rename(beside, path);
}
