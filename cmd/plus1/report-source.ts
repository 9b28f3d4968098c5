/** The reports that a controller writes by itself: where, how long they are kept, and what they are made from. */
import { join, resolve } from 'node:path';
import { StorageReserve, type Log, type Timers } from '../../pkg/base/index.js';
import { runnable, type Runnable } from '../../pkg/controller/index.js';
import type { Head } from '../../pkg/journal/index.js';
import type { Notifier } from '../../pkg/notify/index.js';
import type { KeptReport, ReportKeeper } from '../../pkg/report/index.js';
import type { CommandIO } from './io.js';
import { journalRoot, type JournalSetup } from './journal-source.js';
import type { ReportFlags } from './report-flags.js';

const REPORTS = '.reports';

export interface ReportSetup {
  flags: ReportFlags & JournalSetup['flags'];
  /** The state folder. */
  state: string;
  clock: Timers;
  log: Log;
}

/** Undefined where they are off. Touches nothing yet. */
export async function openReports(
  { flags, state, clock, log }: ReportSetup,
  io: Pick<CommandIO, 'cwd' | 'signal'>,
): Promise<ReportKeeper | undefined> {
  if (flags.reports === '0') return undefined;
  const { readFrameworks } = await import('./report/frameworks.js');
  // Wrong ones are told at the start, and not at the end of the month.
  if (flags.frameworks !== undefined) await readFrameworks(flags.frameworks, io);
  const folder = resolve(io.cwd, state);
  const reserve = new StorageReserve({ folder });
  const { ReportKeeper: Keeper } = await import('../../pkg/report/index.js');
  return new Keeper({
    root: flags.reports === undefined ? join(folder, REPORTS) : resolve(io.cwd, flags.reports),
    journal: journalRoot(flags, state, io),
    ...{ retentionMs: flags.reportRetention, journalRetentionMs: flags.journalRetention, clock, log },
    frameworks: () => readFrameworks(flags.frameworks, io),
    shortage: (bytes) => reserve.shortage(bytes),
  });
}

/** All that are told of records that were written. */
export const told =
  (...receivers: readonly ({ wrote: (head: Head) => void } | undefined)[]): ((head: Head) => void) =>
  (head) =>
    receivers.forEach((each) => each?.wrote(head));

/** Stopped after the loop, so that the last pass of the process is told. People are told of days and weeks where there is a notifier. */
export function keeping(keeper: ReportKeeper | undefined, { notifier }: { notifier?: Notifier }): Runnable[] {
  const onReport = async ({ policy, kind, summary: message, time: since }: KeptReport): Promise<void> =>
    notifier?.happened(policy, { event: kind === 'daily' ? 'DailySummary' : 'WeeklySummary', message, since });
  return keeper === undefined ? [] : [runnable('reports', (signal) => keeper.run(signal, onReport))];
}
