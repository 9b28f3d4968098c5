/**
 * `plus1 completion`: a script that completes commands, flags and their values in a shell. It is made from the program as it is
 * declared, so it cannot name a flag that is not there, nor leave one out.
 */
import { Argument, Command } from 'commander';
import { bashCompletion } from './completion/bash.js';
import { fishCompletion } from './completion/fish.js';
import { wordsOf, type Words } from './completion/words.js';
import { zshCompletion } from './completion/zsh.js';
import { EXIT, type CommandIO } from './io.js';

const SHELLS: Readonly<Record<string, (program: Words) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** The subcommand. `program` is read when it runs, so that it knows the commands that are added later. */
export function completionCommand(program: Command, io: CommandIO): Command {
  return new Command('completion')
    .description('print a script that completes commands and flags in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      `
bash:  source <(plus1 completion bash)
zsh:   plus1 completion zsh > "\${fpath[1]}/_plus1"
fish:  plus1 completion fish > ~/.config/fish/completions/plus1.fish`,
    )
    .action((shell: string) => {
      io.stdout.write(SHELLS[shell]?.(wordsOf(program)) ?? '');
      io.done(EXIT.ok);
    });
}
