/** `plus1 workflows`: what the egress control of each job is worth. Offline, unless `--resolve` asks DNS and GitHub. */
import { Command, Option } from 'commander';
import type { CommandIO } from './io.js';
import { WORKFLOW_FORMATS, type WorkflowsOptions } from './workflows/options.js';

/** The subcommand; says its exit code by `io.done`. */
export function workflowsCommand(io: CommandIO): Command {
  return new Command('workflows')
    .description('judge the jobs of workflow files: is what they may send out really limited')
    .argument('<PATH...>', 'a repository folder, .github/workflows, or files')
    .option('-j, --json', 'print JSON')
    .option('-q, --quiet', 'print only the jobs that do not meet the requirement, with their errors')
    .addOption(new Option('--format <format>', 'what is printed (default: text)').choices(WORKFLOW_FORMATS))
    .option('--floor <version>', 'oldest version of harden-runner that counts', 'v2.16.0')
    .addOption(
      new Option('--require <status>', 'what each job must be; audit: recording is enough')
        .choices(['holds', 'audit'])
        .default('holds'),
    )
    .option('--allow-delegated', 'accept jobs that are decided elsewhere, or where the agent cannot run', false)
    .option('--resolve', 'ask DNS for each endpoint, and GitHub for the tags of harden-runner', false)
    .addHelpText(
      'after',
      `
Exit codes:
  0  every job meets the requirement
  1  one does not, or a file cannot be judged
  2  wrong usage, or a path that does not exist

Environment: NO_COLOR, GITHUB_WORKSPACE (--format sarif names files relative to it); with --resolve:
GITHUB_TOKEN, GITHUB_API_URL, HTTPS_PROXY, NO_PROXY, PLUS1_DNS_SERVERS (addresses separated by commas)`,
    )
    .action(async (paths: string[], options: WorkflowsOptions) => {
      // Loaded when asked for: no other command reads workflow files of a folder.
      const { runWorkflows } = await import('./workflows/run.js');
      io.done(await runWorkflows(paths, options, io));
    });
}
