#!/usr/bin/env node
/** `plus1`: one subcommand a file. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { CommandIO } from './io.js';
import { inProcess } from './process.js';
import { run, withIO } from './program.js';
import { runSync } from './run-sync.js';
import { withSyncOptions, type SyncOptions } from './sync-options.js';
import { validateCommand } from './validate.js';

await inProcess((io) => run(plus1(io), process.argv.slice(2), io));

function plus1(io: CommandIO): Command {
  const program = new Command('plus1')
    .description('Keeps a GitHub organization ruleset governing exactly the repositories that are in production')
    .version(version(), '-V, --version', 'print the version')
    .helpCommand(false);
  const sync = withSyncOptions(new Command('sync'))
    .description('run one pass: look, plan, guard, apply, prove')
    .action(async (options: SyncOptions) => io.done(await runSync(options, io)));
  const plan = withSyncOptions(new Command('plan'))
    .description('show what sync would do; the same as sync --dry-run')
    .action(async (options: SyncOptions) => io.done(await runSync({ ...options, dryRun: true }, io)));
  for (const command of [sync, plan, validateCommand(io)]) program.addCommand(withIO(command, io));
  return withIO(program, io);
}

function version(): string {
  // dist/cmd/plus1/main.js when built, cmd/plus1/main.ts in development: the package lies three or two folders up.
  for (const up of ['../../../package.json', '../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}
