/** Exposures of a period: which repository was in production and not governed, from when to when, and why, as far as records tell. */
import { isMapping } from '../../base/index.js';
import { isRecordOf, recordedExemption, type Replay, type WholeRecord } from '../../journal/index.js';

/**
 * Why a repository was not governed. `NewInProduction`: it declared production, and the write that governs it came later.
 */
export type ExposureCause =
  'NewInProduction' | 'Held' | 'WriteFailed' | 'RemovedByOthers' | 'RulesetNotEnforced' | 'ObserveOnly';

export interface Exposure {
  id: number;
  name: string;
  /** RFC 3339 in UTC with milliseconds. */
  since: string;
  /** Null where it went on. */
  until: string | null;
  cause: ExposureCause;
  /** `governed`, or what the repository is now; null where it went on. */
  ended: string | null;
  /** Of a write that failed: how many of them did, and the last error. */
  failures: number;
  error: string | null;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export class Exposures {
  /** Those that ended, in the order in which they did. */
  readonly #ended: Exposure[] = [];
  readonly #open = new Map<number, Exposure>();
  readonly #sinceMs: number;
  /** Of the pass that is read: who was taken out by others. */
  #removed: { pass: string | null; ids: ReadonlySet<number> } = { pass: null, ids: new Set() };
  #entering: readonly number[] = [];

  /** Those that ended before that time, Unix ms, are not kept. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** All that touch the period, by their beginning. */
  list(): Exposure[] {
    const all = [...this.#ended, ...this.#open.values()];
    return all.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : a.id - b.id));
  }

  /** `replay`: with this record. */
  take(record: WholeRecord, replay: Replay): void {
    if (isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record)) this.#begin(record, replay);
    else if (isRecordOf('DriftSeen', record))
      this.#removed = { pass: record.pass, ids: new Set(record.data.removed.map(({ id }) => id)) };
    else if (isRecordOf('ExposureStarted', record))
      for (const { id, name, since } of record.data.repositories) this.#start(id, name, { since, record, replay });
    else if (isRecordOf('ExposureEnded', record))
      for (const { id, since, seconds } of record.data.repositories) {
        const startMs = Date.parse(since);
        this.#end(id, Number.isNaN(startMs) ? Date.parse(record.time) : startMs + seconds * 1_000, replay);
      }
    else this.#takeCause(record, replay);
  }

  /** What a first record does not name any more has ended at a time that these records do not cover. */
  #begin(record: WholeRecord, replay: Replay): void {
    if (replay.isUnseen) return;
    for (const id of [...this.#open.keys()])
      if (!replay.ungoverned.has(id)) this.#end(id, Date.parse(record.time), replay);
    for (const [id, since] of replay.ungoverned)
      this.#start(id, replay.names.get(id) ?? `repository ${id}`, { since, record, replay });
  }

  #takeCause(record: WholeRecord, { ungoverned }: Replay): void {
    if (isRecordOf('WriteIntended', record)) this.#entering = record.data.enter.map(({ id }) => id);
    if (isRecordOf('WriteUnproved', record) || isRecordOf('WriteRefused', record)) {
      this.#blame(this.#entering, 'WriteFailed');
      this.#fail(record.data.error ?? null);
    }
    if (isRecordOf('PlanHeld', record))
      this.#blame(
        record.data.enter.map(({ id }) => id),
        'Held',
      );
    if (record.kind === 'PolicyDeleted')
      for (const id of ungoverned.keys()) this.#close(id, Date.parse(record.time), 'policy_deleted');
  }

  #start(id: number, name: string, { since, record, replay }: Start): void {
    if (this.#open.has(id)) return;
    const ms = Date.parse(since);
    const start = Number.isNaN(ms) ? record.time : iso(ms);
    this.#open.set(id, {
      id,
      name,
      since: start,
      until: null,
      cause: this.#causeOf(id, record, replay),
      ended: null,
      failures: 0,
      error: null,
    });
  }

  #fail(error: string | null): void {
    for (const id of this.#entering) {
      const open = this.#open.get(id);
      if (open !== undefined) Object.assign(open, { failures: open.failures + 1, error });
    }
  }

  #causeOf(id: number, { pass }: WholeRecord, { ruleset, spec }: Replay): ExposureCause {
    if (pass !== null && this.#removed.pass === pass && this.#removed.ids.has(id)) return 'RemovedByOthers';
    if (isMapping(ruleset) && typeof ruleset['enforcement'] === 'string' && ruleset['enforcement'] !== 'active')
      return 'RulesetNotEnforced';
    return isMapping(spec) && spec['mode'] === 'Observe' ? 'ObserveOnly' : 'NewInProduction';
  }

  /** Only what began without another cause. */
  #blame(ids: readonly number[], cause: ExposureCause): void {
    for (const id of ids) {
      const open = this.#open.get(id);
      if (open?.cause === 'NewInProduction') open.cause = cause;
    }
  }

  #end(id: number, endMs: number, { repositories, exemptions }: Replay): void {
    const repository = repositories.get(id);
    const isExempted = repository !== undefined && recordedExemption(exemptions, id, repository.name) !== undefined;
    const status = isExempted ? 'exempted' : (repository?.status ?? 'gone');
    this.#close(id, endMs, status === 'valid_production' ? 'governed' : status);
  }

  #close(id: number, endMs: number, ended: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    if (endMs > this.#sinceMs)
      this.#ended.push({ ...open, until: iso(Math.max(endMs, Date.parse(open.since))), ended });
  }
}

interface Start {
  since: string;
  record: WholeRecord;
  replay: Replay;
}

/** How long of an exposure lies between two times, in ms. Unix ms. */
export function overlapMs(
  { since, until }: Pick<Exposure, 'since' | 'until'>,
  fromMs: number,
  untilMs: number,
): number {
  const endMs = until === null ? untilMs : Math.min(Date.parse(until), untilMs);
  return Math.max(0, endMs - Math.max(Date.parse(since), fromMs));
}

export interface ExposureFigures {
  repositories: number;
  total_seconds: number;
  longest_seconds: number;
}

/** Of the exposures between two times, what lies between them. Unix ms. */
export function exposureFigures(exposures: readonly Exposure[], fromMs: number, untilMs: number): ExposureFigures {
  const ids = new Set<number>();
  let totalMs = 0;
  let longestMs = 0;
  for (const exposure of exposures) {
    const ms = overlapMs(exposure, fromMs, untilMs);
    if (ms === 0) continue;
    ids.add(exposure.id);
    totalMs += ms;
    longestMs = Math.max(longestMs, ms);
  }
  return { repositories: ids.size, total_seconds: totalMs / 1_000, longest_seconds: longestMs / 1_000 };
}
