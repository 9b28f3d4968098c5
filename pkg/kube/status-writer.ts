/**
 * Writes a status by server-side apply: whole, forced, and with the resourceVersion that it was decided on. The version is
 * the guard: a copy that lags, an old leader or a hand at `kubectl` would otherwise cost running exit clocks. Where the
 * server has a newer version, the watch is waited for. If only something else than the status changed, the same status is
 * applied to that; if the status changed, it was decided on too little, and the pass must be made again.
 */
import { isDeepStrictEqual } from 'node:util';
import { API_VERSION, KIND, type PolicyStatus } from '../api/index.js';
import type { Log } from '../controller/index.js';
import { Plus1Error } from '../errors/index.js';
import { keyString, type HeldPolicy, type PolicyKey } from '../policies/index.js';
import { APIError, clusterError, endedBy, hasStatus } from './api-error.js';
import type { Call, Connection } from './connection.js';
import type { KubeObject } from './kube-object.js';
import { mergePatch } from './merge-patch.js';
import { persist, type PersistOptions } from './persist.js';
import { statusPath } from './policy-object.js';
import type { PolicyStore, Stored } from './policy-store.js';
import { sleep } from './sleep.js';

/** Owner of every field of the status, for good: another name would leave what this one wrote behind. */
export const FIELD_MANAGER = 'plus1-controller';

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ ; JSON is YAML. */
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
/** How long the watch may lag behind a write of someone else. */
const WATCH_LAG_MS = 5_000;
/** Someone who writes to the object all the time must not hold a worker for ever. */
const MAX_ROUNDS = 5;

export interface StatusWriterOptions extends PersistOptions {
  connection: Pick<Connection, 'call'>;
  store: PolicyStore;
  log: Log;
}

/** `newer`: the server has another version; `gone`: it has none. */
type Outcome = 'written' | 'newer' | 'gone';

/** What a status was decided on. */
interface Basis {
  uid: string;
  status: PolicyStatus;
}

export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #bases = new Map<string, Basis>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** The policy as it is known now; the next write is one that was decided on it. */
  read(key: PolicyKey): Stored | undefined {
    const stored = this.#options.store.get(key);
    if (stored === undefined) this.#bases.delete(keyString(key));
    else this.#base(stored);
    return stored;
  }

  /** False where the policy went, and was left alone. Throws PLUS1_STATUS_CONFLICT, PLUS1_CRD_OUTDATED, PLUS1_CLUSTER_…. */
  async write(key: PolicyKey, status: PolicyStatus, signal: AbortSignal): Promise<boolean> {
    const wanted = plain(status);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const stored = this.#current(key);
      if (stored === undefined) return false;
      if (isDeepStrictEqual(stored.held.status, wanted)) return this.#base(stored);
      this.#requireBasis(stored);
      const outcome = await this.#apply(stored, wanted, signal).catch((thrown: unknown) => {
        throw signal.aborted ? thrown : this.#failure(thrown, key);
      });
      if (outcome !== 'newer') return outcome === 'written';
      await this.#newer(stored, signal);
    }
    throw conflict(key, 'it changes faster than it can be written');
  }

  /** Undefined where the policy went, or another of the same name took its place. */
  #current(key: PolicyKey): Stored | undefined {
    const stored = this.#options.store.get(key);
    return stored?.held.uid === this.#bases.get(keyString(key))?.uid ? stored : undefined;
  }

  #requireBasis({ held }: Stored): void {
    const basis = this.#bases.get(keyString(held.key));
    if (isDeepStrictEqual(held.status, basis?.status)) return;
    throw conflict(held.key, 'someone else wrote it since it was read');
  }

  #base({ held }: Stored): true {
    this.#bases.set(keyString(held.key), { uid: held.uid, status: held.status });
    return true;
  }

  async #apply(stored: Stored, status: PolicyStatus, signal: AbortSignal): Promise<Outcome> {
    const { held, version } = stored;
    const body = {
      apiVersion: API_VERSION,
      kind: KIND,
      metadata: { name: held.key.name, resourceVersion: version },
      status,
    };
    const query = { fieldManager: FIELD_MANAGER, force: true };
    try {
      const answer = await this.#send(held, { query, body, contentType: APPLY }, signal);
      return typeof answer === 'string' ? answer : await this.#withoutLeftovers(answer, held, status, signal);
    } catch (thrown) {
      if (!hasStatus(thrown, 422)) throw thrown;
      // What another manager left of a field that is ours may be refused as a whole, for a part that is missing in it.
      const mended = await this.#replace(stored, status, signal).catch(() => undefined);
      if (mended === undefined) throw thrown;
      return mended;
    }
  }

  /**
   * A field that somebody else wrote too stays when it is no longer applied: their name stands beside ours. A clock that was
   * cleared would run on, and let its repository leave at once at the next contrary observation.
   */
  async #withoutLeftovers(
    answer: KubeObject,
    held: HeldPolicy,
    status: PolicyStatus,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const taken = answer.status ?? {};
    if (isDeepStrictEqual(taken, status)) return 'written';
    this.#options.log.warn('Status holds what somebody else wrote', { policy: keyString(held.key) });
    const stored = { held: { ...held, status: taken }, version: answer.metadata.resourceVersion };
    return this.#replace(stored, status, signal);
  }

  /** Makes the status exactly this one, whoever owns what is in it. */
  async #replace({ held, version }: Stored, status: PolicyStatus, signal: AbortSignal): Promise<Outcome> {
    const body = { metadata: { resourceVersion: version }, status: mergePatch({ ...held.status }, { ...status }) };
    const query = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' };
    const answer = await this.#send(held, { query, body, contentType: MERGE }, signal);
    return typeof answer === 'string' ? answer : 'written';
  }

  /** The object as it is then, or why there is none to write to. Throws what the API server answered. */
  async #send(
    { key, uid }: HeldPolicy,
    request: Pick<Call, 'query' | 'body' | 'contentType'>,
    signal: AbortSignal,
  ): Promise<KubeObject | 'newer' | 'gone'> {
    const { connection, store } = this.#options;
    const call = { method: 'PATCH', path: statusPath(key), ...request } as const;
    try {
      const answer = (await persist(() => connection.call(call, signal), this.#options, signal)) as KubeObject;
      store.answered(answer);
      this.#bases.set(keyString(key), { uid, status: answer.status ?? {} });
      return answer;
    } catch (thrown) {
      if (signal.aborted) throw endedBy(signal, what(key));
      if (hasStatus(thrown, 409)) return 'newer';
      if (hasStatus(thrown, 404)) return 'gone';
      throw thrown;
    }
  }

  #failure(thrown: unknown, key: PolicyKey): unknown {
    if (thrown instanceof APIError) {
      const error = `${thrown.message}: ${thrown.detail}`;
      this.#options.log.warn('Status not taken', { policy: keyString(key), error });
    }
    return clusterError(thrown, what(key));
  }

  async #newer({ held: { key }, version }: Stored, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    const waiting = new AbortController();
    const stop = (): void => waiting.abort();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([store.changed(key, version, waiting.signal), sleep(clock, WATCH_LAG_MS, waiting.signal)]);
    } finally {
      signal.removeEventListener('abort', stop);
      waiting.abort();
    }
    if (signal.aborted) throw endedBy(signal, what(key));
    if (store.get(key)?.version === version) throw conflict(key, 'the watch does not tell who changed it');
  }
}

const what = (key: PolicyKey): string => `write the status of ${keyString(key)}`;

function conflict(key: PolicyKey, why: string): Plus1Error {
  return new Plus1Error('PLUS1_STATUS_CONFLICT', `the status of ${keyString(key)} cannot be written: ${why}`);
}

/** As it comes back: without what JSON has no word for. */
function plain(status: PolicyStatus): PolicyStatus {
  return JSON.parse(JSON.stringify(status)) as PolicyStatus;
}
