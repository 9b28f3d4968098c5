/** Holds of a period: each from the first plan that a guard held to the first that had nothing to hold, whatever its plan was meanwhile. */
import { isMapping } from '../../base/index.js';
import { isRecordOf, type Data, type WholeRecord } from '../../journal/index.js';

export type HoldEnd = 'released' | 'withdrawn' | 'expired' | 'open';

export interface Hold {
  since: string;
  /** Null where it goes on. */
  until: string | null;
  /** Of its last plan. */
  reason: string;
  plan_hash: string;
  /** How many repositories its last plan holds. */
  count: number;
  ended: HoldEnd;
}

/**
 * What let go of it. `approval`: people approved. `request`: somebody asked that the hold of a rollback ends; no record names the person.
 * `guard`: the guard held it no longer, since the policy changed or the window passed. `plan`: nothing had to be held any more.
 * `timeout`: nobody approved in time.
 */
export type HoldEnder = 'approval' | 'request' | 'guard' | 'plan' | 'timeout';

export interface TrackedHold extends Hold {
  /** Null where it goes on. */
  ended_by: HoldEnder | null;
  /** Who approved something of it. */
  approvers: string[];
  /** Hashes of all its plans. */
  plans: string[];
}

type Held = Data<'PlanHeld'>;

export class Holds {
  readonly #ended: TrackedHold[] = [];
  #open: TrackedHold | undefined;
  /** The pass that ended a hold, unless it goes on with it. */
  #released: { pass: string | null } | undefined;

  /** Those that were held at that time, RFC 3339, or later. */
  list(since: string): TrackedHold[] {
    const all = [...this.#ended, ...(this.#open === undefined ? [] : [this.#open])];
    return all.filter(({ until }) => until === null || until > since);
  }

  take(record: WholeRecord): void {
    if (isRecordOf('PlanHeld', record)) this.#hold(record.data, record.time, record.pass);
    else if (isRecordOf('PlanReleased', record)) this.#release(record.data, record);
    else if (record.kind === 'HoldExpired') this.#end(record.time, 'expired', 'timeout');
    else if (record.kind === 'PolicyDeleted' || isObserving(record)) this.#end(record.time, 'withdrawn', 'plan');
    else if (isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record)) this.#begin(record);
  }

  #release({ leave, enter, approvals, reason }: Data<'PlanReleased'>, { time, pass }: WholeRecord): void {
    // Where nothing had to be released, what was held is not planned any more.
    const isReleased = leave.length + enter.length + approvals.length > 0;
    const by = approvals.length > 0 ? 'approval' : reason === 'RolledBack' ? 'request' : isReleased ? 'guard' : 'plan';
    const hold = this.#end(time, isReleased ? 'released' : 'withdrawn', by);
    if (hold === undefined) return;
    for (const { approver } of approvals) if (!hold.approvers.includes(approver)) hold.approvers.push(approver);
    this.#released = { pass };
  }

  #begin({ data, time, pass }: { data: Data<'ChainStarted'>; time: string; pass: string | null }): void {
    if (data.unseen === true) return;
    const { hold } = data;
    if (!isHeld(hold)) {
      // A writer that takes over begins with none, and records in the same pass what is still held.
      if (this.#end(time, 'withdrawn', 'plan') !== undefined) this.#released = { pass };
    } else this.#hold(hold, hold.since ?? time, pass);
  }

  #hold({ planHash, reason, leave, enter }: Held, since: string, pass: string | null): void {
    const count = leave.length + enter.length;
    const goesOn = this.#released !== undefined && this.#released.pass === pass;
    const before = goesOn ? this.#resume() : this.#open;
    this.#released = undefined;
    this.#open = before ?? {
      ...{ since, until: null, reason, plan_hash: planHash, count, ended: 'open' },
      ...{ ended_by: null, approvers: [], plans: [] },
    };
    Object.assign(this.#open, { reason, plan_hash: planHash, count });
    if (!this.#open.plans.includes(planHash)) this.#open.plans.push(planHash);
  }

  /** A part was released, and the rest is still held. */
  #resume(): TrackedHold | undefined {
    const ended = this.#ended.pop();
    return ended && { ...ended, until: null, ended: 'open', ended_by: null };
  }

  #end(time: string, ended: HoldEnd, ended_by: HoldEnder): TrackedHold | undefined {
    const hold = this.#open;
    this.#open = undefined;
    this.#released = undefined;
    if (hold === undefined) return undefined;
    Object.assign(hold, { until: time, ended, ended_by });
    this.#ended.push(hold);
    return hold;
  }
}

/** A policy that only observes holds nothing back. */
const isObserving = (record: WholeRecord): boolean =>
  isRecordOf('PolicyChanged', record) && isMapping(record.data.after) && record.data.after['mode'] === 'Observe';

/** In the first record of a file; `since` stands there where the version that wrote it knew it. */
const isHeld = (value: unknown): value is Held & { since?: string } =>
  isMapping(value) &&
  typeof value['planHash'] === 'string' &&
  typeof value['reason'] === 'string' &&
  Array.isArray(value['leave']) &&
  Array.isArray(value['enter']) &&
  (value['since'] === undefined || typeof value['since'] === 'string');
