/**
 * Texts of at most 512,000 bytes that cost the most for their size: each one a shape that some step of a YAML reader looks at
 * more than once. A shape is repeated until the text is full; a bound must stop it long before.
 */
import { MAX_FILE_BYTES } from '../../pkg/catalog/index.js';
import { entity } from './build.js';

const ROOM = MAX_FILE_BYTES - 1_000;

/** The unit over and over, up to the largest file. */
export const fill = (unit: string, bytes = ROOM): string => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index))
    .join('')
    .slice(0, ROOM);

const stairs = (step: (blanks: string) => string): string => many(120, (index) => step(' '.repeat(index)));

/** By name; `repeat` makes a text of about that many bytes. */
export const HOSTILE: Readonly<Record<string, (bytes: number) => string>> = {
  'one large mapping': (bytes) => many(60_000, (index) => `k${index}: v\n`).slice(0, bytes),
  'one large mapping of long keys': (bytes) =>
    many(10_000, (index) => `k${index}${'x'.repeat(45)}: v\n`).slice(0, bytes),
  'unknown keys of an entity': (bytes) =>
    (entity('production') + many(40_000, (index) => `  lifecycl${index}: v\n`)).slice(0, bytes),
  'a flow mapping': (bytes) => `{${fill('a: b, ', bytes)}}`,
  'a flow mapping of unique keys': (bytes) => `{${many(60_000, (index) => `k${index}: v,`).slice(0, bytes)}}`,
  'nested flow collections': (bytes) => `[${fill(`${'['.repeat(120)}${']'.repeat(120)},`, bytes)}]`,
  'flow collections as keys': (bytes) => `${'{'.repeat(120)}a${fill('x, b', bytes)}: b${'}: b'.repeat(120)}`,
  'flow commas': (bytes) => `[${fill(',', bytes)}]`,
  'flow colons': (bytes) => `{${fill(':,', bytes)}}`,
  'flow question marks': (bytes) => `[${fill('? a,', bytes)}]`,
  'flow line ends': (bytes) => `[${fill('\n', bytes)}]`,
  'flow comments': (bytes) => `[a${fill(' #\n', bytes)}, b]`,
  'quoted items of a flow list': (bytes) => `[${fill('"",', bytes)}]`,
  'escapes in double quotes': (bytes) => `a: "${fill('\\x41', bytes)}"`,
  'wrong escapes in double quotes': (bytes) => `a: "${fill('\\q', bytes)}"`,
  'backslashes in double quotes': (bytes) => `a: "${fill('\\', bytes)}"`,
  'line ends in double quotes': (bytes) => `a: "${fill('\n', bytes)} "`,
  'quotes in single quotes': (bytes) => `a: '${fill("''", bytes)}'`,
  'unclosed quotes': (bytes) => `- "${fill('x\n- "y', bytes)}`,
  'staircases of keys': (bytes) =>
    fill(
      stairs((blanks) => `${blanks}a:\n`),
      bytes,
    ),
  'staircases of dashes': (bytes) =>
    fill(
      stairs((blanks) => `${blanks}- \n`),
      bytes,
    ),
  'empty lines, then comments': (bytes) => `a:\n  b: 1\n${fill('\n', bytes / 2)}${fill('  #\n', bytes / 2)}`,
  'comments before a value': (bytes) => `a: &x\n${fill('# c\n', bytes)} b`,
  'lines in a plain scalar': (bytes) => `a: x\n${fill('\n', bytes)}  y`,
  'lines in a block scalar': (bytes) => `a: |\n${fill(' \n', bytes)}`,
  'lines in a folded scalar': (bytes) => `a: >\n${fill('  x\n   y\n', bytes)}`,
  'blanks in a plain scalar': (bytes) => `a: ${fill(' ', bytes)}b`,
  'marks of comments in a line': (bytes) => `a: b${fill(' #', bytes)}`,
  'tags before a value': (bytes) => fill('!a ', bytes),
  'one long tag': (bytes) => `!${fill('%20', bytes)}`,
  'directives with handles': (bytes) => `${many(30_000, (index) => `%TAG !a${index}! b\n`).slice(0, bytes)}---\na`,
  'an alias many times': (bytes) => `- &a b\n- [${fill('*a,', bytes)}]`,
  'entities without end': (bytes) => fill(`${entity('production')}---\n`, bytes),
  'a key a hundred times a line': (bytes) => `? ${fill('a', bytes)}\n: b`,
  ...Object.fromEntries(
    ['- a: b\n', '- - - - - - - - a\n', 'a: b\n', '--- a\n', '---\n', '...\n', 'a\n...\n', '[', '{', '}', '[a\n', '[],']
      .concat([
        '- &a b\n',
        '&a\n',
        ' &a\n',
        '- !x a\n',
        '- |\n x\n',
        '#\n',
        '# padding\n',
        'a: b # c\n',
        ' \n',
        '? ',
        '? a\n',
      ])
      .concat([
        '? [a]\n: b\n',
        ':',
        ': ',
        ':\n',
        '- ',
        '-\n',
        '\r',
        '\r\n',
        'a: b\r\n',
        'a: b\r',
        '\u0085',
        '\u2028',
        '\t\n',
      ])
      .concat([
        '\ta: b\n',
        'a:\tb\n',
        '- ""\n',
        "- 'a\n",
        'a',
        'b: ',
        'a: b: c\n',
        '|',
        '>\n',
        '&',
        '*',
        '!',
        '- |9\n',
        '@ ',
      ])
      .concat(['%YAML 1.2\n---\n', '%YAML 1.2\n', '<<<<<<< a\n', '\ufeff', 'schema-version: v2.2\n---\n'])
      .map((unit) => [JSON.stringify(unit), (bytes: number): string => fill(unit, bytes)]),
  ),
};
