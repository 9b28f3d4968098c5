/**
 * Requests to roll a policy back, or to release it again, beside a state folder: `STATE/.rollback/<namespace>/<policy>/<name>.json`.
 * The newest one counts. It is taken away once the status of the policy says that it was carried out; from then on the status alone
 * says that the policy is rolled back. To leave one needs no lock.
 */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { PolicyStatus } from '../../api/index.js';
import {
  faultText,
  isMissing,
  keepFile,
  makeFolder,
  readBoundedText,
  removeFile,
  writeAdvice,
  writeFault,
} from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { parseJSON } from '../../text/index.js';
import { keyString, type PolicyKey } from '../key.js';
import type { RollbackRequest } from '../rollback.js';
import { filesOf } from './files-of.js';

const MAX_BYTES = 65_536;
/** Written after each request into the one folder that is watched. */
const NEWS = 'asked';
/** So that names sort as their times. */
const TIME_DIGITS = 15;
const REQUEST_FILE = /^\d{15}-[0-9a-f]{8}\.json$/;

const askSchema = v.variant('kind', [
  v.looseObject({ v: v.literal(1), kind: v.literal('rollback'), to: v.string(), reason: v.exactOptional(v.string()) }),
  v.looseObject({ v: v.literal(1), kind: v.literal('release') }),
]);

/** What a person asked for. */
export type RollbackAsk = ({ kind: 'rollback' } & RollbackRequest) | { kind: 'release' };

export interface RollbackFolderOptions {
  /** The state folder. */
  state: string;
  /** Throws where this process may not write (any more). */
  beforeWrite?: (() => void) | undefined;
  /** Told of a file that is no request. */
  onFault?: (path: string, fault: string) => void;
}

type Status = Pick<PolicyStatus, 'lastHandledRollbackTo'>;

export class RollbackFolder {
  readonly #options: RollbackFolderOptions;
  readonly #told = new Set<string>();

  constructor(options: RollbackFolderOptions) {
    this.#options = options;
  }

  /** Changes with each request. */
  get watched(): string {
    return join(this.#options.state, '.rollback');
  }

  /** Leaves a request. Throws PLUS1_STATE_UNWRITABLE. */
  async ask(key: PolicyKey, { kind, ...ask }: RollbackAsk, nowMs: number, signal: AbortSignal): Promise<void> {
    const last = Number((await this.#files(key)).at(-1)?.slice(0, TIME_DIGITS) ?? 0);
    // Newer than every other one, also where the clock was set back.
    const name = String(Math.max(nowMs, last + 1)).padStart(TIME_DIGITS, '0');
    const path = join(this.#folder(key), `${name}-${randomUUID().slice(0, 8)}.json`);
    const time = new Date(nowMs).toISOString();
    try {
      await keepFile(path, `${JSON.stringify({ v: 1, kind, ...ask, time }, null, 2)}\n`, { signal });
      await keepFile(join(this.watched, NEWS), `${time}\n`, { signal });
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new Plus1Error('PLUS1_STATE_UNWRITABLE', `cannot leave the request ${path}: ${writeFault(cause)}`, {
        cause,
        ...writeAdvice(cause),
      });
    }
  }

  /** The request that waits. Throws PLUS1_STATE_UNREADABLE where nobody can tell. */
  async waiting(key: PolicyKey, signal: AbortSignal): Promise<RollbackAsk | undefined> {
    return (await this.#newest(key, signal))?.ask;
  }

  /** The rollback that stands: one that waits, else the one that the status says was carried out. Throws PLUS1_STATE_UNREADABLE. */
  async standing(
    key: PolicyKey,
    { lastHandledRollbackTo: to }: Status,
    signal: AbortSignal,
  ): Promise<RollbackRequest | undefined> {
    const ask = await this.waiting(key, signal);
    if (ask?.kind === 'release') return undefined;
    if (ask !== undefined) return { to: ask.to, ...(ask.reason !== undefined && { reason: ask.reason }) };
    return to === undefined ? undefined : { to };
  }

  /** Takes a request away that the status, which was just kept, has carried out. What cannot be removed is carried out already. */
  async settle(key: PolicyKey, { lastHandledRollbackTo }: Status, signal: AbortSignal): Promise<void> {
    try {
      const newest = await this.#newest(key, signal);
      if (newest === undefined || (newest.ask.kind === 'release' ? undefined : newest.ask.to) !== lastHandledRollbackTo)
        return;
      await this.#remove(key, (file) => file <= newest.file);
    } catch (error) {
      if (signal.aborted) return;
      this.#options.onFault?.(this.#folder(key), faultText(error));
    }
  }

  /** Of a policy that went: one of the same name that comes later was never asked to go back. Never throws. */
  async forget(key: PolicyKey): Promise<void> {
    await this.#remove(key, () => true).catch(() => undefined);
  }

  /** Makes the folder that is watched. Never throws: what is not watched is looked for. */
  async prepare(): Promise<void> {
    await makeFolder(this.watched).catch(() => undefined);
  }

  /** Policies with requests that no earlier look found. Never throws. */
  async news(): Promise<PolicyKey[]> {
    const keys: PolicyKey[] = [];
    for (const namespace of await names(this.watched)) {
      for (const policy of await names(join(this.watched, namespace))) {
        const files = await names(join(this.watched, namespace, policy));
        const paths = files.map((file) => `${namespace}/${policy}/${file}`);
        const key = keyOf(namespace, policy);
        if (key !== undefined && paths.some((path) => !this.#told.has(path))) keys.push(key);
        paths.forEach((path) => this.#told.add(path));
      }
    }
    return keys;
  }

  async #newest(key: PolicyKey, signal: AbortSignal): Promise<{ file: string; ask: RollbackAsk } | undefined> {
    for (const file of (await this.#files(key)).reverse()) {
      const ask = await this.#read(join(this.#folder(key), file), signal);
      if (ask !== undefined) return { file, ask };
    }
    return undefined;
  }

  async #read(path: string, signal: AbortSignal): Promise<RollbackAsk | undefined> {
    try {
      const parsed = v.safeParse(askSchema, parseJSON(await readBoundedText(path, { maxBytes: MAX_BYTES, signal })));
      if (parsed.success) return parsed.output;
      this.#options.onFault?.(path, 'it is no request to roll back or to release');
    } catch (error) {
      if (signal.aborted) throw error;
      if (!isMissing(error)) this.#options.onFault?.(path, faultText(error));
    }
    return undefined;
  }

  #files(key: PolicyKey): Promise<string[]> {
    return filesOf(this.#folder(key), REQUEST_FILE, `the requests to roll back ${keyString(key)}`);
  }

  async #remove(key: PolicyKey, isOver: (file: string) => boolean): Promise<void> {
    for (const file of (await this.#files(key)).filter(isOver)) {
      this.#options.beforeWrite?.();
      await removeFile(join(this.#folder(key), file));
    }
  }

  #folder({ namespace, name }: PolicyKey): string {
    return join(this.watched, encodeURIComponent(namespace), encodeURIComponent(name));
  }
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** Undefined of a folder whose name is no name: somebody else made it. */
function keyOf(namespace: string, name: string): PolicyKey | undefined {
  try {
    return { namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) };
  } catch {
    return undefined;
  }
}
