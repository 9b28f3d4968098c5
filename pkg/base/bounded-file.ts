/**
 * The one reader of files that people name or put into our folders: a regular file, up to a bound, until the signal.
 * A pipe, a device or a file of /proc in its place would block a thread that no signal ends, or never end by itself.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';
import { unlessAborted } from './unless-aborted.js';

export interface BoundedReading {
  maxBytes: number;
  signal?: AbortSignal | undefined;
  /** False: a symbolic link at the path is refused. Default: links are followed, as mounted ConfigMaps need. */
  followLinks?: boolean;
}

/** Why a file could not be read. `code`: the errno, or one of ours. */
export class FileFault extends Error {
  readonly code: string;

  constructor(code: string, why: string, cause?: unknown) {
    super(why, { cause });
    this.name = 'FileFault';
    this.code = code;
  }
}

/** Proved not to be there: nothing else may ever be taken for it. */
export const isMissing = (thrown: unknown): boolean => thrown instanceof FileFault && thrown.code === 'ENOENT';

/** Sentence parts: what the errno means to a person, with the errno for a search. */
const ERRNO: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder, not a regular file',
  ELOOP: 'a loop of symbolic links',
  ENAMETOOLONG: 'its name is too long',
  EAGAIN: 'it has nothing to read now, so it is no regular file',
  ENXIO: 'it is a socket or a device, not a regular file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the disk reported an error',
};

/** What went wrong, in a person's words, with the errno. */
export function faultText(thrown: unknown): string {
  if (thrown instanceof FileFault) return thrown.message;
  const code = errnoOf(thrown);
  if (code !== undefined) return `${ERRNO[code] ?? 'the file system reported an error'} (${code})`;
  return thrown instanceof Error ? thrown.message : 'unknown fault';
}

/**
 * Magic numbers of file systems whose files look regular and are none: a read of them may block, never end, or change
 * the system. proc, sysfs, tracefs, debugfs: https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const PSEUDO = new Set([0x9fa0, 0x62656572, 0x74726163, 0x64626720]);

/** The bytes of the file. Throws FileFault, or the signal's reason. */
export async function readBoundedFile(path: string, reading: BoundedReading): Promise<Buffer> {
  const { signal } = reading;
  signal?.throwIfAborted();
  // A file server that does not answer must not hold the process: the read goes on by itself, the caller does not.
  const work = readWhole(path, reading);
  return signal === undefined ? work : unlessAborted(work, signal);
}

/** The same as text. A byte that is no UTF-8 is a fault: replaced, it would make another file of it. */
export async function readBoundedText(path: string, reading: BoundedReading): Promise<string> {
  const bytes = await readBoundedFile(path, reading);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileFault('NOT_UTF8', 'it is not UTF-8', cause);
  }
}

const readWhole = (path: string, reading: BoundedReading): Promise<Buffer> =>
  withBoundedFile(path, reading, (file, size) => bytesOf(file, { ...reading, size }));

/** Opens it, where it is a regular file of at most `maxBytes`, for as long as `use` works. Throws FileFault. */
export async function withBoundedFile<T>(
  path: string,
  { maxBytes, signal, followLinks = true }: BoundedReading,
  use: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  try {
    // Before it is opened: to open some devices does something.
    requireRegular(await (followLinks ? stat(path) : lstat(path)), maxBytes);
    if (PSEUDO.has((await statfs(path)).type))
      throw new FileFault('NOT_REGULAR', 'it belongs to the kernel (/proc or /sys), and is no regular file');
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW);
    const file = await open(path, flags);
    try {
      // Again, of what was opened: between look and open the path may have changed.
      const { size } = requireRegular(await file.stat(), maxBytes);
      return await use(file, size);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (thrown instanceof FileFault || signal?.aborted === true) throw thrown;
    if (errnoOf(thrown) === 'ENOENT' && (await isDangling(path)))
      throw new FileFault('DANGLING', 'it, or a folder above it, is a link that leads nowhere', thrown);
    throw new FileFault(errnoOf(thrown) ?? 'UNKNOWN', faultText(thrown), thrown);
  }
}

/** What stands there, where it is no regular file. */
export function kindOf(entry: Stats): string | undefined {
  if (entry.isFile()) return undefined;
  if (entry.isDirectory()) return 'a folder';
  if (entry.isFIFO()) return 'a pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isSymbolicLink() ? 'a symbolic link' : 'a device';
}

function requireRegular(entry: Stats, maxBytes: number): Stats {
  const kind = kindOf(entry);
  if (kind !== undefined)
    throw new FileFault(entry.isDirectory() ? 'EISDIR' : 'NOT_REGULAR', `it is ${kind}, not a regular file`);
  if (entry.size > maxBytes) throw tooLarge(maxBytes);
  return entry;
}

export const tooLarge = (maxBytes: number): FileFault =>
  new FileFault('TOO_LARGE', `it is larger than ${maxBytes} bytes`);

async function bytesOf(
  file: FileHandle,
  { size, maxBytes, signal }: Pick<BoundedReading, 'maxBytes' | 'signal'> & { size: number },
): Promise<Buffer> {
  // One byte more than it had tells a file that grows while it is read.
  let buffer = Buffer.alloc(Math.min(size, maxBytes) + 1);
  let length = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > maxBytes) throw tooLarge(maxBytes);
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(maxBytes + 1, length * 2));
  }
}

/**
 * True where a link on the way leads nowhere. Then the file is not proved missing: its volume may not be mounted, or a
 * backup restored the link without its target.
 */
export async function isDangling(path: string): Promise<boolean> {
  try {
    const entry = await lstat(path);
    // A folder, or a file that appeared meanwhile, is proof enough; a link to a folder that is there as well.
    return (
      entry.isSymbolicLink() &&
      (await stat(path).then(
        () => false,
        () => true,
      ))
    );
  } catch (error) {
    const above = dirname(path);
    return errnoOf(error) === 'ENOENT' && above !== path && isDangling(above);
  }
}
