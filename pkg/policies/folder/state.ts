/**
 * The state folder: `STATE/<namespace>/<name>.json`, the whole object with its status. Exit clocks and the guards'
 * window live here, so a file that cannot be read is an error, never an empty memory: empty would forget who left.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Plus1Policy } from '../../api/index.js';
import {
  errnoOf,
  faultText,
  foldersIn,
  isDangling,
  isMissing,
  keepFile,
  makeFolder,
  proveWritable,
  readBoundedText,
  removeFile,
  sweepLeftovers,
  writeAdvice,
  writeFault,
} from '../../base/index.js';
import { hasCode, Plus1Error } from '../../errors/index.js';
import { parseJSON } from '../../text/index.js';
import { claimOf, foreignMemory, keptClaim, type Claim } from '../claim.js';
import { LastText } from './last-text.js';
import { isPolicy, parsedState } from './state-text.js';
import { isEmptyMemory, type StoredPolicy } from '../stored-policy.js';
import { memoryFor } from '../kept-memory.js';
import { Turns } from './turns.js';
import { keyString, type PolicyKey } from '../key.js';

/** 500 clocks and a policy of the largest size need less than 3 MB. */
const MAX_STATE_BYTES = 16_777_216;

export interface StateFault {
  key: PolicyKey;
  error: Plus1Error;
  /** The ruleset that it is about, where that much of it can be read. */
  claim?: Claim;
  /** It is JSON, and no policy: a file of somebody else. */
  isForeign: boolean;
}

export interface StoredPolicies {
  policies: StoredPolicy[];
  /** One for each state that cannot be read. */
  faults: StateFault[];
}

export class StateFolder {
  readonly #folder: string;

  readonly #beforeWrite: (() => void) | undefined;
  readonly #last = new LastText();
  readonly #turns = new Turns();

  /** `beforeWrite`: throws where this process may not write (any more). */
  constructor(folder: string, beforeWrite?: () => void) {
    this.#folder = folder;
    this.#beforeWrite = beforeWrite;
  }

  path(key: PolicyKey): string {
    return join(this.#folder, encodeURIComponent(key.namespace), `${encodeURIComponent(key.name)}.json`);
  }

  /**
   * What an earlier pass left, or undefined where there was none. From the first read on, nobody else may change it: one process
   * holds the lock, and what it finds later that it did not write is no memory of now. Throws PLUS1_STATE_UNREADABLE.
   */
  async read(key: PolicyKey, signal: AbortSignal): Promise<StoredPolicy | undefined> {
    const path = this.path(key);
    const expected = this.#last.expected(path);
    const text = await this.#text(key, signal);
    // The first read is believed where it can be read; one that is damaged may be repaired.
    const object = expected === undefined ? parsedState(text, key, path) : undefined;
    if (!this.#last.isOurs(path, text, expected)) throw changed(key, path, text);
    return object ?? parsedState(text, key, path);
  }

  async #text(key: PolicyKey, signal: AbortSignal): Promise<string | undefined> {
    const path = this.path(key);
    try {
      return await readBoundedText(path, { maxBytes: MAX_STATE_BYTES, signal });
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (signal.aborted) throw error;
      throw new Plus1Error(
        'PLUS1_STATE_UNREADABLE',
        `cannot read the state of ${keyString(key)} at ${path}: ${faultText(error)}`,
        { cause: error },
      );
    }
  }

  /**
   * What an earlier pass of this very policy left. Throws PLUS1_POLICY_INVALID where the memory is of another host,
   * organization or ruleset: a file that was edited, or a name that two organizations share.
   */
  async readOwn(policy: Plus1Policy, signal: AbortSignal): Promise<StoredPolicy | undefined> {
    const stored = memoryFor(await this.read(policy.metadata, signal), claimOf(policy.spec));
    if (stored === undefined || isEmptyMemory(stored.status)) return stored;
    const kept = stored.origin?.isUnproved === true ? undefined : keptClaim(stored);
    const fault = foreignMemory(kept, claimOf(policy.spec));
    if (fault === undefined) return stored;
    const path = this.path(policy.metadata);
    throw new Plus1Error('PLUS1_POLICY_INVALID', `the state ${path} is not the memory of this policy: ${fault}`, {
      fix: 'name another --state, or another policy in metadata.name; or delete that file to begin with fresh clocks',
    });
  }

  /** Every policy that the folder knows, by namespace and name. A folder that is not there knows none. */
  async list(signal: AbortSignal): Promise<StoredPolicies> {
    const policies: StoredPolicy[] = [];
    const faults: StoredPolicies['faults'] = [];
    for (const key of await this.keys()) {
      // One that is broken hides no other.
      const { policy, fault } = await this.look(key, signal);
      if (policy !== undefined) policies.push(policy);
      if (fault !== undefined) faults.push(fault);
    }
    return { policies, faults };
  }

  /** Of every state file, in the same order. Throws PLUS1_STATE_UNREADABLE. */
  async keys(): Promise<PolicyKey[]> {
    const keys: PolicyKey[] = [];
    for (const namespace of await namesIn(this.#folder, (name) => !name.startsWith('.'))) {
      const folder = join(this.#folder, namespace);
      for (const file of await namesIn(folder, (name) => name.endsWith('.json'), { mayBeFile: true }))
        keys.push({ namespace: decoded(namespace), name: decoded(file.slice(0, -'.json'.length)) });
    }
    return keys;
  }

  /** As it lies there now, no matter who put it there: of a policy that this process does not keep. Neither where it went. */
  async look(key: PolicyKey, signal: AbortSignal): Promise<{ policy?: StoredPolicy; fault?: StateFault }> {
    try {
      const policy = parsedState(await this.#text(key, signal), key, this.path(key));
      return policy === undefined ? {} : { policy };
    } catch (error) {
      if (!hasCode(error, 'PLUS1_STATE_UNREADABLE')) throw error;
      return { fault: { key, error, ...(await this.#about(key, signal)) } };
    }
  }

  /** What a state that is damaged says of itself all the same. */
  async #about(key: PolicyKey, signal: AbortSignal): Promise<Pick<StateFault, 'claim' | 'isForeign'>> {
    try {
      const object = parseJSON(await readBoundedText(this.path(key), { maxBytes: MAX_STATE_BYTES, signal }));
      if (!isPolicy(object)) return { isForeign: true };
      const claim = keptClaim({ origin: object['origin'], spec: object['spec'] });
      return { isForeign: false, ...(claim && { claim }) };
    } catch {
      return { isForeign: false };
    }
  }

  /** Throws PLUS1_STATE_UNWRITABLE now, where `write` would throw it later. */
  async prove(key: PolicyKey): Promise<void> {
    try {
      await makeFolder(dirname(this.path(key)));
      await proveWritable(this.path(key));
    } catch (cause) {
      throw this.#unwritable(key, cause);
    }
  }

  #unwritable(key: PolicyKey, cause: unknown): Plus1Error {
    const message = `cannot write the state of ${keyString(key)} at ${this.path(key)}: ${writeFault(cause)}`;
    return new Plus1Error('PLUS1_STATE_UNWRITABLE', message, { cause, ...writeAdvice(cause) });
  }

  /**
   * Keeps policy and status whole; `isStill` is asked when its turn has come: where it says no, nothing is written. Throws
   * PLUS1_STATE_UNWRITABLE; the earlier state is then still there.
   */
  async write(
    key: PolicyKey,
    object: StoredPolicy,
    signal: AbortSignal,
    isStill: () => boolean = () => true,
  ): Promise<void> {
    this.#beforeWrite?.();
    try {
      const text = textOf(object);
      const path = this.path(key);
      const beforeRename = this.#beforeWrite;
      const write = (): Promise<void> => keepFile(path, text, { signal, beforeRename });
      const inTurn = async (): Promise<void> => (isStill() ? this.#last.during(path, text, write) : undefined);
      await this.#turns.take(path, inTurn, signal);
    } catch (error) {
      if (signal.aborted || error instanceof Plus1Error) throw error;
      throw this.#unwritable(key, error);
    }
  }

  /** Takes away what killed processes left half written, of state and cache alone. `nowMs`: Unix ms. */
  async sweep(nowMs: number): Promise<void> {
    const [namespaces, caches] = await Promise.all([foldersIn(this.#folder), foldersIn(join(this.#folder, '.cache'))]);
    const own = namespaces.filter((folder) => !basename(folder).startsWith('.'));
    await sweepLeftovers([...own, ...caches], nowMs);
  }

  /**
   * Puts in the place of a state what `change` makes of it: undefined removes it, the same one changes nothing. Where it was changed,
   * the path is watched no more: whatever lies there next is believed. In the turn of the writes of that path, so that none comes between. Throws PLUS1_STATE_UNREADABLE, and
   * leaves the file as it is, where that is not what this process keeps there; and PLUS1_STATE_UNWRITABLE.
   */
  async replace(
    key: PolicyKey,
    change: (stored: StoredPolicy) => StoredPolicy | undefined,
    signal: AbortSignal,
  ): Promise<StoredPolicy | undefined> {
    const path = this.path(key);
    let next: StoredPolicy | undefined;
    const replace = async (): Promise<void> => {
      const stored = await this.read(key, signal);
      next = stored && change(stored);
      this.#beforeWrite?.();
      if (next !== undefined && next === stored) return;
      const text = next && textOf(next);
      const beforeRename = this.#beforeWrite;
      if (text !== undefined) await this.#last.during(path, text, () => keepFile(path, text, { signal, beforeRename }));
      this.#last.forget(path);
      if (next === undefined) await removeFile(path);
    };
    try {
      await this.#turns.take(path, replace, signal);
    } catch (error) {
      if (signal.aborted || error instanceof Plus1Error) throw error;
      throw this.#unwritable(key, error);
    }
    return next;
  }
}

/**
 * A file that went is the same kind, and is not written again from memory: a volume that is not mounted for a while looks like
 * this, and the state would lie on the disk below it. It counts again as soon as it is back.
 */
function changed(key: PolicyKey, path: string, text: string | undefined): Plus1Error {
  const [what, then] =
    text === undefined
      ? ['deleted', 'it begins with fresh clocks and guards that have counted nothing']
      : ['changed', 'it believes the file that is there'];
  return new Plus1Error(
    'PLUS1_STATE_UNREADABLE',
    `the state of ${keyString(key)} at ${path} was ${what} by somebody else while this process holds the lock; nothing is written`,
    { fix: `put back the file as it was; or, where the change is wanted, restart the controller: ${then}` },
  );
}

const textOf = (object: StoredPolicy): string => `${JSON.stringify(object, null, 2)}\n`;

/** A name that somebody else put there may not be one of ours. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function namesIn(
  folder: string,
  wanted: (name: string) => boolean,
  { mayBeFile = false }: { mayBeFile?: boolean } = {},
): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(wanted).sort();
  } catch (error) {
    const code = errnoOf(error);
    // A link that leads nowhere, such as one to a volume that is not mounted, is there all the same.
    const isAbsent = code === 'ENOENT' && !(await isDangling(folder));
    if (isAbsent || (mayBeFile && code === 'ENOTDIR')) return [];
    throw new Plus1Error('PLUS1_STATE_UNREADABLE', `cannot list the state folder ${folder}: ${faultText(error)}`, {
      cause: error,
    });
  }
}
