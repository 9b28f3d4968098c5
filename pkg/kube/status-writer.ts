/**
 * Writes a status by server-side apply: whole, forced, and with the resourceVersion that it was decided on. The version is
 * the guard: a copy that lags, an old leader or a hand at `kubectl` would otherwise cost running exit clocks. Where the
 * server has a newer version, the watch is waited for. If only something else than the status changed, the same status is
 * applied to that; if the status changed, it was decided on too little, and the pass must be made again.
 */
import { API_VERSION, KIND, type PolicyStatus } from '../api/index.js';
import { ignoreAbort, linkSignals, sleep, type Log } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { keyString, type HeldPolicy, type PolicyKey } from '../policies/index.js';
import { APIError, clusterError, endedBy, hasStatus } from './api-error.js';
import type { Call, Connection } from './connection.js';
import type { KubeObject } from './kube-object.js';
import { persist, type PersistOptions } from './persist.js';
import { statusPath } from './policy-object.js';
import type { PolicyStore, Stored } from './policy-store.js';
import { FIELD_MANAGER, otherOwners, withoutShared } from './status-owners.js';
import { asKept, isSameStatus, removalPatch } from './status-value.js';

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

/** Nothing was written: `gone`: there is no such policy; `newer`: there is another version than that one. */
interface Refused {
  refused: 'newer' | 'gone';
  version: string;
}
const isRefused = (answer: KubeObject | Refused): answer is Refused => 'refused' in answer;

/** A patch of that version of the policy. */
interface Request extends Pick<Call, 'query' | 'body' | 'contentType'> {
  version: string;
}

/** What a status was decided on. */
interface Basis {
  uid: string;
  status: PolicyStatus;
}

interface Unfinished {
  uid: string;
  /** As it is in between. */
  without: PolicyStatus;
  /** As it was before, and will be. */
  whole: PolicyStatus;
}

export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #bases = new Map<string, Basis>();
  /** Statuses of which a part is removed and applied again. */
  readonly #unfinished = new Map<string, Unfinished>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** The policy as it is known now; the next write is one that was decided on it. */
  read(key: PolicyKey): Stored | undefined {
    const stored = this.#options.store.get(key);
    if (stored === undefined) {
      this.#bases.delete(keyString(key));
      this.#unfinished.delete(keyString(key));
      return undefined;
    }
    this.#base(stored);
    return this.#finished(stored);
  }

  /** Where the server went away between a removal and the next apply, the whole status is the one in this process. */
  #finished(stored: Stored): Stored {
    const unfinished = this.#unfinishedOf(stored);
    if (unfinished !== undefined) return { ...stored, held: { ...stored.held, status: unfinished.whole } };
    this.#unfinished.delete(keyString(stored.held.key));
    return stored;
  }

  #unfinishedOf({ held }: Stored): Unfinished | undefined {
    const unfinished = this.#unfinished.get(keyString(held.key));
    if (unfinished?.uid !== held.uid) return undefined;
    return isSameStatus(held.status, unfinished.without) ? unfinished : undefined;
  }

  /** False where the policy went, and was left alone. Throws PLUS1_STATUS_CONFLICT, PLUS1_CRD_OUTDATED, PLUS1_CLUSTER_…. */
  async write(key: PolicyKey, status: PolicyStatus, signal: AbortSignal): Promise<boolean> {
    const wanted = asKept(status);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const stored = this.#current(key);
      if (stored === undefined) return false;
      if (isSameStatus(stored.held.status, wanted)) return this.#base(stored);
      this.#requireBasis(stored);
      const outcome = await this.#apply(stored, wanted, signal).catch((thrown: unknown) => {
        throw signal.aborted ? thrown : this.#failure(thrown, key);
      });
      if (!isRefused(outcome)) return true;
      if (outcome.refused === 'gone') return false;
      await this.#newer(key, outcome.version, signal);
    }
    throw conflict(key, 'it changes faster than it can be written');
  }

  /** Undefined where the policy went, or another of the same name took its place. */
  #current(key: PolicyKey): Stored | undefined {
    const stored = this.#options.store.get(key);
    return stored?.held.uid === this.#bases.get(keyString(key))?.uid ? stored : undefined;
  }

  #requireBasis(stored: Stored): void {
    const { held } = stored;
    const basis = this.#bases.get(keyString(held.key));
    if (isSameStatus(held.status, basis?.status) || this.#unfinishedOf(stored) !== undefined) return;
    throw conflict(held.key, 'someone else wrote it since it was read');
  }

  #base({ held }: Stored): true {
    this.#bases.set(keyString(held.key), { uid: held.uid, status: held.status });
    return true;
  }

  async #apply(stored: Stored, wanted: PolicyStatus, signal: AbortSignal): Promise<KubeObject | Refused> {
    const { held } = stored;
    const applied = await this.#send(held, applyOf(held.key, stored.version, wanted), signal).catch((thrown: unknown) =>
      this.#applyAfterRemoval(thrown, stored, wanted, signal),
    );
    if (isRefused(applied)) return applied;
    const whole = await this.#withoutLeftovers(applied, held, wanted, signal);
    return isRefused(whole) ? whole : this.#takeBack(whole, held, wanted, signal);
  }

  /**
   * What another owner keeps of a field that is no longer applied may be refused as a whole, for a part that is missing in
   * it. Such fields are removed first, for all of their owners.
   */
  async #applyAfterRemoval(
    thrown: unknown,
    { held, version }: Stored,
    wanted: PolicyStatus,
    signal: AbortSignal,
  ): Promise<KubeObject | Refused> {
    const patch = removalPatch(held.status, wanted);
    if (!hasStatus(thrown, 422) || Object.keys(patch).length === 0) throw thrown;
    const removed = await this.#send(held, removalOf(version, patch), signal).catch(() => undefined);
    if (removed === undefined) throw thrown;
    if (isRefused(removed)) return removed;
    return this.#send(held, applyOf(held.key, removed.metadata.resourceVersion, wanted), signal);
  }

  /**
   * A field that somebody else wrote too stays when it is no longer applied: their name stands beside ours. A clock that was
   * cleared would run on, and let its repository leave at once at the next contrary observation.
   */
  async #withoutLeftovers(
    applied: KubeObject,
    held: HeldPolicy,
    wanted: PolicyStatus,
    signal: AbortSignal,
  ): Promise<KubeObject | Refused> {
    const patch = removalPatch(asKept(applied.status), wanted);
    const left =
      Object.keys(patch).length === 0
        ? applied
        : await this.#send(held, removalOf(applied.metadata.resourceVersion, patch), signal);
    if (!isRefused(left) && !isSameStatus(left.status, wanted)) {
      this.#options.log.warn('Status is not kept as it was applied', { policy: keyString(held.key) });
    }
    return left;
  }

  /**
   * Makes us the only owner of what others wrote too, so that the next apply can remove it. Not while a write to GitHub is
   * announced: its mark must stand at once, and stay.
   */
  async #takeBack(
    object: KubeObject,
    held: HeldPolicy,
    wanted: PolicyStatus,
    signal: AbortSignal,
  ): Promise<KubeObject | Refused> {
    // As it is and not as we read it: an owner of an empty list is one all the same.
    const status = object.status ?? {};
    const without = withoutShared(status, object);
    const patch = removalPatch(status, without);
    if (wanted.pendingWrite !== undefined || Object.keys(patch).length === 0) return object;
    const id = keyString(held.key);
    this.#unfinished.set(id, { uid: held.uid, without, whole: wanted });
    const removed = await this.#send(held, removalOf(object.metadata.resourceVersion, patch), signal);
    if (isRefused(removed)) return removed;
    const applied = await this.#send(held, applyOf(held.key, removed.metadata.resourceVersion, wanted), signal);
    if (isRefused(applied)) return applied;
    this.#unfinished.delete(id);
    this.#options.log.info('Status taken back from other owners', { policy: id, owners: otherOwners(object) });
    return applied;
  }

  /** The object as it is then, or why there is none to write to. Throws what the API server answered. */
  async #send({ key, uid }: HeldPolicy, request: Request, signal: AbortSignal): Promise<KubeObject | Refused> {
    const { connection, store } = this.#options;
    const { version, ...patch } = request;
    const call = { method: 'PATCH', path: statusPath(key), ...patch } as const;
    try {
      const answer = (await persist(() => connection.call(call, signal), this.#options, signal)) as KubeObject;
      store.answered(answer);
      this.#bases.set(keyString(key), { uid, status: answer.status ?? {} });
      return answer;
    } catch (thrown) {
      if (signal.aborted) throw endedBy(signal, what(key));
      if (hasStatus(thrown, 409)) return { refused: 'newer', version };
      if (hasStatus(thrown, 404)) return { refused: 'gone', version };
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

  /** Waits until the watch has told another version than that one. */
  async #newer(key: PolicyKey, version: string, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    const waiting = linkSignals(signal);
    try {
      const lag = sleep(clock, WATCH_LAG_MS, waiting.signal).catch(ignoreAbort(waiting.signal));
      await Promise.race([store.changed(key, version, waiting.signal), lag]);
    } finally {
      waiting.abort(new Error('the wait is over'));
      waiting.release();
    }
    if (signal.aborted) throw endedBy(signal, what(key));
    if (store.get(key)?.version === version) throw conflict(key, 'the watch does not tell who changed it');
  }
}

const what = (key: PolicyKey): string => `write the status of ${keyString(key)}`;

function conflict(key: PolicyKey, why: string): Plus1Error {
  return new Plus1Error('PLUS1_STATUS_CONFLICT', `the status of ${keyString(key)} cannot be written: ${why}`);
}

/** The whole status, applied to that version of the policy. */
function applyOf({ name }: PolicyKey, version: string, status: PolicyStatus): Request {
  const body = { apiVersion: API_VERSION, kind: KIND, metadata: { name, resourceVersion: version }, status };
  return { version, query: { fieldManager: FIELD_MANAGER, force: true }, body, contentType: APPLY };
}

/** The removal of a part of the status from that version of the policy. */
function removalOf(version: string, status: Record<string, unknown>): Request {
  const body = { metadata: { resourceVersion: version }, status };
  return { version, query: { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' }, body, contentType: MERGE };
}
