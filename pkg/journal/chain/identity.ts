/** What a journal keeps beside its chains: the key that it made itself, and the name of the writer of a folder. */
import { join } from 'node:path';
import { generateKey } from '../proof/key.js';
import { readIfThere, replaceWhole, type Files } from './files.js';
import { MAX_SMALL_FILE_BYTES } from './place.js';

const KEY_FILE = 'key.pem';
const WRITER_FILE = 'writer';

/** The private key in PEM of `JOURNAL/key.pem`, made once where there is none. */
export const ownKey = (files: Files, root: string): Promise<string> => keep(files, join(root, KEY_FILE), generateKey);

/** The name of the writer of `JOURNAL/writer`, made once. `random`: 8 hexadecimal digits. */
export async function ownWriter(files: Files, root: string, random: () => string): Promise<string> {
  return (await keep(files, join(root, WRITER_FILE), () => `${random()}\n`)).trim();
}

/** The same where it was made; undefined where there is none. */
export async function knownWriter(files: Files, root: string): Promise<string | undefined> {
  return (await readIfThere(files, join(root, WRITER_FILE), MAX_SMALL_FILE_BYTES))?.toString().trim();
}

async function keep(files: Files, path: string, make: () => string): Promise<string> {
  const folder = join(path, '..');
  const there = await readIfThere(files, path, MAX_SMALL_FILE_BYTES);
  const text = there?.toString() ?? make();
  if (there === undefined) {
    await files.makeFolder(folder);
    await replaceWhole(files, path, Buffer.from(text));
  }
  // Also of one that is there: the process that made it may have been killed before this, and another key would sign from then on.
  await files.syncFolder(folder);
  return text;
}
