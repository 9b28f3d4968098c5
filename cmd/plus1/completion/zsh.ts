/** Completion for zsh. Hazard: zsh takes what stands before the first colon of a described word for the word itself. */
import { paths, type Flag, type Value, type Words } from './words.js';

const HEAD = `#compdef plus1
# Completion of plus1 for zsh. Made by: plus1 completion zsh
_plus1() {
  local -a offered
  local cur="\${words[CURRENT]}" cmdpath= flag= i
  for ((i = 2; i < CURRENT; i++)); do
    flag=
    case "$cmdpath|\${words[i]}" in`;

const MIDDLE = `    esac
    # A flag with a value takes the next word.
    if [[ -n $flag ]]; then
      ((i++))
      ((i < CURRENT)) && flag=
    fi
  done
  if [[ -z $flag && $cur == --*=* ]]; then
    flag="\${cur%%=*}"
    compset -P '*='
  fi
  case "$cmdpath|$flag" in`;

const TAIL = `  esac
}
if [[ "\${funcstack[1]}" == _plus1 ]]; then
  _plus1 "$@"
else
  compdef _plus1 plus1
fi
`;

/** The whole script. */
export function zshCompletion(program: Words): string {
  const all = paths(program);
  const steps = all.flatMap(({ path, words }) => [
    ...words.commands.map(({ name }) => `      '${path}|${name}') cmdpath='${`${path} ${name}`.trim()}' ;;`),
    ...words.flags.flatMap(({ names, value }) =>
      value === undefined ? [] : [`      ${patterns(path, names)}) flag="\${words[i]}" ;;`],
    ),
  ]);
  const answers = all.flatMap(({ path, words }) => [
    ...words.flags.flatMap(({ names, value }) =>
      value === undefined ? [] : [`    ${patterns(path, names)}) ${offer(value)} ;;`],
    ),
    `    '${path}|')`,
    `      if [[ $cur == -* ]]; then`,
    `        offered=(${words.flags.flatMap(described).join(' ')})`,
    `        _describe -o flag offered`,
    `      else`,
    `        ${argumentOffer(words)}`,
    `      fi ;;`,
  ]);
  return [HEAD, ...steps, MIDDLE, ...answers, TAIL].join('\n');
}

const patterns = (path: string, names: readonly string[]): string =>
  names.map((name) => `'${path}|${name}'`).join(' | ');

const described = ({ names, description }: Pick<Flag, 'names' | 'description'>): string[] =>
  names.map((name) => quoted(`${name}:${description}`));

function argumentOffer({ commands, argument = 'any' }: Words): string {
  if (commands.length === 0) return offer(argument);
  const words = commands.flatMap(({ name, description }) => described({ names: [name], description }));
  return `offered=(${words.join(' ')}); _describe command offered`;
}

function offer(value: Value): string {
  if (value === 'any') return ':';
  if (value === 'file') return '_files';
  if (value === 'folder') return '_files -/';
  return `compadd -- ${value.join(' ')}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
