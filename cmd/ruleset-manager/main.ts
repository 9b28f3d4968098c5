#!/usr/bin/env node
/** `ruleset-manager`, the specification's own name and flags for `plus1 sync`. */
import { Command } from 'commander';
import type { CommandIO } from '../plus1/io.js';
import { inProcess } from '../plus1/process.js';
import { run, withIO } from '../plus1/program.js';
import { runSync } from '../plus1/run-sync.js';
import { SYNC_DEFAULTS, withRulesetManagerOptions, type SyncOptions } from '../plus1/sync-options.js';

await inProcess((io) => run(rulesetManager(io), process.argv.slice(2), io));

function rulesetManager(io: CommandIO): Command {
  const command = withRulesetManagerOptions(new Command('ruleset-manager'))
    .description('Synchronizes the organization ruleset with the repositories that are in production')
    .action(async (options: Partial<SyncOptions>) => io.done(await runSync({ ...SYNC_DEFAULTS, ...options }, io)));
  return withIO(command, io);
}
