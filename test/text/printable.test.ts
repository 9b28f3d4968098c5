/** Foreign text on a terminal, in a log, in JSON and YAML: it stays text, no matter who wrote it and what is in it. */
import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { escapeHidden, foreignLine, printable, printableJSON, printableYAML, quote } from '../../pkg/text/index.js';
import { anyCharacter } from '../characters.js';

/** What drives a terminal, forges a line, turns the reading order, or is not seen. */
const HIDDEN = [
  ...Array.from({ length: 32 }, (_, code) => code),
  ...Array.from({ length: 33 }, (_, code) => 0x7f + code),
  ...[
    0x61c, 0xad, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
  ],
  ...[0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xe0001],
].map((code) => String.fromCodePoint(code));
const LAYOUT = /[\n]/g;
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const foreign = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HIDDEN),
      fc.string({ unit: anyCharacter, maxLength: 5 }),
      fc.constantFrom('"', '\\', ': ', '#'),
    ),
  )
  .map((parts) => parts.join('').replaceAll(/\p{Surrogate}/gu, ''));

describe('foreign text that is printed', () => {
  it('holds nothing that a terminal acts on, on a line, in quotes and as a sentence of somebody else', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        for (const shown of [printable(text), quote(text), foreignLine(text, 100)]) expect(shown).to.not.match(RAW);
      }),
    );
  });

  it('is the same value as JSON, where what is hidden is an escape', () => {
    fc.assert(
      fc.property(foreign, fc.constantFrom(0, 2), (text, indent) => {
        const json = printableJSON({ [text]: [text] }, indent);
        expect(json.replace(LAYOUT, '')).to.not.match(RAW);
        expect(JSON.parse(json)).to.deep.equal(JSON.parse(JSON.stringify({ [text]: [text] })));
      }),
    );
  });

  it('is the same value as YAML, where what is hidden is an escape', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const yaml = printableYAML({ a: text, b: [text] });
        expect(yaml.replace(LAYOUT, '')).to.not.match(RAW);
        expect(parse(yaml)).to.deep.equal({ a: text, b: [text] });
      }),
    );
  });

  const words = [
    ...[
      'off',
      'No',
      'y',
      'N',
      'on',
      'yes',
      'TRUE',
      'null',
      '~',
      '',
      '<<',
      '=',
      '1e3',
      '1E3',
      '1_000',
      '0x1',
      '0X1f',
      '0o17',
    ],
    ...[
      '0O17',
      '-0o17',
      '0o1_7',
      '0b1',
      '0B1',
      '017',
      '+1',
      '.5',
      '1.',
      '.inf',
      '-.INF',
      '.NaN',
      '2001-12-14',
      '2001-1-4',
    ],
    ...[
      '2001-12-14T21:59:43Z',
      '2001-12-14 21:59:43.10 -5',
      '190:20:30',
      '1:30',
      '1:30.5',
      '685_230.15',
      '# a',
      'a: b',
    ],
    ...[
      '- a',
      '? a',
      '@a',
      '%a',
      '&a',
      '*a',
      '!a',
      '!!str',
      '|',
      '>',
      '[a',
      '{a',
      '"a"',
      "'a'",
      ' a ',
      'a #b',
      '---',
      '...',
    ],
  ];
  for (const word of words)
    it(`is the text ${JSON.stringify(word)} to a reader of YAML 1.1 and to one of 1.2`, () => {
      const yaml = printableYAML({ [word]: word, list: [word] });
      for (const version of ['1.1', '1.2', 'next'] as const)
        expect(parse(yaml, { version, merge: false })).to.deep.equal({ [word]: word, list: [word] });
      // Go reads a number of any base, which the library does not.
      if (/^[-+]?0[xob]/i.test(word) || word === '=') expect(yaml).to.include(`- "${word}"`);
    });

  for (const char of HIDDEN) {
    const name = `U+${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
    it(`does not hold ${name}`, () => {
      expect(printable(`a${char}b`)).to.match(/^a\\u[{}0-9a-f]+b$/);
      expect(escapeHidden(JSON.stringify(`a${char}b`))).to.not.match(RAW);
    });
  }
});
