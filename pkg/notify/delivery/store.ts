/** `STATE/.notify/<namespace>/<name>.json`. A folder with a dot is no namespace. */
import { join } from 'node:path';
import { isMissing, keepFile, readBoundedText, removeFile } from '../../base/index.js';
import { parseJSON } from '../../text/index.js';
import { emptyKept, readKept, type Kept } from './kept.js';

export interface PolicyKey {
  namespace: string;
  name: string;
}

/** Where what is kept lies. */
export interface NotifyStore {
  load(key: PolicyKey, signal: AbortSignal): Promise<Kept>;
  save(key: PolicyKey, kept: Kept): Promise<void>;
  remove(key: PolicyKey): Promise<void>;
}

/** 16 channels with 100 messages of 500 names each. */
const MAX_BYTES = 67_108_864;

export interface NotifyFolderOptions {
  /** The state folder. */
  state: string;
  /** Throws where this process may not write (any more). */
  beforeWrite?: (() => void) | undefined;
  /** Called where a file cannot be used. What was in it is forgotten. */
  onFault: (path: string, fault: string) => void;
}

export class NotifyFolder implements NotifyStore {
  readonly #options: NotifyFolderOptions;

  constructor(options: NotifyFolderOptions) {
    this.#options = options;
  }

  async load(key: PolicyKey, signal: AbortSignal): Promise<Kept> {
    const path = this.#path(key);
    try {
      const kept = readKept(parseJSON(await readBoundedText(path, { maxBytes: MAX_BYTES, signal })));
      if (kept !== undefined) return kept;
      this.#options.onFault(path, 'it is not what Plus1 keeps there');
    } catch (thrown) {
      signal.throwIfAborted();
      if (!isMissing(thrown)) this.#options.onFault(path, thrown instanceof Error ? thrown.message : 'unknown fault');
    }
    return emptyKept();
  }

  async save(key: PolicyKey, kept: Kept): Promise<void> {
    const { beforeWrite } = this.#options;
    beforeWrite?.();
    await keepFile(this.#path(key), `${JSON.stringify(kept)}\n`, { beforeRename: beforeWrite });
  }

  async remove(key: PolicyKey): Promise<void> {
    this.#options.beforeWrite?.();
    await removeFile(this.#path(key));
  }

  #path({ namespace, name }: PolicyKey): string {
    const { state } = this.#options;
    return join(state, '.notify', encodeURIComponent(namespace), `${encodeURIComponent(name)}.json`);
  }
}
