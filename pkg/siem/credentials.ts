/** What a sink is let in with: a folder of files, read on use, so that a Secret that changes counts without a restart. */
import { join } from 'node:path';
import { faultText, isMissing, readBoundedText } from '../base/index.js';
import type { Credentials } from './sinks/sink.js';

const FILES = { token: 'token', username: 'username', password: 'password', caCert: 'ca.crt' } as const;
const MAX_FILE_BYTES = 65_536;

/** Why a folder of credentials cannot be used, as one line without anything that is in it. */
export class CredentialFault extends Error {}

/** Throws CredentialFault where a file is missing that the sink needs, or one cannot be read. */
export async function readCredentials(
  folder: string | undefined,
  needs: readonly (keyof Credentials)[],
): Promise<Credentials> {
  const found: Credentials = {};
  if (folder !== undefined)
    for (const field of Object.keys(FILES) as (keyof Credentials)[]) {
      const text = await readFile(join(folder, FILES[field]));
      if (text !== undefined) found[field] = field === 'caCert' ? text : lineOf(text, FILES[field]);
    }
  const missing = needs.filter((field) => found[field] === undefined).map((field) => FILES[field]);
  if (missing.length > 0 && folder === undefined)
    throw new CredentialFault(`credentials: required, allowed: a folder with the file ${missing.join(' and ')}`);
  if (missing.length > 0) throw new CredentialFault(`${folder}: found no file ${missing.join(' and ')}`);
  if ((found.username === undefined) !== (found.password === undefined))
    throw new CredentialFault(`${folder}: found one of username and password, allowed: both or neither`);
  return found;
}

async function readFile(path: string): Promise<string | undefined> {
  try {
    return await readBoundedText(path, { maxBytes: MAX_FILE_BYTES });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new CredentialFault(`cannot read ${path}: ${faultText(error)}`);
  }
}

/** Becomes a header: a line end in it would begin another one. Empty files count as missing. */
function lineOf(text: string, file: string): string {
  const line = text.trim();
  if (line === '') throw new CredentialFault(`${file}: found nothing in it, allowed: one line`);
  if (!/^[\x20-\x7e]+$/.test(line)) throw new CredentialFault(`${file}: allowed: one line of ASCII`);
  return line;
}
