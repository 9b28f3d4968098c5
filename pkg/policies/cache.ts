/**
 * What may be forgotten: facts kept beside the state so that the next pass need not ask again. A cache that is missing,
 * torn, too large or of another version is no cache; it is built anew, and nothing is lost but time.
 * The folder's name begins with a dot, which no namespace can: it never meets a policy's state.
 */
import { join } from 'node:path';
import { keepFile, readBoundedText, removeFile } from '../base/index.js';
import { parseJSON } from '../text/index.js';
import type { PolicyKey } from './key.js';

/** 10,000 repositories need some 5 MB; beyond this a cache costs more memory than it saves requests. */
const MAX_CACHE_BYTES = 67_108_864;

export class CacheFolder {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, '.cache');
  }

  #path(key: PolicyKey): string {
    return join(this.#folder, encodeURIComponent(key.namespace), `${encodeURIComponent(key.name)}.json`);
  }

  /** What was saved, or undefined. Never throws. */
  async load(key: PolicyKey, signal: AbortSignal): Promise<unknown> {
    try {
      return parseJSON(await readBoundedText(this.#path(key), { maxBytes: MAX_CACHE_BYTES, signal }));
    } catch {
      return undefined;
    }
  }

  /** Keeps it, where it is not too large. Throws what the file system throws. */
  async save(key: PolicyKey, value: object, signal: AbortSignal): Promise<void> {
    const text = JSON.stringify(value);
    if (text.length <= MAX_CACHE_BYTES) await keepFile(this.#path(key), text, { signal });
  }

  async remove(key: PolicyKey): Promise<void> {
    await removeFile(this.#path(key));
  }
}
