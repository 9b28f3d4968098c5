/**
 * Writes a status by server-side apply: whole, forced, and with the resourceVersion that it was decided on. The version is
 * the guard: a copy that lags, an old leader or a hand at `kubectl` would otherwise cost running exit clocks. Where the
 * server has a newer version, the watch is waited for. If only something else than the status changed, the same status is
 * applied to that; if the status changed, it was decided on too little, and must be decided again.
 */
import { ignoreAbort, linkSignals, sleep, type Log } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { APIError, clusterError, endedBy, hasStatus } from './api-error.js';
import type { Call, Connection } from './connection.js';
import { keyText, type KubeObject, type ObjectKey } from './kube-object.js';
import type { ObjectStore, Stored } from './object-store.js';
import { persist, type PersistOptions } from './persist.js';
import { apiVersionOf, statusPath, type Resource } from './resource.js';
import { otherOwners, withoutShared } from './status-owners.js';
import type { StatusSettings } from './status-settings.js';
import { asKept, isSameStatus, notKept, removalPatch } from './status-value.js';

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/ ; JSON is YAML. */
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
/** How long the watch may lag behind a write of someone else. */
const WATCH_LAG_MS = 5_000;
/** Someone who writes to the object all the time must not hold a worker for ever. */
const MAX_ROUNDS = 5;

export interface StatusWriterOptions extends PersistOptions {
  connection: Pick<Connection, 'call'>;
  resource: Resource;
  settings: StatusSettings;
  store: Pick<ObjectStore<unknown>, 'get' | 'answered' | 'changed'>;
  log: Log;
}

/** Nothing was written: `gone`: there is no such object; `newer`: there is another version than that one. */
interface Refused {
  refused: 'newer' | 'gone';
  version: string;
}
const isRefused = (answer: KubeObject | Refused): answer is Refused => 'refused' in answer;

/** A patch of that version of the object. */
interface Request extends Pick<Call, 'query' | 'body' | 'contentType'> {
  version: string;
}

type Known = Stored<unknown>;

/** What a status was decided on. */
interface Basis {
  uid: string;
  status: object;
}

interface Unfinished {
  uid: string;
  /** As it is in between. */
  without: object;
  /** As it was before, and will be. */
  whole: object;
}

export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #bases = new Map<string, Basis>();
  /** Statuses of which a part is removed and applied again. */
  readonly #unfinished = new Map<string, Unfinished>();

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** The object as it is known now; the next write is one that was decided on it. */
  read(key: ObjectKey): Known | undefined {
    const stored = this.#options.store.get(key);
    if (stored === undefined) {
      this.#bases.delete(keyText(key));
      this.#unfinished.delete(keyText(key));
      return undefined;
    }
    this.#base(stored);
    return this.#finished(stored);
  }

  /** Where the server went away between a removal and the next apply, the whole status is the one in this process. */
  #finished(stored: Known): Known {
    const unfinished = this.#unfinishedOf(stored);
    if (unfinished !== undefined) return { ...stored, status: unfinished.whole };
    this.#unfinished.delete(keyText(stored.key));
    return stored;
  }

  #unfinishedOf({ key, uid, status }: Known): Unfinished | undefined {
    const unfinished = this.#unfinished.get(keyText(key));
    if (unfinished?.uid !== uid) return undefined;
    return this.#isSame(status, unfinished.without) ? unfinished : undefined;
  }

  /**
   * False where the object went, and was left alone; with a `uid` also where the object of that name is another than the one that the
   * status is about, also where it was read since. Throws PLUS1_STATUS_CONFLICT, PLUS1_CRD_OUTDATED, PLUS1_CLUSTER_….
   */
  async write({ uid, ...key }: ObjectKey & { uid?: string }, status: object, signal: AbortSignal): Promise<boolean> {
    const wanted = asKept(status, this.#options.settings.lists);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const stored = this.#current(key);
      if (stored === undefined || (uid !== undefined && stored.uid !== uid)) return false;
      if (this.#isSame(stored.status, wanted)) return this.#base(stored);
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

  /** Undefined where the object went, or another of the same name took its place. */
  #current(key: ObjectKey): Known | undefined {
    const stored = this.#options.store.get(key);
    return stored?.uid === this.#bases.get(keyText(key))?.uid ? stored : undefined;
  }

  #requireBasis(stored: Known): void {
    const { key, status } = stored;
    const basis = this.#bases.get(keyText(key));
    if (this.#isSame(status, basis?.status) || this.#unfinishedOf(stored) !== undefined) return;
    throw conflict(key, 'someone else wrote it since it was read');
  }

  #base({ key, uid, status }: Known): true {
    this.#bases.set(keyText(key), { uid, status });
    return true;
  }

  #isSame(a: unknown, b: unknown): boolean {
    return isSameStatus(a, b, this.#options.settings.lists);
  }

  #removal(from: object, to: object): Record<string, unknown> {
    return removalPatch(from, to, this.#options.settings.lists);
  }

  async #apply(stored: Known, wanted: object, signal: AbortSignal): Promise<KubeObject | Refused> {
    const apply = this.#applyOf(stored, stored.version, wanted);
    const applied = await this.#send(stored, apply, signal).catch((thrown: unknown) =>
      this.#applyAfterRemoval(thrown, stored, wanted, signal),
    );
    if (isRefused(applied)) return applied;
    const whole = await this.#withoutLeftovers(applied, stored, wanted, signal);
    if (isRefused(whole)) return whole;
    this.#requireKept(whole, stored, wanted);
    const own = await this.#takeBack(whole, stored, wanted, signal);
    if (!isRefused(own)) this.#requireKept(own, stored, wanted);
    return own;
  }

  /**
   * A server answers 200 though a mutating webhook took a field out, or a CRD without that field dropped it. A write to GitHub
   * that goes out after that would have no mark, and a restart would know of no clock and no count.
   */
  #requireKept({ status }: KubeObject, { key }: Known, wanted: object): void {
    const { lists, reliedOn } = this.#options.settings;
    const lost = notKept(wanted, status, reliedOn, lists);
    if (lost.length === 0) return;
    const fields = lost.map((name) => `status.${name}`).join(', ');
    throw new Plus1Error(
      'PLUS1_CRD_OUTDATED',
      `cannot ${what(key)}: the API server accepted it, but did not keep ${fields} as it was sent`,
      { fix: KEPT },
    );
  }

  /**
   * What another owner keeps of a field that is no longer applied may be refused as a whole, for a part that is missing in
   * it. Such fields are removed first, for all of their owners.
   */
  async #applyAfterRemoval(
    thrown: unknown,
    known: Known,
    wanted: object,
    signal: AbortSignal,
  ): Promise<KubeObject | Refused> {
    const patch = this.#removal(known.status, wanted);
    if (!hasStatus(thrown, 422) || Object.keys(patch).length === 0) throw thrown;
    const removed = await this.#send(known, this.#removalOf(known.version, patch), signal).catch(() => undefined);
    if (removed === undefined) throw thrown;
    if (isRefused(removed)) return removed;
    return this.#send(known, this.#applyOf(known, removed.metadata.resourceVersion, wanted), signal);
  }

  /**
   * A field that somebody else wrote too stays when it is no longer applied: their name stands beside ours. A clock that was
   * cleared would run on, and let its repository leave at once at the next contrary observation.
   */
  async #withoutLeftovers(
    applied: KubeObject,
    known: Known,
    wanted: object,
    signal: AbortSignal,
  ): Promise<KubeObject | Refused> {
    const { settings, resource, log } = this.#options;
    const patch = this.#removal(asKept(applied.status, settings.lists), wanted);
    const left =
      Object.keys(patch).length === 0
        ? applied
        : await this.#send(known, this.#removalOf(applied.metadata.resourceVersion, patch), signal);
    if (!isRefused(left) && !this.#isSame(left.status, wanted)) {
      log.warn('Status is not kept as it was applied', { [resource.words.one]: keyText(known.key) });
    }
    return left;
  }

  /**
   * Makes us the only owner of what others wrote too, so that the next apply can remove it. Not while the settings forbid it,
   * since a part of the status is missing for a moment.
   */
  async #takeBack(
    object: KubeObject,
    known: Known,
    wanted: object,
    signal: AbortSignal,
  ): Promise<KubeObject | Refused> {
    const { settings, resource, log } = this.#options;
    // As it is and not as we read it: an owner of an empty list is one all the same.
    const status = object.status ?? {};
    const without = withoutShared(status, object, settings);
    const patch = this.#removal(status, without);
    const { takeBackUnless } = settings;
    const mustStand = takeBackUnless !== undefined && takeBackUnless in wanted;
    if (mustStand || Object.keys(patch).length === 0) return object;
    const id = keyText(known.key);
    this.#unfinished.set(id, { uid: known.uid, without, whole: wanted });
    const removed = await this.#send(known, this.#removalOf(object.metadata.resourceVersion, patch), signal);
    if (isRefused(removed)) return removed;
    const apply = this.#applyOf(known, removed.metadata.resourceVersion, wanted);
    const applied = await this.#send(known, apply, signal);
    if (isRefused(applied)) return applied;
    this.#unfinished.delete(id);
    const owners = otherOwners(object, settings);
    log.info('Status taken back from other owners', { [resource.words.one]: id, owners });
    return applied;
  }

  /** The whole status, applied to that version of the object. */
  #applyOf({ key: { name } }: Known, version: string, status: object): Request {
    const { resource, settings } = this.#options;
    const metadata = { name, resourceVersion: version };
    const body = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, status };
    return { version, query: { fieldManager: settings.fieldManager, force: true }, body, contentType: APPLY };
  }

  /** The removal of a part of the status from that version of the object. */
  #removalOf(version: string, status: Record<string, unknown>): Request {
    const { fieldManager } = this.#options.settings;
    const body = { metadata: { resourceVersion: version }, status };
    return { version, query: { fieldManager, fieldValidation: 'Strict' }, body, contentType: MERGE };
  }

  /** The object as it is then, or why there is none to write to. Throws what the API server answered. */
  async #send({ key, uid }: Known, request: Request, signal: AbortSignal): Promise<KubeObject | Refused> {
    const { connection, store, resource } = this.#options;
    const { version, ...patch } = request;
    const call = { method: 'PATCH', path: statusPath(resource, key), ...patch } as const;
    try {
      const answer = (await persist(() => connection.call(call, signal), this.#options, signal)) as KubeObject;
      store.answered(answer);
      this.#bases.set(keyText(key), { uid, status: answer.status ?? {} });
      return answer;
    } catch (thrown) {
      if (signal.aborted) throw endedBy(signal, what(key));
      if (hasStatus(thrown, 409)) return { refused: 'newer', version };
      if (hasStatus(thrown, 404)) return { refused: 'gone', version };
      throw thrown;
    }
  }

  #failure(thrown: unknown, key: ObjectKey): unknown {
    if (thrown instanceof APIError) {
      const { log, resource } = this.#options;
      const error = `${thrown.message}: ${thrown.detail}`;
      log.warn('Status not taken', { [resource.words.one]: keyText(key), error });
    }
    return clusterError(thrown, what(key));
  }

  /** Waits until the watch has told another version than that one. */
  async #newer(key: ObjectKey, version: string, signal: AbortSignal): Promise<void> {
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
    if (store.get(key)?.version === version) throw conflict(key, 'the watch does not say who changed it');
  }
}

const KEPT =
  'apply the CRD that belongs to this version of the controller, and look for a mutating webhook that changes the status';

const what = (key: ObjectKey): string => `write the status of ${keyText(key)}`;

function conflict(key: ObjectKey, why: string): Plus1Error {
  return new Plus1Error('PLUS1_STATUS_CONFLICT', `the status of ${keyText(key)} cannot be written: ${why}`);
}
