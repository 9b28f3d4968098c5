/**
 * Credentials out of a folder: `DIR/<secret name>/<key>`, as a mounted Secret looks. Read on every use and never kept,
 * so that a rotated key is noticed at the next pass and no memory holds a secret for longer.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, faultText, FileFault, readBoundedText } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { Secret, SecretReader } from '../secret.js';

/** Above any key or CA bundle. */
const MAX_KEY_BYTES = 65_536;

export class SecretFolder implements SecretReader {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(_namespace: string, name: string, signal: AbortSignal): Promise<Secret> {
    const folder = join(this.#folder, name);
    let keys: string[];
    try {
      keys = await readdir(folder);
    } catch (error) {
      await this.#requireFolder();
      throw new Plus1Error('PLUS1_SECRET_NOT_FOUND', `there is no Secret ${name} in the credentials folder`, {
        cause: error,
      });
    }
    const secret: Secret = {};
    // Names with a leading dot are the links of a mounted Secret (`..data`), never keys.
    for (const key of keys.filter((entry) => !entry.startsWith('.'))) {
      const value = await this.#readKey(join(folder, key), `${name}/${key}`, signal);
      if (value !== undefined) secret[key] = value;
    }
    return secret;
  }

  /** Without the folder every Secret is missing, and looking for one of them leads nowhere. */
  async #requireFolder(): Promise<void> {
    try {
      await readdir(this.#folder);
    } catch (cause) {
      const code = errnoOf(cause) ?? 'unknown fault';
      const why = code === 'ENOENT' ? 'is not there' : `cannot be read: ${code}`;
      throw new Plus1Error('PLUS1_SECRET_NOT_FOUND', `the credentials folder ${this.#folder} ${why}`, {
        cause,
        fix: 'make the folder, or point --credentials at the one that holds the Secrets',
      });
    }
  }

  async #readKey(path: string, label: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await readBoundedText(path, { maxBytes: MAX_KEY_BYTES, signal })).replace(/\r?\n$/, '');
    } catch (error) {
      if (signal.aborted) throw error;
      // A volume's own folders, such as lost+found, are no keys.
      if (error instanceof FileFault && error.code === 'EISDIR') return undefined;
      const why = faultText(error);
      throw new Plus1Error('PLUS1_SECRET_INVALID', `cannot read ${label} of the credentials folder: ${why}`, {
        cause: error,
      });
    }
  }
}
