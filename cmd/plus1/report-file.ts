/** `--output`: proved writable before anything is written to GitHub, because a result that cannot be kept is no result. */
import { constants, open } from 'node:fs';
import { lstat, open as openFile, stat, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { errnoOf, kindOf, proveWritable, writeAdvice, writeFault, writeFileAtomic } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { printableJSONParts } from '../../pkg/text/index.js';

/** Throws PLUS1_OUTPUT_UNWRITABLE now, where `writeReport` would throw it later. What a device takes shows only then. */
export async function proveReport(path: string): Promise<void> {
  try {
    if ((await kindAt(path)) !== 'file') return;
    await proveWritable(path);
    if (!(await mayReplace(path))) await (await openFile(path, 'r+')).close();
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

/** Makes its parts, and makes them again where a first try failed. */
type PartsOfText = () => Iterable<string>;

/** Writes it beside and renames, a part at a time. Throws PLUS1_OUTPUT_UNWRITABLE. */
export const writeReport = (path: string, report: object, signal: AbortSignal): Promise<void> =>
  writeText(path, () => printableJSONParts(report, 2), signal);

/** As `writeReport`, for any text. */
export async function writeText(path: string, text: string | PartsOfText, signal: AbortSignal): Promise<void> {
  const parts = typeof text === 'string' ? (): string[] => [text] : text;
  try {
    const kind = await kindAt(path);
    // A rename would put a file in the place of a device or a pipe, such as /dev/null.
    if (kind === 'file') await replaceFile(path, parts);
    else if (kind === 'pipe') await writePipe(path, parts, signal);
    else await writeFile(path, parts());
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

/**
 * Some files take a new text and give their name to no other file: one that is mounted into a container (EBUSY), and one of
 * another user in a folder with the sticky bit, such as /tmp (EPERM).
 */
async function replaceFile(path: string, parts: PartsOfText): Promise<void> {
  try {
    await writeFileAtomic(path, parts());
  } catch (thrown) {
    if (!['EBUSY', 'EPERM'].includes(errnoOf(thrown) ?? '')) throw thrown;
    // Without O_CREAT, which Linux refuses there: https://docs.kernel.org/admin-guide/sysctl/fs.html#protected-regular
    const file = await openFile(path, 'r+');
    try {
      await file.truncate();
      // Each goes on where the one before it ended.
      for (const part of parts()) await file.writeFile(part);
    } finally {
      await file.close();
    }
  }
}

/** False where the sticky bit of the folder keeps this user from it: https://man7.org/linux/man-pages/man2/rename.2.html (EPERM). */
async function mayReplace(path: string): Promise<boolean> {
  const { mode, uid } = await stat(dirname(path));
  const user = process.geteuid?.() ?? 0;
  if ((mode & 0o1000) === 0 || user === 0 || user === uid) return true;
  const entry = await lstat(path).catch(() => undefined);
  return entry === undefined || entry.uid === user;
}

/** `/dev/stdout` may lead to a regular file, and is nothing to rename over. */
async function kindAt(path: string): Promise<'file' | 'pipe' | 'device'> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    // With a slash at its end it can only become a folder: what is written beside could not be renamed to it.
    if (error.code === 'ENOENT' && path.endsWith('/')) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (entry?.isFIFO() === true) return 'pipe';
  if (entry?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  const isSpecial = entry !== undefined && (kindOf(entry) !== undefined || /^\/(?:dev|proc)\//.test(path));
  return isSpecial ? 'device' : 'file';
}

/** Without waiting for a reader: a thread that waits for one is ended by no signal. */
async function writePipe(path: string, parts: PartsOfText, signal: AbortSignal): Promise<void> {
  const fd = await promisify(open)(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: false, writable: true });
  await pipeline(Readable.from(parts()), socket, { signal });
}

/** What `writeText` throws. */
export function unwritable(path: string, cause: unknown): Plus1Error {
  const message = `cannot write the report to ${path}: ${writeFault(cause)}`;
  return new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', message, { cause, ...writeAdvice(cause) });
}
