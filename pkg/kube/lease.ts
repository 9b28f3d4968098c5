/**
 * Leader election by a Lease: of several processes one works. A candidate judges by its own monotonic clock since it last
 * saw the record change, so that clocks of two machines need not agree. The leader measures with a clock that also counts the
 * time in which its machine was suspended: other machines ran on, and one of them may lead by then. Hazard: holding it means
 * little to a process that stood still meanwhile; ask `holdsFor` last before every act, for as long as the act may take.
 *
 * The rules are those of client-go
 * (https://github.com/kubernetes/client-go/blob/master/tools/leaderelection/leaderelection.go).
 */
import {
  boundSignal,
  Elapsed,
  type ElapsedClock,
  ignoreAbort,
  type Log,
  type Moment,
  sleep,
  type Timers,
} from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { hasStatus } from './api-error.js';
import { CALL_TIMEOUT_MS, type Connection } from './connection.js';
import { claimedRecord, leasesPath, released, type LeaseObject } from './lease-record.js';

/** Nobody takes it over sooner than this after its last renewal. */
const LEASE_MS = 45_000;
/** Not renewed for so long, it counts as lost: what was begun until then has 15 s to end, which is the bound on a write. */
const RENEW_DEADLINE_MS = 30_000;
const RETRY_MS = 5_000;
/** Candidates that look at the same moment would all lose but one, again and again. */
const RETRY_JITTER = 0.2;
const RELEASE_TIMEOUT_MS = 2_000;

export interface LeaseOptions {
  connection: Pick<Connection, 'call'>;
  namespace: string;
  name: string;
  /** Of this process, and of no other at any time. */
  identity: string;
  clock: Timers & ElapsedClock;
  /** 0 to 1. */
  random: () => number;
  log: Log;
  /** Called with true when it is taken, and with false when it is lost or given back. */
  onLeading?: (leading: boolean) => void;
}

/** The record as last seen, and since when it has looked like that. */
interface Seen {
  record: LeaseObject;
  sinceMs: number;
}

export class Lease {
  readonly #options: LeaseOptions;
  readonly #elapsed: Elapsed;
  #seen: Seen | undefined;
  /** When the last renewal that succeeded was sent; undefined while it is not held. */
  #renewed: Moment | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#elapsed = new Elapsed(options.clock);
  }

  get isHeld(): boolean {
    return this.#renewed !== undefined;
  }

  /** Who held it when it was last looked at: the identity of a process; undefined where nobody did. */
  get holder(): string | undefined {
    const holder = this.#seen?.record.spec?.holderIdentity ?? '';
    return holder === '' ? undefined : holder;
  }

  /** True where nobody else can hold it for so long from now on. Reads the clock and nothing else. */
  holdsFor(ms: number): boolean {
    return this.#renewed !== undefined && this.#elapsed.since(this.#renewed) + ms < LEASE_MS;
  }

  /** Resolves when it is held, or the signal aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    const { log, name, namespace, identity } = this.#options;
    log.info('Waiting for the lease', { lease: `${namespace}/${name}`, identity });
    while (!signal.aborted) {
      await this.#try(signal);
      if (this.isHeld) {
        log.info('Took the lease', { lease: `${namespace}/${name}`, identity });
        return this.#options.onLeading?.(true);
      }
      await this.#wait(signal);
    }
  }

  /** Renews it until the signal aborts, and gives it back. Throws PLUS1_LEASE_LOST: a process that worked under it must end at once. */
  async hold(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#wait(signal);
      // First, because a process that stood still may have lost it long ago, and must not take it up again.
      this.#requireInTime();
      if (!signal.aborted) await this.#try(signal);
      this.#requireInTime();
    }
    await this.#release();
  }

  #requireInTime(): void {
    if (this.#renewed !== undefined && this.#elapsed.since(this.#renewed) < RENEW_DEADLINE_MS) return;
    this.#renewed = undefined;
    this.#options.onLeading?.(false);
    throw new Plus1Error('PLUS1_LEASE_LOST', 'the lease was lost: another process may be the leader');
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    return sleep(clock, RETRY_MS * (1 + RETRY_JITTER * random()), signal).catch(ignoreAbort(signal));
  }

  /** One attempt to take or to renew it. Never throws: what went wrong shows in time. */
  async #try(signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    try {
      if (this.isHeld && this.#seen !== undefined) await this.#renew(this.#seen.record, signal);
      else await this.#takeIfFree(signal);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = thrown instanceof Error ? thrown.message : 'unknown fault';
      log.warn(this.isHeld ? 'Lease not renewed' : 'Lease not taken', { error });
    }
  }

  async #renew(record: LeaseObject, signal: AbortSignal): Promise<void> {
    try {
      await this.#claim(record, signal);
    } catch (thrown) {
      if (!hasStatus(thrown, 409) && !hasStatus(thrown, 404)) throw thrown;
      await this.#settle(signal);
    }
  }

  /** Someone wrote it: ourselves, by a renewal that no answer came to, or another. Or somebody deleted it. */
  async #settle(signal: AbortSignal): Promise<void> {
    const record = await this.#read(signal);
    if (record === undefined) await this.#create(signal);
    else if (record.spec?.holderIdentity === this.#options.identity) await this.#claim(record, signal);
    else this.#renewed = undefined;
  }

  async #takeIfFree(signal: AbortSignal): Promise<void> {
    try {
      const record = await this.#read(signal);
      // One that was deleted is still counted on by the replica that held it, until its time is over.
      const last = record ?? this.#seen?.record;
      if (last !== undefined && !this.#isFree(last)) return;
      if (record === undefined) await this.#create(signal);
      else await this.#claim(record, signal);
    } catch (thrown) {
      // Another candidate was faster.
      if (!hasStatus(thrown, 409)) throw thrown;
    }
  }

  #isFree({ spec }: LeaseObject): boolean {
    const holder = spec?.holderIdentity ?? '';
    // Its own name stands there after a claim that no answer came to.
    const isNobodyElses = holder === '' || holder === this.#options.identity;
    if (isNobodyElses || this.#seen === undefined) return isNobodyElses;
    // A holder of another version may count on a longer time than ours. For our own time the shorter measure is enough: a holder that took
    // it while this machine was suspended shows in the record that was just read.
    const durationMs = Math.max(LEASE_MS, (spec?.leaseDurationSeconds ?? 0) * 1_000);
    return this.#options.clock.monotonic() - this.#seen.sinceMs > durationMs;
  }

  async #read(signal: AbortSignal): Promise<LeaseObject | undefined> {
    const { namespace, name } = this.#options;
    const path = `${leasesPath(namespace)}/${encodeURIComponent(name)}`;
    try {
      const record = (await this.#call({ method: 'GET', path }, signal)) as LeaseObject;
      this.#see(record);
      return record;
    } catch (thrown) {
      if (hasStatus(thrown, 404)) return undefined;
      throw thrown;
    }
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#options;
    const record = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace } };
    const sent = this.#elapsed.now();
    const body = claimedRecord(record, this.#own());
    this.#taken(await this.#call({ method: 'POST', path: leasesPath(namespace), body }, signal), sent);
  }

  async #claim(record: LeaseObject, signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#options;
    const sent = this.#elapsed.now();
    const path = `${leasesPath(namespace)}/${encodeURIComponent(name)}`;
    this.#taken(await this.#call({ method: 'PUT', path, body: claimedRecord(record, this.#own()) }, signal), sent);
  }

  /** Counted from before it was sent: others may have seen it since then. */
  #taken(answer: unknown, sent: Moment): void {
    this.#see(answer as LeaseObject);
    this.#renewed = sent;
  }

  #see(record: LeaseObject): void {
    const { uid, resourceVersion } = record.metadata;
    const before = this.#seen?.record.metadata;
    if (before?.uid === uid && before?.resourceVersion === resourceVersion) return;
    this.#seen = { record, sinceMs: this.#options.clock.monotonic() };
  }

  #own(): { identity: string; durationMs: number; nowMs: number } {
    const { identity, clock } = this.#options;
    return { identity, durationMs: LEASE_MS, nowMs: clock.now() };
  }

  #call(call: Parameters<Connection['call']>[0], signal: AbortSignal): Promise<unknown> {
    return this.#options.connection.call({ ...call, timeoutMs: CALL_TIMEOUT_MS }, signal);
  }

  /** So that the next one need not wait for its end. Only for a process that has stopped working under it. */
  async #release(): Promise<void> {
    const { namespace, name, clock, log, onLeading } = this.#options;
    const record = this.#seen?.record;
    if (!this.isHeld || record === undefined) return;
    this.#renewed = undefined;
    onLeading?.(false);
    const path = `${leasesPath(namespace)}/${encodeURIComponent(name)}`;
    const body = released(record, clock.now());
    const bound = boundSignal(clock, RELEASE_TIMEOUT_MS);
    try {
      await this.#call({ method: 'PUT', path, body }, bound.signal);
      log.info('Gave the lease back', { lease: `${namespace}/${name}` });
    } catch (thrown) {
      log.warn('Lease not given back', { error: thrown instanceof Error ? thrown.message : 'unknown fault' });
    } finally {
      bound.release();
    }
  }
}
