/** Completion for fish: one line a word. */
import { paths, type Flag, type Value, type Words } from './words.js';

/** The whole script. */
export function fishCompletion(program: Words): string {
  const lines = paths(program).flatMap(({ path, words }) => [
    ...words.commands.map(({ name, description }) => line(path, words, ['-a', name, '-d', quoted(description)])),
    ...words.flags.map((flag) => line(path, words, flagParts(flag))),
    ...argumentLines(path, words),
  ]);
  return ['# Completion of plus1 for fish. Made by: plus1 completion fish', 'complete -c plus1 -f', ...lines, ''].join(
    '\n',
  );
}

/** Where each word of the path was typed, and none of the commands below it. */
function line(path: string, { commands }: Words, parts: readonly string[]): string {
  const seen = path === '' ? [] : path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`);
  const below = commands.map(({ name }) => name).join(' ');
  const conditions = [...seen, ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`])];
  const when = conditions.length === 0 ? [] : ['-n', quoted(conditions.join('; and '))];
  return ['complete', '-c', 'plus1', ...when, ...parts].join(' ');
}

function flagParts({ names, description, value }: Flag): string[] {
  const parts = names.flatMap((name) => (name.startsWith('--') ? ['-l', name.slice(2)] : ['-s', name.slice(1)]));
  return [...parts, ...(value === undefined ? [] : valueParts(value)), '-d', quoted(description)];
}

function valueParts(value: Value): string[] {
  if (value === 'any') return ['-x'];
  if (value === 'file') return ['-r', '-F'];
  if (value === 'folder') return ['-x', '-a', quoted('(__fish_complete_directories)')];
  return ['-x', '-a', quoted(value.join(' '))];
}

function argumentLines(path: string, words: Words): string[] {
  const { argument } = words;
  if (words.commands.length > 0 || argument === undefined || argument === 'any') return [];
  if (argument === 'file') return [line(path, words, ['-F'])];
  const offered = argument === 'folder' ? '(__fish_complete_directories)' : argument.join(' ');
  return [line(path, words, ['-a', quoted(offered)])];
}

/** In single quotes fish knows two escapes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
