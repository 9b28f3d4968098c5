/**
 * Writes the reports of days, weeks and months by itself, on the first pass after each is over, and removes those whose retention is over.
 * It is told of records, works beside the passes, and never stops one: what cannot be written is tried again on the next pass.
 */
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreAbort, keepFile, onAbort, sleep, type Log, type Timers } from '../../base/index.js';
import { nameOfFolder, policyFolders, type Head, type PolicyFolder } from '../../journal/index.js';
import { printableJSON } from '../../text/index.js';
import type { FrameworkLine } from '../certification/frameworks.js';
import { writeCertification } from '../certification/write.js';
import { readHistory, type History } from '../history/history.js';
import {
  DAY_MS,
  dayPeriod,
  lastDay,
  lastMonth,
  lastWeek,
  monthPeriod,
  weekPeriod,
  type Period,
} from '../history/period.js';
import { dailyReport } from '../period/daily.js';
import { weeklyReport } from '../period/weekly.js';
import { dailyHTML } from '../render/daily.js';
import { weeklyHTML } from '../render/weekly.js';
import { putFolder } from './put-folder.js';
import { reportSummary } from './summary.js';

/** A report of a day or a week that was just written, for people who want to be told. */
export interface KeptReport {
  policy: { namespace: string; name: string };
  kind: 'daily' | 'weekly';
  /** In one sentence. */
  summary: string;
  /** When it was written, RFC 3339. */
  time: string;
}

export interface ReportKeeperOptions {
  /** Of the reports. */
  root: string;
  /** Of the journal. */
  journal: string;
  /** Of daily and weekly reports, ms. */
  retentionMs: number;
  /** Of the journal, and so of certifications, ms. */
  journalRetentionMs: number;
  frameworks: () => Promise<readonly FrameworkLine[]>;
  /** What is in the way of a file of that length; undefined where nothing is. */
  shortage: (bytes: number) => Promise<string | undefined>;
  clock: Timers;
  log: Log;
}

/** A pass writes more records after the first one, and its checkpoint at its end. */
const AFTER_RECORD_MS = 5_000;
/** How many days and weeks back a report is made that is missing, as after a disk that was full. */
const DAYS_BACK = 7;
const WEEKS_BACK = 2;
/**
 * How long after the end of its period the summary of a report is told. One that is written later is the report of a replica that led
 * before, made again by the next one on a volume of its own, or one that a full disk held up: it is on the web page and no news.
 */
const NEWS_MS = DAY_MS / 2;
/** More than any certification but those of the largest organizations takes. */
const CERTIFICATION_BYTES = 33_554_432;

export class ReportKeeper {
  readonly #options: ReportKeeperOptions;
  /** Policies with new records: `<namespace>/<folder>`. */
  readonly #changed = new Set<string>();
  /** Reports that need no further look: written, or of a time without a record. */
  readonly #settled = new Set<string>();
  #wake: () => void = () => undefined;

  constructor(options: ReportKeeperOptions) {
    this.#options = options;
  }

  /** After records were written and flushed. */
  readonly wrote = ({ chain }: Pick<Head, 'chain'>): void => {
    this.#changed.add(chain.split('/').slice(0, 2).join('/'));
    this.#wake();
  };

  /** Until the signal. `onReport`: of a day or a week that ended within twelve hours; never throws. */
  async run(signal: AbortSignal, onReport?: OnReport): Promise<void> {
    while (!signal.aborted) {
      if (this.#changed.size === 0) await this.#news(signal);
      await sleep(this.#options.clock, AFTER_RECORD_MS, signal).catch(ignoreAbort(signal));
      if (!signal.aborted) await this.keep(signal, onReport);
    }
  }

  /** Writes now what is due of policies with new records. Never throws. */
  async keep(signal: AbortSignal, onReport?: OnReport): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const policy of changed) if (!signal.aborted) await this.#keep(policy, { signal, onReport });
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const forget = onAbort(signal, resolve);
      this.#wake = () => {
        forget();
        resolve();
      };
    });
  }

  /** Never throws. */
  async #keep(policy: string, { signal, onReport }: Pick<Place, 'signal' | 'onReport'>): Promise<void> {
    const { journal, root, log } = this.#options;
    try {
      const [namespace = '', folder = ''] = policy.split('/');
      const folders = await policyFolders([journal], { namespace, name: folder });
      const [own] = folders;
      if (own === undefined) return;
      const key = { namespace: own.namespace, name: nameOfFolder(own) };
      const place = join(root, key.namespace, key.name);
      for (const due of this.#due()) {
        const id = `${policy}/${due.kind}/${due.period.name}`;
        if (signal.aborted || this.#settled.has(id)) continue;
        if (await this.#write(due, { folders, key, place, signal, onReport })) this.#settled.add(id);
      }
      await this.#removeOld(place);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      log.warn('Report not written', { policy, error });
    }
  }

  /** The oldest first. */
  #due(): Due[] {
    const { clock, retentionMs } = this.#options;
    const nowMs = clock.now();
    const back = (count: number, stepMs: number): number[] =>
      Array.from({ length: count }, (_, at) => nowMs - (count - 1 - at) * stepMs);
    const days = back(DAYS_BACK, DAY_MS).map((ms) => ({ kind: 'daily' as const, period: dayPeriod(lastDay(ms)) }));
    const weeks = back(WEEKS_BACK, 7 * DAY_MS).map((ms) => ({
      ...{ kind: 'weekly' as const, period: weekPeriod(lastWeek(ms)) },
    }));
    const month = { kind: 'certification' as const, period: monthPeriod(lastMonth(nowMs)) };
    return [...days, ...weeks, month].flatMap(({ kind, period }) => {
      const isKept = kind === 'certification' || (period && Date.parse(period.until) > nowMs - retentionMs);
      return period !== undefined && isKept ? [{ kind, period }] : [];
    });
  }

  /** False where it is to be tried again. */
  async #write({ kind, period }: Due, { folders, place, ...given }: Place): Promise<boolean> {
    const path = join(place, kind, period.name);
    if (await isThere(kind === 'certification' ? path : `${path}.html`)) return true;
    const { shortage, log } = this.#options;
    const history = await readHistory(folders, period);
    if (history === undefined) return true;
    // The pass that sums the last day up has not come to that yet; a replica that led and does not any more never will.
    const isYoung = this.#options.clock.now() - Date.parse(period.until) < DAY_MS;
    if (isYoung && history.gaps.some(({ reason }) => reason === 'NotSummed')) return false;
    const texts = kind === 'certification' ? [] : await textsOf({ kind, period }, history, folders);
    const bytes = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    const short = await shortage(kind === 'certification' ? CERTIFICATION_BYTES : bytes);
    if (short !== undefined) {
      log.warn('Report not written', { report: path, error: short });
      return false;
    }
    if (kind === 'certification') await this.#certify({ folders, period, output: path });
    else await this.#put({ kind, texts, history }, { path, ...given });
    log.info('Report written', { report: path });
    return true;
  }

  async #put(
    { kind, texts, history }: { kind: KeptReport['kind']; texts: readonly Text[]; history: History },
    { path, key, signal, onReport }: Pick<Place, 'key' | 'signal' | 'onReport'> & { path: string },
  ): Promise<void> {
    const nowMs = this.#options.clock.now();
    const isNews = nowMs - Date.parse(history.period.until) < NEWS_MS;
    const report = { policy: key, kind, summary: reportSummary(history), time: new Date(nowMs).toISOString() };
    for (const [ending, text] of texts) {
      // Before the last file: a process that dies here tells it once more, and not never.
      if (ending === 'html' && isNews) await onReport?.(report);
      await keepFile(`${path}.${ending}`, text, { signal });
    }
  }

  async #certify(request: { folders: readonly PolicyFolder[]; period: Period; output: string }): Promise<void> {
    const frameworks = await this.#options.frameworks();
    await putFolder(request.output, async (folder) => {
      return (await writeCertification({ ...request, frameworks, output: folder })) !== undefined;
    });
  }

  async #removeOld(place: string): Promise<void> {
    const { clock, retentionMs, journalRetentionMs } = this.#options;
    const now = clock.now();
    const rules = [
      { kind: 'daily', keepMs: retentionMs, periodOf: dayPeriod },
      { kind: 'weekly', keepMs: retentionMs, periodOf: weekPeriod },
      { kind: 'certification', keepMs: journalRetentionMs, periodOf: monthPeriod },
    ];
    for (const { kind, keepMs, periodOf } of rules) {
      for (const name of await readdir(join(place, kind)).catch(() => [])) {
        // Of what is no report of ours nothing is removed.
        const period = periodOf(name.replace(/\.(?:json|html)$/, ''));
        if (period !== undefined && Date.parse(period.until) <= now - keepMs)
          await rm(join(place, kind, name), { recursive: true, force: true });
      }
    }
  }
}

interface Due {
  kind: 'daily' | 'weekly' | 'certification';
  period: Period;
}

type Text = [ending: string, text: string];

type OnReport = (report: KeptReport) => Promise<void>;

interface Place {
  folders: readonly PolicyFolder[];
  key: KeptReport['policy'];
  /** The folder of the policy's reports. */
  place: string;
  signal: AbortSignal;
  onReport: OnReport | undefined;
}

/** The page last: where it is, both are. */
async function textsOf({ kind, period }: Due, history: History, folders: readonly PolicyFolder[]): Promise<Text[]> {
  if (kind === 'daily')
    return [
      ['json', printableJSON(dailyReport(history), 2)],
      ['html', dailyHTML(history)],
    ];
  const earlier = weekPeriod(lastWeek(Date.parse(period.since) + 1));
  const before = earlier && (await readHistory(folders, earlier));
  return [
    ['json', printableJSON(weeklyReport(history, before), 2)],
    ['html', weeklyHTML(history, before)],
  ];
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
