/**
 * `plus1 validate`: judges catalogue files with the same code as a pass, so that nobody has to push a file to learn
 * what it means. Reads nothing but the paths named.
 */
import { Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import { FORMATS } from './validate/format.js';
import type { ValidateOptions } from './validate/settings.js';

/** The subcommand; says its exit code by `io.done`. */
export function validateCommand(io: CommandIO): Command {
  return withValidateOptions(new Command('validate'))
    .description('judge catalogue files')
    .argument('<PATH...>', 'a repository folder, a file, or - for standard input')
    .action(async (paths: string[], options: ValidateOptions) => io.done(await judge(paths, options, io)));
}

/** The command under the name that the specification gives it: one repository path, the same code. */
export function validateScriptCommand(io: CommandIO): Command {
  return withValidateOptions(new Command('validate-datadog-yaml.sh'))
    .description('Judges the Datadog catalogue file of a repository')
    .argument('<repository_path>', 'a repository folder, a file, or - for standard input')
    .action(async (path: string, options: ValidateOptions) => io.done(await judge([path], options, io)));
}

/** Loaded when asked for: no other command reads catalogue files. */
async function judge(paths: string[], options: ValidateOptions, io: CommandIO): Promise<number> {
  const { runValidate } = await import('./validate/run.js');
  return runValidate(paths, options, io);
}

function withValidateOptions(command: Command): Command {
  return command
    .option(
      '-f, --file <PATH>',
      'catalogue file: relative to each folder, or absolute (default: DATADOG_YAML_PATH, else entity.datadog.yaml)',
    )
    .option('-v, --verbose', 'show every warning, and what decided')
    .option('-j, --json', 'print JSON')
    .option('-q, --quiet', 'print errors only')
    .option('--strict', 'warnings fail')
    .addOption(
      new Option('--format <format>', 'what is printed; github: annotations of a workflow (default: text)').choices(
        FORMATS,
      ),
    )
    .helpOption('-h, --help', 'show this help')
    .addHelpText(
      'after',
      `
Exit codes:
  0  every file is valid_production or valid_non_production; --strict: and without a warning
  1  one is not, a missing file or lifecycle included
  2  wrong usage, or a path that does not exist

Environment: DATADOG_YAML_PATH, PRODUCTION_LIFECYCLE_VALUES (values separated by commas), NO_COLOR,
GITHUB_WORKSPACE (--format github names files relative to it)`,
    );
}
