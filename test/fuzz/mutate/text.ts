/** Texts that are nearly what a parser expects: one of a corpus, changed in a few places. */
import fc from 'fast-check';
import { anyCharacter } from '../../characters.js';

/** What may stand in a line of any of the languages, and mean something there. */
export const PIECES = [
  ':',
  ': ',
  ':\n',
  '- ',
  '? ',
  ',',
  '\n',
  ' ',
  '  ',
  '\t',
  '\r',
  '\r\n',
  '#',
  ' #',
  '"',
  "'",
  '\\',
  '|',
  '>-\n',
]
  .concat([
    '&a ',
    '*a',
    '!t ',
    '!!int ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '<<: ',
    '{',
    '}',
    '[',
    ']',
    '[]',
    '{}',
    '@',
    '`',
    '=',
    '$',
  ])
  .concat([
    'null',
    '~',
    'true',
    'no',
    '0',
    '-1',
    '1e999',
    '0x1F',
    '0o7',
    '.inf',
    '9007199254740993',
    '2026-13-45T99:00:00Z',
  ])
  .concat([
    '__proto__',
    'constructor',
    'toString',
    '\0',
    '\u001b[2J',
    '\u0085',
    '\u00a0',
    '\u200b',
    '\u2028',
    '\u202e',
    '\ufeff',
  ])
  .concat(['\ud800', '😀', '../../x', '%2e%2e', '::error::x', 'a'.repeat(300), '[['.repeat(80), 'https://u:p@h/?q#f']);

interface Change {
  kind: 'insert' | 'remove' | 'repeat' | 'value' | 'line' | 'splice' | 'indent';
  at: number;
  length: number;
  piece: string;
  times: number;
}

const KINDS = ['insert', 'remove', 'repeat', 'value', 'value', 'line', 'splice', 'indent'] as const;

const changes = (pieces: readonly string[], most: number): fc.Arbitrary<Change[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      at: fc.nat(),
      length: fc.nat(12),
      piece: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...pieces) },
        fc.string({ unit: anyCharacter, maxLength: 8 }),
      ),
      times: fc.oneof({ weight: 30, arbitrary: fc.nat(3) }, fc.nat(2_000)),
    }),
    { maxLength: most },
  );

/** `pieces`: words of that language, beside the general ones. */
export function mutatedText(
  seeds: readonly string[],
  { pieces = [], most = 4 }: { pieces?: readonly string[]; most?: number } = {},
): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...seeds), changes([...PIECES, ...pieces], most))
    .map(([seed, list]) => list.reduce((text, change) => changed(text, change, seeds), seed));
}

function changed(text: string, { kind, at, length, piece, times }: Change, seeds: readonly string[]): string {
  const start = at % (text.length + 1);
  const replaced = (from: number, to: number, by: string): string => text.slice(0, from) + by + text.slice(to);
  switch (kind) {
    case 'insert':
      return replaced(start, start, piece.repeat(1 + (times > 3 ? times : 0)));
    case 'remove':
      return replaced(start, start + 1 + length, '');
    case 'repeat':
      return replaced(start, start, text.slice(start, start + 1 + length).repeat(times));
    case 'value':
      return withValue(text, at, piece);
    case 'line':
      return movedLine(text, at, times);
    case 'indent':
      return movedLine(text, at, -1 - (times % 4));
    case 'splice': {
      const other = seeds[at % seeds.length] as string;
      return text.slice(0, start) + other.slice(Math.min(start, other.length));
    }
  }
}

/** What follows the colon of a line becomes something else: most such texts still parse. */
function withValue(text: string, at: number, piece: string): string {
  const lines = text.split('\n');
  const index = at % lines.length;
  lines[index] = (lines[index] as string).replace(
    /^(\s*(?:- )?[\w.-]+:)( .*|)$/,
    (_line, key: string) => `${key} ${piece}`,
  );
  return lines.join('\n');
}

/** A line stands elsewhere; below zero: it stands where it was, further to the right. */
function movedLine(text: string, at: number, by: number): string {
  const lines = text.split('\n');
  const index = at % lines.length;
  const line = lines[index] as string;
  if (by < 0) lines[index] = ' '.repeat(-by) + line;
  else lines.splice((index + by) % lines.length, 0, ...lines.splice(index, 1));
  return lines.join('\n');
}
