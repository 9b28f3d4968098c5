/** `plus1` with all its subcommands. Declared once: the executable, the completion of shells and the tests take it from here. */
import { Command } from 'commander';
import { approveCommand } from './approve.js';
import { checkCommand } from './check.js';
import { completionCommand } from './completion.js';
import { controllerCommand } from './controller.js';
import { egressCommand } from './egress.js';
import { explainCommand } from './explain.js';
import { getCommand } from './get.js';
import { helpCommand } from './help.js';
import { incidentCommand } from './incident.js';
import { inventoryCommand } from './inventory.js';
import type { CommandIO } from './io.js';
import { journalCommand } from './journal.js';
import { migrateCommand } from './migrate.js';
import { notifyCommand } from './notify.js';
import { onboardCommand } from './onboard.js';
import { withIO } from './program.js';
import { reportCommand } from './report.js';
import { releaseCommand, rollbackCommand } from './rollback.js';
import { rolloutCommand } from './rollout.js';
import { siemCommand } from './siem.js';
import { SYNC_DEFAULTS, withPlanOptions, withSyncOptions, type SyncOptions } from './sync-options.js';
import { validateCommand } from './validate.js';
import { version } from './version.js';
import { workflowsCommand } from './workflows.js';

/** The whole program, speaking through `io`. */
export function plus1(io: CommandIO): Command {
  const program = new Command('plus1')
    .description('Keeps a GitHub organization ruleset governing exactly the repositories that are in production')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand(false);
  const sync = withSyncOptions(new Command('sync'))
    .description('read the repositories, update the ruleset, verify the result')
    .action((options: SyncOptions) => onePass(options, io));
  const plan = withPlanOptions(new Command('plan'))
    .description('show what sync would do; write nothing')
    .action((options: SyncOptions) => onePass({ ...SYNC_DEFAULTS, ...options, dryRun: true }, io));
  const onFiles = [validateCommand(io), migrateCommand(io), workflowsCommand(io)];
  const people = [approveCommand(io), rollbackCommand(io), releaseCommand(io)];
  const records = [journalCommand(io), reportCommand(io)];
  const onKinds = [egressCommand(io), rolloutCommand(io)];
  const onState = [
    getCommand(io),
    explainCommand(io),
    inventoryCommand(io),
    onboardCommand(io),
    incidentCommand(io),
    ...onKinds,
    ...people,
    ...records,
  ];
  const others = [checkCommand(io), ...onFiles, controllerCommand(io), ...onState, notifyCommand(io), siemCommand(io)];
  const aboutItself = [completionCommand(program, io), helpCommand(program, io)];
  for (const command of [sync, plan, ...others, ...aboutItself]) program.addCommand(withIO(command, io));
  return withIO(program, io);
}

/** Loaded when asked for: `validate`, `get` and `--help` need no GitHub client, and start in half the time without it. */
async function onePass(options: SyncOptions, io: CommandIO): Promise<void> {
  const { runSync } = await import('./run-sync.js');
  io.done(await runSync(options, io));
}
