/** The counters of the day over the passes of one policy, and the summary of a day that is over. */
import type { Entry, Recorded } from '../../journal/index.js';
import type { PolicyKey } from '../../policies/index.js';
import type { PassOutcome } from '../types.js';
import { dateOf, daySummary, emptyDay, endOfDay, readDay, withPass, type DayCounters } from './day-counters.js';
import { daySight } from './day-sight.js';
import { exposureBetween } from './exposure.js';
import type { JournalSettings } from './journal-settings.js';
import { withQuiet, type QuietByDay } from './quiet-passes.js';

type Settings = Pick<JournalSettings, 'clock' | 'days' | 'log' | 'metrics' | 'tool'>;

export interface DayAbout {
  key: PolicyKey;
  organization: string;
  quiet: QuietByDay;
}

export class DayJournal {
  readonly #settings: Settings;
  readonly #key: PolicyKey;
  readonly #organization: string;
  #day: DayCounters | undefined;
  /** The summary of the day before, once it is over. */
  #over: DayCounters | undefined;
  /** Passes that are not in the counters yet. */
  readonly #quiet: QuietByDay;

  constructor(settings: Settings, { key, organization, quiet }: DayAbout) {
    this.#settings = settings;
    this.#key = key;
    this.#organization = organization;
    this.#quiet = quiet;
  }

  /** `DaySummary` of the last day that had a pass, where that is over and no record has it. */
  async turn({ ungoverned, lastSummary }: Recorded, signal: AbortSignal): Promise<Entry[]> {
    const day = await this.#load(signal);
    const today = dateOf(this.#settings.clock.now());
    // A clock that was set back does not begin an older day.
    if (day.date < today) {
      this.#over = this.#counted(day, ungoverned, endOfDay(day.date));
      const startMs = Date.parse(`${today}T00:00:00.000Z`);
      this.#counted(this.#over, ungoverned, startMs);
      this.#day = withQuiet(emptyDay(startMs, day.lastEndMs), this.#quiet.get(today));
    }
    const over = this.#over;
    return over === undefined || (lastSummary ?? '') >= over.date ? [] : daySummary(over);
  }

  /** Counts the exposure until now. To be called before a record changes who is exposed. */
  countExposure({ ungoverned }: Recorded): void {
    if (this.#day !== undefined) this.#day = this.#counted(this.#day, ungoverned, this.#settings.clock.now());
  }

  /** Counts a pass that ended, and keeps the counters. They are no record: a disk that does not take them fails nothing. */
  async count(
    outcome: PassOutcome,
    { requests, generation }: { requests: number; generation: number | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const { startMs, endMs, result, error, isQuick = false } = outcome;
    const { tool, days, log, clock } = this.#settings;
    this.#day = withPass(await this.#load(signal), {
      isQuick,
      endMs: clock.now(),
      ...{ seconds: Math.max(0, endMs - startMs) / 1_000, result, requests },
      code: error?.code,
      sight: daySight(outcome, { tool, generation }),
    });
    this.#quiet.clear();
    await days.save(this.#key, this.#day, signal).catch((thrown: unknown) => {
      log.warn('Counters of the day not kept', { error: thrown instanceof Error ? thrown.message : String(thrown) });
    });
  }

  async #load(signal: AbortSignal): Promise<DayCounters> {
    const { days, clock } = this.#settings;
    if (this.#day !== undefined) return this.#day;
    const kept = readDay(await days.load(this.#key, signal)) ?? emptyDay(clock.now());
    this.#day = withQuiet(kept, this.#quiet.get(kept.date));
    return this.#day;
  }

  #counted(day: DayCounters, ungoverned: ReadonlyMap<number, string>, untilMs: number): DayCounters {
    if (untilMs <= day.countedMs) return day;
    const seconds = exposureBetween(ungoverned, day.countedMs, untilMs);
    if (seconds > 0) this.#settings.metrics?.(this.#key, this.#organization).exposure(seconds);
    return { ...day, exposureSeconds: day.exposureSeconds + seconds, countedMs: untilMs };
  }
}
