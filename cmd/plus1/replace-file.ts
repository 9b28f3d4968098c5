/** A new text in the place of the one that was read, whole or not at all, with the mode and the owner of the file. */
import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { faultText, kindOf, readBoundedFile, writeAdvice, writeFileAtomic } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { quote } from '../../pkg/text/index.js';

/** No file that a command writes again is longer. */
const MAX_BYTES = 1_048_576;

export interface Replacement {
  path: string;
  /** What was read; a file that has changed since is left alone. */
  before: Uint8Array;
  after: string;
}

/** Throws PLUS1_OUTPUT_UNWRITABLE; the file is as it was then. */
export async function replaceFile(
  { path, before, after }: Replacement,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<void> {
  const place = resolve(cwd, path);
  try {
    const entry = await lstat(place);
    const kind = kindOf(entry);
    // A rename over a link would leave its target as it was, and a file where the link stood.
    if (kind !== undefined) throw new Error(`it is ${kind}, not a regular file`);
    const now = await readBoundedFile(place, { maxBytes: MAX_BYTES, signal, followLinks: false });
    if (!now.equals(before)) throw new Error('it has changed since it was read');
    await writeFileAtomic(place, after, { signal, like: entry });
  } catch (thrown) {
    if (signal.aborted) throw new Plus1Error('PLUS1_INTERRUPTED', 'told to stop', { cause: thrown });
    const message = `cannot write ${quote(path)}: ${faultText(thrown)}`;
    throw new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', message, { cause: thrown, ...writeAdvice(thrown) });
  }
}
