/** `plus1 migrate`: Datadog's service definitions of v2, v2.1 and v2.2 as entities of v3. Writes only with `--write`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIO } from './io.js';
import type { MigrateOptions } from './migrate/run.js';

/** As long as a policy's `catalog.productionLifecycles` allows. */
const MAX_LIFECYCLE_LENGTH = 128;

/** The subcommand; says its exit code by `io.done`. */
export function migrateCommand(io: CommandIO): Command {
  return new Command('migrate')
    .description('turn service definitions of older schemas into entities of v3')
    .argument('<PATH...>', 'a repository folder, a file, or - for standard input')
    .option('--write', 'change the files; without it the difference is printed, and nothing is written', false)
    .addOption(new Option('--lifecycle <VALUE>', 'what to write where no lifecycle is stated').argParser(lifecycleText))
    .option('--check', 'exit with 1 where something would change', false)
    .option(
      '-f, --file <PATH>',
      'catalogue file: relative to each folder, or absolute (default: DATADOG_YAML_PATH, else entity.datadog.yaml)',
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  every file is an entity of v3 that states its lifecycle, or would be one
  1  one is not, and the reason is on standard error; with --check: something would change
  2  wrong usage, or a path that does not exist

Environment: DATADOG_YAML_PATH, PRODUCTION_LIFECYCLE_VALUES (values separated by commas), NO_COLOR`,
    )
    .action(async (paths: string[], options: MigrateOptions) => {
      // Loaded when asked for: no other command writes catalogue files.
      const { runMigrate } = await import('./migrate/run.js');
      io.done(await runMigrate(paths, options, io));
    });
}

function lifecycleText(value: string): string {
  const text = value.trim();
  // eslint-disable-next-line no-control-regex -- a value with line breaks would be no lifecycle
  if (text !== '' && text.length <= MAX_LIFECYCLE_LENGTH && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return text;
  throw new InvalidArgumentError(`allowed: one line of 1 to ${MAX_LIFECYCLE_LENGTH} characters, such as production`);
}
