/** The flags of `check`: those of `sync` that say which organization, ruleset and credential, and how the result is told. */
import { Option, type Command } from 'commander';
import { logFormatOption, VERBOSE_LOG } from '../log-format.js';
import { withAccessOptions, type SyncOptions } from '../sync-options.js';
import { CHECKS_FOR, type CheckedFor } from './result.js';

export interface CheckOptions extends Pick<
  SyncOptions,
  | 'org'
  | 'file'
  | 'ruleset'
  | 'apiUrl'
  | 'allowedHost'
  | 'token'
  | 'credentials'
  | 'maxWait'
  | 'verbose'
  | 'logFormat'
  | 'tlsMinVersion'
  | 'format'
> {
  strict: boolean;
  for: CheckedFor[];
}

/** Puts the flags of `check` on a command. */
export function withCheckOptions(command: Command): Command {
  return withAccessOptions(command)
    .addOption(new Option('--format <format>', 'what standard output holds').choices(['text', 'json']).default('text'))
    .addOption(
      new Option('--for <kind...>', 'look at what these need besides passes')
        .choices(Object.keys(CHECKS_FOR))
        .default([], 'neither'),
    )
    .option('--strict', 'end with 1 where there is a warning', false)
    .option('-v, --verbose', 'log every request to standard error', false)
    .addOption(logFormatOption(VERBOSE_LOG));
}
