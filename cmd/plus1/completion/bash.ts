/**
 * Completion for bash. It needs no package beside bash itself, and runs in the bash 3.2 of macOS, which has no `compopt`.
 * Hazard: bash breaks words at `=`, so that `--format=json` comes as three words.
 */
import { paths, type Value, type Words } from './words.js';

const HEAD = `# Completion of plus1 for bash. Made by: plus1 completion bash
_plus1() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path= flag= i IFS=$' \\t\\n'
  COMPREPLY=()
  [[ $cur == '=' ]] && cur=
  for ((i = 1; i < COMP_CWORD; i++)); do
    flag=
    case "$path|\${COMP_WORDS[i]}" in`;

const MIDDLE = `    esac
    # A flag with a value takes the next word; bash hands over an equals sign as a word.
    if [[ -n $flag ]]; then
      [[ \${COMP_WORDS[i + 1]} == '=' ]] && ((i + 1 < COMP_CWORD)) && ((i++))
      ((i++))
      ((i < COMP_CWORD)) && flag=
    fi
  done
  case "$path|$flag" in`;

const TAIL = `  esac
}
_plus1_words() {
  COMPREPLY=($(compgen -W "$2" -- "$1"))
}
_plus1_paths() {
  local line
  type compopt >/dev/null 2>&1 && compopt -o filenames
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$2" -- "$1")
}
complete -F _plus1 plus1
`;

/** The whole script. */
export function bashCompletion(program: Words): string {
  const all = paths(program);
  const steps = all.flatMap(({ path, words }) => [
    ...words.commands.map(({ name }) => `      '${path}|${name}') path='${`${path} ${name}`.trim()}' ;;`),
    ...flagsWithValue(words).map((names) => `      ${patterns(path, names)}) flag="\${COMP_WORDS[i]}" ;;`),
  ]);
  const answers = all.flatMap(({ path, words }) => [
    ...words.flags.flatMap(({ names, value }) =>
      value === undefined ? [] : [`    ${patterns(path, names)}) ${offer(value)} ;;`],
    ),
    `    '${path}|') ${argumentOffer(words)} ;;`,
  ]);
  return [HEAD, ...steps, MIDDLE, ...answers, TAIL].join('\n');
}

const flagsWithValue = ({ flags }: Words): (readonly string[])[] =>
  flags.flatMap(({ names, value }) => (value === undefined ? [] : [names]));

const patterns = (path: string, names: readonly string[]): string =>
  names.map((name) => `'${path}|${name}'`).join(' | ');

function argumentOffer(words: Words): string {
  const flags = words.flags.flatMap(({ names }) => names).join(' ');
  const argument = words.commands.length > 0 ? words.commands.map(({ name }) => name) : (words.argument ?? 'any');
  return `if [[ $cur == -* ]]; then _plus1_words "$cur" '${flags}'; else ${offer(argument)}; fi`;
}

function offer(value: Value): string {
  if (value === 'any') return ':';
  if (value === 'file') return '_plus1_paths "$cur" -f';
  if (value === 'folder') return '_plus1_paths "$cur" -d';
  return `_plus1_words "$cur" '${value.join(' ')}'`;
}
