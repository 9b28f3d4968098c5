/** Random hostile texts and names, for every test that gives the program what somebody else wrote. */
import fc from 'fast-check';
import { anyCharacter } from '../characters.js';
import { entity } from './build.js';
import { HOSTILE } from './hostile-inputs.js';

const marks = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  ':\n',
  '- ',
  '? ',
  ', ',
  '\n',
  '\r',
  '\t',
  ' ',
  '  ',
  '#',
  ' #',
  '"',
  "'",
  '|\n',
  '>+\n',
]
  .concat([
    '&a ',
    '*a',
    '!t ',
    '---\n',
    '...\n',
    '%YAML 1.2\n',
    '<<: ',
    '\\',
    '\u0085',
    '\u202e',
    '\u001b[2J',
    '\u200b',
    '\ufeff',
  ])
  .concat(['a', 'lifecycle: production\n', 'apiVersion: v3\n', 'kind: Plus1Policy\n', 'null', '~', '\u2028']);

/** Pieces in a random order, some of them very often; alone, behind an entity, or between two. */
export const hostileText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...marks), fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, fc.nat(3_000))), {
      maxLength: 40,
    }),
    fc.constantFrom('', entity('production'), `${entity('production')}---\n`),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      fc.constantFrom(...Object.values(HOSTILE)).map((make) => make(20_000)),
    ),
  )
  .map(([parts, head, tail]) => `${head}${parts.map(([mark, count]) => mark.repeat(count)).join('')}${tail}`);

/** Any characters at all: control characters, marks of direction, halves of pairs. */
export const hostileName: fc.Arbitrary<string> = fc.string({ unit: anyCharacter, maxLength: 60 });
