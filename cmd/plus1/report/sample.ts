/** What `plus1 report sample` does. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import {
  lastMonth,
  monthPeriod,
  readHistory,
  sampleCSV,
  sampleOf,
  type Period,
  type PopulationKind,
} from '../../../pkg/report/index.js';
import { printableJSON } from '../../../pkg/text/index.js';
import type { CommandIO } from '../io.js';
import { timeOf } from '../journal/place.js';
import { reporting } from '../program.js';
import { writeReports, type OutputOptions } from './output.js';
import { periodNamed, requireOver } from './span.js';

export interface SampleOptions extends OutputOptions {
  population: PopulationKind;
  month?: string;
  since?: string;
  until?: string;
  seed: string;
  size: number;
}

export function runSample(policy: string | undefined, options: SampleOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const { population: sampled, seed, size, format } = options;
    const period = periodOf(options, io.clock());
    const making = {
      ...{ folder: 'samples', name: period.name },
      make: async ({ folders }: { folders: Parameters<typeof readHistory>[0] }) => {
        const history = await readHistory(folders, period);
        if (history === undefined) return undefined;
        const sample = sampleOf(history, { sampled, seed, size });
        return { history, text: format === 'csv' ? sampleCSV(sample) : printableJSON(sample, 2) };
      },
    };
    return writeReports(policy, options, making, io);
  });
}

function periodOf({ month, since, until }: SampleOptions, nowMs: number): Period {
  if (since === undefined && until === undefined) {
    const naming = { flag: '--month', allowed: 'a month, such as 2026-11', periodOf: monthPeriod };
    return periodNamed(month ?? lastMonth(nowMs), naming, nowMs);
  }
  if (since === undefined || until === undefined)
    throw new Plus1Error('PLUS1_USAGE', '--since and --until belong together', { fix: 'give both, or --month' });
  const span = { since: timeOf(since, '--since'), until: timeOf(until, '--until') };
  if (span.since >= span.until)
    throw new Plus1Error('PLUS1_USAGE', `--until: ${span.until} is not after --since ${span.since}`);
  const period = { name: `${since}_${until}`.replaceAll(':', ''), ...span };
  requireOver(period, '--until', nowMs);
  return period;
}
