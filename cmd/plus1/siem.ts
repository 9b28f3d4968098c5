/** `plus1 siem`: looks at where the journal is sent. */
import { Command } from 'commander';
import type { CommandIO } from './io.js';
import { withIO } from './program.js';
import type { SiemTestOptions } from './run-siem-test.js';

/** The subcommand with its own; they are loaded when they are called. */
export function siemCommand(io: CommandIO): Command {
  const siem = new Command('siem').description('look at where the journal is sent').helpCommand(false);
  siem.addCommand(withIO(testing(io), io));
  return siem;
}

function testing(io: CommandIO): Command {
  return new Command('test')
    .description('send one marked test record to each sink, and show what each answers')
    .requiredOption('--siem <file>', 'the file of sinks, as the controller takes it')
    .addHelpText(
      'after',
      '\nExit codes:\n  0  every sink took the record\n  1  a sink did not\n  2  wrong usage, or a file with faults',
    )
    .action(async (options: SiemTestOptions) =>
      io.done(await (await import('./run-siem-test.js')).runSiemTest(options, io)),
    );
}
