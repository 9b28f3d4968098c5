/** What can be typed after `plus1`, as values: read from the declaration of the program, and written out for each shell. */
import type { Argument, Command, Option } from 'commander';

/** What stands for a value: one of some words, a file, a folder, or anything. */
export type Value = readonly string[] | 'file' | 'folder' | 'any';

export interface Flag {
  /** With their dashes, as `-f` and `--file`. */
  names: readonly string[];
  description: string;
  /** Absent where the flag takes none. */
  value?: Value;
}

export interface Words {
  name: string;
  description: string;
  commands: readonly Words[];
  flags: readonly Flag[];
  /** What its arguments are; absent where it takes none. */
  argument?: Value;
}

/** A command with everything below it. */
export function wordsOf(command: Command): Words {
  const help = command.createHelp();
  const argument = command.registeredArguments[0];
  return {
    name: command.name(),
    description: command.description(),
    commands: command.commands.map(wordsOf),
    flags: help.visibleOptions(command).map(flagOf),
    ...(argument === undefined ? {} : { argument: argumentValue(argument, command) }),
  };
}

function flagOf({ short, long, description, argChoices, flags, required, optional }: Option): Flag {
  const names = [short, long].filter((name): name is string => name !== undefined);
  if (!required && !optional) return { names, description };
  return { names, description, value: argChoices ?? pathOf(flags) };
}

function argumentValue(argument: Argument, command: Command): Value {
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (command.name() === 'help') return (command.parent?.commands ?? []).map((each) => each.name());
  return pathOf(argument.name());
}

/** By the word that stands for the value in the help, as `--state <dir>`. */
function pathOf(placeholder: string): Value {
  if (/\bdir\b/i.test(placeholder.replace(/^.*[<[]/, ''))) return 'folder';
  return /\b(file|path|policy|repository_path)\b/i.test(placeholder.replace(/^.*[<[]/, '')) ? 'file' : 'any';
}

/** Every command with the words that lead to it: `sync`, `notify test`; the program itself has none. */
export function paths(words: Words, above: readonly string[] = []): { path: string; words: Words }[] {
  const below = words.commands.flatMap((command) => paths(command, [...above, command.name]));
  return [{ path: above.join(' '), words }, ...below];
}
