/** What `plus1 report daily` and `weekly` do. */
import {
  dailyHTML,
  dailyMarkdown,
  dailyReport,
  dayPeriod,
  lastDay,
  lastWeek,
  readHistory,
  repositoriesCSV,
  weekPeriod,
  weeklyHTML,
  weeklyReport,
  type History,
  type Period,
} from '../../../pkg/report/index.js';
import { printableJSON } from '../../../pkg/text/index.js';
import type { CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { writeReports, type OutputOptions } from './output.js';
import { periodNamed } from './span.js';

export interface PeriodOptions extends OutputOptions {
  date?: string;
  week?: string;
}

const DAILY: Record<string, (history: History) => string> = {
  json: (history) => printableJSON(dailyReport(history), 2),
  html: dailyHTML,
  csv: repositoriesCSV,
  markdown: dailyMarkdown,
};

export function runDaily(policy: string | undefined, options: PeriodOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const naming = { flag: '--date', allowed: 'a day, such as 2026-11-28', periodOf: dayPeriod };
    const period = periodNamed(options.date ?? lastDay(io.clock()), naming, io.clock());
    const make = async (history: History): Promise<string> => DAILY[options.format]?.(history) ?? '';
    return write({ policy, options, folder: 'daily', period }, (history) => make(history), io);
  });
}

const WEEKLY: Record<string, (history: History, before: History | undefined) => string> = {
  json: (history, before) => printableJSON(weeklyReport(history, before), 2),
  html: weeklyHTML,
  csv: repositoriesCSV,
};

export function runWeekly(policy: string | undefined, options: PeriodOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const naming = { flag: '--week', allowed: 'an ISO week, such as 2026-W48', periodOf: weekPeriod };
    const period = periodNamed(options.week ?? lastWeek(io.clock()), naming, io.clock());
    const earlier = weekPeriod(lastWeek(Date.parse(period.since) + 1)) ?? period;
    return write(
      { policy, options, folder: 'weekly', period },
      async (history, folders) => WEEKLY[options.format]?.(history, await readHistory(folders, earlier)) ?? '',
      io,
    );
  });
}

interface Writing {
  policy: string | undefined;
  options: PeriodOptions;
  folder: string;
  period: Period;
}

type Folders = Parameters<typeof readHistory>[0];

function write(
  { policy, options, folder, period }: Writing,
  render: (history: History, folders: Folders) => Promise<string>,
  io: CommandIO,
): Promise<number> {
  const making = {
    ...{ folder, name: period.name },
    make: async ({ folders }: { folders: Folders }) => {
      const history = await readHistory(folders, period);
      return history && { history, text: await render(history, folders) };
    },
  };
  return writeReports(policy, options, making, io);
}
