/** The flags of a controller that writes reports by itself. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../../pkg/api/index.js';

export interface ReportFlags {
  /** A folder, or 0 for off. */
  reports?: string;
  /** Ms. */
  reportRetention: number;
  /** A folder of controls. */
  frameworks?: string;
}

/** The specification's 30 days. */
const DEFAULT_RETENTION = '720h';

/** Puts the flags of a controller that writes reports on a command. */
export const withReportOptions = (command: Command): Command =>
  command
    .option(
      '--reports <dir>',
      'folder of the reports of days, weeks and months, 0 for off (default: .reports of the state folder)',
    )
    .option('--frameworks <dir>', 'files *.yaml of controls for certifications, in the place of those that come along')
    .addOption(
      new Option('--report-retention <duration>', 'how long daily and weekly reports are kept')
        .argParser(retentionMs)
        .default(retentionMs(DEFAULT_RETENTION), DEFAULT_RETENTION),
    );

function retentionMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('allowed: a duration such as 720h');
  return ms;
}
