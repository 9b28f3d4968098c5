/** `--output`: proved writable before anything is written to GitHub, because a result that cannot be kept is no result. */
import { constants, open } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { kindOf, proveWritable, writeAdvice, writeFault, writeFileAtomic } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { printableJSON } from '../../pkg/text/index.js';

/** Throws PLUS1_OUTPUT_UNWRITABLE now, where `writeReport` would throw it later. What a device takes shows only then. */
export async function proveReport(path: string): Promise<void> {
  try {
    if ((await kindAt(path)) === 'file') await proveWritable(path);
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

/** Writes it beside and renames. Throws PLUS1_OUTPUT_UNWRITABLE. */
export const writeReport = (path: string, report: object, signal: AbortSignal): Promise<void> =>
  writeText(path, printableJSON(report, 2), signal);

/** As `writeReport`, for any text. */
export async function writeText(path: string, text: string, signal: AbortSignal): Promise<void> {
  try {
    const kind = await kindAt(path);
    // A rename would put a file in the place of a device or a pipe, such as /dev/null.
    if (kind === 'file') await writeFileAtomic(path, text);
    else if (kind === 'pipe') await writePipe(path, text, signal);
    else await writeFile(path, text);
  } catch (thrown) {
    throw unwritable(path, thrown);
  }
}

/** `/dev/stdout` may lead to a regular file, and is nothing to rename over. */
async function kindAt(path: string): Promise<'file' | 'pipe' | 'device'> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (entry?.isFIFO() === true) return 'pipe';
  if (entry?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  const isSpecial = entry !== undefined && (kindOf(entry) !== undefined || /^\/(?:dev|proc)\//.test(path));
  return isSpecial ? 'device' : 'file';
}

/** Without waiting for a reader: a thread that waits for one is ended by no signal. */
async function writePipe(path: string, text: string, signal: AbortSignal): Promise<void> {
  const fd = await promisify(open)(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.end(text);
  await finished(addAbortSignal(signal, socket), { readable: false });
}

/** What `writeText` throws. */
export function unwritable(path: string, cause: unknown): Plus1Error {
  const message = `cannot write the report to ${path}: ${writeFault(cause)}`;
  return new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', message, { cause, ...writeAdvice(cause) });
}
