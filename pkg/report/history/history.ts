/** What the journal tells of one policy over one period: the one source of every report. */
import { parseDuration } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import {
  isGoverned,
  PolicyPeriod,
  recordedExemption,
  Replay,
  type PolicyFolder,
  type PolicyIdentity,
  type WholeRecord,
} from '../../journal/index.js';
import { Chains, type ChainRange } from './chains.js';
import { Changes, type Change } from './changes.js';
import { ExemptionTimes, type ExemptionTime } from './exemptions.js';
import { Elsewhere, type EndedProtection } from './elsewhere.js';
import { Exposures, type Exposure } from './exposures.js';
import { Findings, type Finding } from './findings.js';
import { gapsOf, type Gap } from './gaps.js';
import { Holds, type TrackedHold } from './holds.js';
import { DAY_MS, dateOf, type Period } from './period.js';
import { StatusTimes } from './status-times.js';
import { daySummaries, type DaySummary } from './summaries.js';

export interface History {
  period: Period;
  /** As its last record of the period names it. */
  policy: PolicyIdentity;
  ranges: ChainRange[];
  /** Records that the figures follow from: also those that the period begins with, and those that sum its last day up. */
  read: ChainRange[];
  /** Time of the first record that was read. */
  firstTime: string;
  /** Time of the last record of the period. */
  lastTime: string;
  /** The whole signed note; null where none covers the last record yet. */
  checkpoint: string | null;
  /** By date; days without a summary are not in it. Also of the day before. */
  days: Map<string, DaySummary>;
  gaps: Gap[];
  exposures: Exposure[];
  holds: TrackedHold[];
  changes: Change[];
  findings: Finding[];
  exemptions: ExemptionTime[];
  /** Records of the period that are told one by one. */
  notable: WholeRecord[];
  /** Of rollouts and incidents: what of their protection ended. */
  elsewhere: EndedProtection[];
  /** How many exemptions were in force at the end of each day. */
  exemptedByDay: Map<string, number>;
  /** Since when each repository has its status. */
  statusTimes: StatusTimes;
  /** The state at the end of the period. */
  end: Replay;
  /** Bytes of the records of the period. */
  bytes: number;
  /** Folders of all chains of the policy. */
  chainFolders: readonly string[];
  /** Folders of chains with lines that are no records. */
  unreadable: string[];
}

/** Told one by one: few, and each of interest. */
const NOTABLE = [
  ...['RulesetChanged', 'PolicyChanged', 'RolledBack', 'SecurityEvent', 'ApprovalGiven', 'ApprovalRejected'],
  ...['PlanReleased', 'HoldExpired', 'KeyChanged', 'TailRepaired', 'SegmentRemoved', 'PolicyDeleted', 'ChainStarted'],
  ...['WriteProved', 'WriteUnproved', 'WriteRefused', 'WriteSuperseded'],
];

/** Clocks of two writers may differ: records of the period may follow some of later times. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** Undefined where the period has no record. Throws what the file system throws. */
export async function readHistory(folders: readonly PolicyFolder[], period: Period): Promise<History | undefined> {
  const reading = await PolicyPeriod.open({ folders, since: period.since });
  // In a chain no record is older than the one before it.
  if (!(await reading.beginsBefore(period.until))) return undefined;
  const reader = new Reader(period);
  const enough = new Date(Date.parse(period.until) + CLOCKS_DIFFER_MS).toISOString();
  for await (const record of reading.records()) {
    reader.take(record);
    if (record.time >= enough) break;
  }
  const { chains } = reader;
  const { last } = chains;
  if (last === undefined) return undefined;
  const days = await daySummaries(reading, dateOf(period.until), (record) => chains.use(record));
  const { others, begins, ends, dates } = chains;
  return {
    ...reader.told(),
    ...{ period, policy: last.policy, ranges: chains.ranges, lastTime: last.time, days, firstTime: begins },
    checkpoint: (await reading.checkpointFor(last.chain, last.lastSeq))?.text ?? null,
    gaps: gapsOf({ period, days, others, begins, ends, dates, rhythmMs: rhythmOf(last, reader.replay.spec) }),
    ...{ read: chains.read, chainFolders: reading.chains, unreadable: reading.unreadable },
  };
}

class Reader {
  readonly replay = new Replay();
  readonly chains: Chains;
  readonly #period: Period;
  readonly #exposures: Exposures;
  readonly #holds = new Holds();
  readonly #changes = new Changes();
  readonly #findings = new Findings();
  readonly #exemptions = new ExemptionTimes();
  readonly #notable: WholeRecord[] = [];
  readonly #elsewhere = new Elsewhere();
  readonly #statusTimes = new StatusTimes();
  readonly #exemptedByDay = new Map<string, number>();
  #bytes = 0;

  constructor(period: Period) {
    this.#period = period;
    this.chains = new Chains(period);
    this.#exposures = new Exposures(Date.parse(period.since));
  }

  take(record: WholeRecord): void {
    this.chains.take(record);
    const { since, until } = this.#period;
    if (record.time >= until) return;
    this.#closeDays(record.time);
    this.#changes.before(record, this.replay);
    this.replay.apply(record);
    if (record.time >= since) this.#elsewhere.take(record);
    // The history of a policy is that of the repositories under its ruleset.
    if (isGoverned(record.data)) this.#takeGoverned(record);
    if (record.time < since) return;
    this.#bytes += JSON.stringify(record).length;
  }

  #takeGoverned(record: WholeRecord): void {
    this.#exposures.take(record, this.replay);
    this.#holds.take(record);
    this.#changes.take(record, this.replay);
    this.#findings.take(record, this.replay);
    this.#statusTimes.take(record, this.replay);
    this.#exemptions.take(record, this.replay);
    if (record.time >= this.#period.since && NOTABLE.includes(record.kind)) this.#notable.push(record);
  }

  told(): Pick<
    History,
    | 'statusTimes'
    | 'exposures'
    | 'holds'
    | 'changes'
    | 'findings'
    | 'exemptions'
    | 'notable'
    | 'elsewhere'
    | 'exemptedByDay'
    | 'end'
    | 'bytes'
  > {
    const { since, until } = this.#period;
    this.#closeDays(until);
    return {
      ...{ exposures: this.#exposures.list(), holds: this.#holds.list(since), changes: this.#changes.list(since) },
      ...{ findings: this.#findings.list(since), exemptions: this.#exemptions.list(since), notable: this.#notable },
      elsewhere: this.#elsewhere.ended,
      ...{ statusTimes: this.#statusTimes, exemptedByDay: this.#exemptedByDay, end: this.replay, bytes: this.#bytes },
    };
  }

  /** Days that are over at that time end with what the records before tell. */
  #closeDays(time: string): void {
    const sinceMs = Date.parse(this.#period.since);
    const untilMs = Date.parse(time < this.#period.until ? time : this.#period.until);
    for (;;) {
      const startMs = sinceMs + this.#exemptedByDay.size * DAY_MS;
      if (startMs + DAY_MS > untilMs) return;
      this.#exemptedByDay.set(dateOf(new Date(startMs).toISOString()), exemptedIn(this.replay));
    }
  }
}

/** Repositories that an exemption decides about, by the records. */
function exemptedIn({ exemptions, repositories }: Replay): number {
  if (exemptions.size === 0) return 0;
  let count = 0;
  for (const [id, { name }] of repositories) if (recordedExemption(exemptions, id, name) !== undefined) count += 1;
  return count;
}

/** The time between two full passes; of `sync`, which others start, it is not known. */
function rhythmOf({ actor }: WholeRecord, spec: unknown): number | undefined {
  if (!actor.startsWith('plus1-controller/') || !isMapping(spec)) return undefined;
  const schedule = isMapping(spec['schedule']) ? spec['schedule'] : {};
  if (schedule['cron'] !== undefined) return undefined;
  const { interval = '10m' } = schedule;
  return typeof interval === 'string' ? parseDuration(interval) : undefined;
}
