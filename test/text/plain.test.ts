/** What is read line by line without the library of YAML is what the library reads. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isMap, isPair, isScalar, isSeq } from 'yaml';
import { compose } from '../../pkg/text/yaml/compose.js';
import { textFault } from '../../pkg/text/yaml/faults.js';
import { readPlain } from '../../pkg/text/yaml/plain.js';
import { STRINGS } from '../../pkg/text/yaml/schema.js';
import { runsOf } from '../sample.js';

const ENTITIES = [
  'apiVersion: v3\nkind: service\nmetadata:\n  name: shop\n  owner: team-a\nspec:\n  lifecycle: production\n',
  '# c\napiVersion: v3\nmetadata:\n  tags:\n    - team:a\n    - a b # c\n  links:\n  - name: Source\n    url: https://example.com/a\n  - type: doc\n',
  'a:\n  b:\n    c: "d # e"\n  e:\n  - \'f\'\n  -   g:\n      - h\n\n      i: ""\nj:\n',
  '---\na: b\n---\n# c\nd:   # e\n  f: g\n',
  '- a\n- b: c\n  d: ${e}\n',
];

/** What may turn a plain text into one that means something else, or nothing. */
const PIECES = [':', ': ', ':\n', '- ', '-', '\n', ' ', '  ', '#', ' #', '"', "'", '\\', '|\n', '>', '&a ', '*a', '!t ']
  .concat(['---\n', '---', '...\n', '%', '? ', ',', '[', ']', '{', '}', '@', '`', '<<: ', '~', 'null', '.', '$', '='])
  .concat([
    'key: v\n',
    '\n- x',
    '\n  - x: y',
    'http://a:b',
    '\t',
    '\r\n',
    '\ufeff',
    '\u00a0',
    '\u2028',
    '\u200b',
    '😀',
  ]);

const changed: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...ENTITIES),
    fc.array(fc.record({ at: fc.nat(), leave: fc.nat(3), piece: fc.constantFrom('', ...PIECES) }), { maxLength: 4 }),
  )
  .map(([text, changes]) =>
    changes.reduce((now, { at, leave, piece }) => {
      const start = at % (now.length + 1);
      return now.slice(0, start) + piece + now.slice(start + leave);
    }, text),
  );

/** A node as far as anything is made of it. The place of a value that is not there is never used. */
function shown(node: unknown): unknown {
  if (isScalar(node)) {
    const { value, source, type, tag, anchor, range } = node;
    const isNothing = value === '' && type === 'PLAIN';
    return { value, source, type, tag, anchor, ...(isNothing ? {} : { offset: range?.[0] }) };
  }
  if (isSeq(node)) return { offset: node.range?.[0], items: node.items.map(shown) };
  if (!isMap(node)) return { unexpected: String(node) };
  return { offset: node.range?.[0], entries: node.items.map(({ key, value }) => [shown(key), shown(value)]) };
}

describe('plain YAML', () => {
  for (const text of ENTITIES)
    it(`reads ${JSON.stringify(text.slice(0, 30))}… as the library does`, () => {
      const { trees, faults } = compose(text, STRINGS);
      expect(faults).to.be.empty;
      expect(readPlain(text)?.map(({ root }) => shown(root))).to.deep.equal(trees.map(({ root }) => shown(root)));
    });

  it('makes nodes without hidden properties, which the library defines on each one by one', () => {
    const [tree] = readPlain('a:\n  - b: c\n') ?? [];
    const made: object[] = [];
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      made.push(node);
      if (isPair(node)) [node.key, node.value].forEach(visit);
      else if (isMap(node) || isSeq(node)) node.items.forEach(visit);
    };
    visit(tree?.root);
    expect(made).to.have.length(8);
    const properties = made.flatMap((node) => Object.entries(Object.getOwnPropertyDescriptors(node)));
    expect(properties.filter(([, { enumerable }]) => enumerable !== true)).to.deep.equal([]);
    expect(made.flatMap((node) => Object.getOwnPropertySymbols(node))).to.deep.equal([]);
  });

  it('tells whether a key is there twice in one mapping, so that only such a text is looked through again', () => {
    const repeats = (text: string): boolean[] | undefined => readPlain(text)?.map(({ repeatsKey }) => repeatsKey);
    expect(repeats('a:\n  b: c\nb:\n  - b: c\n  - b: d\n---\na: b\n')).to.deep.equal([false, false]);
    expect(repeats('a: b\n---\na:\n  - b: c\n    b: d\n')).to.deep.equal([false, true]);
  });

  it('reads no text that the library reads in another way, or finds fault with', () => {
    let plain = 0;
    fc.assert(
      fc.property(changed, (text) => {
        const roots = textFault(text) === undefined ? readPlain(text) : undefined;
        if (roots === undefined) return;
        plain += 1;
        const { trees, faults, tags, unindented } = compose(text, STRINGS);
        expect({ faults, tags, unindented }).to.deep.equal({ faults: [], tags: [], unindented: [] });
        expect(roots.map(({ root }) => shown(root))).to.deep.equal(trees.map(({ root }) => shown(root)));
      }),
      runsOf(5_000, 1_500),
    );
    expect(plain).to.be.greaterThan(100);
  });

  const LEFT: readonly (readonly [string, string])[] = [
    ['an empty text', ''],
    ['comments alone', '# a\n'],
    ['an empty document', 'a: b\n---\n'],
    ['a scalar that goes on', 'a: b\n  c\n'],
    ['a scalar in brackets', 'a: [b]\n'],
    ['a block of text', 'a: |\n  b\n'],
    ['an escape', 'a: "\\x41"\n'],
    ['an anchor', 'a: &b c\n'],
    ['a tag', 'a: !b c\n'],
    ['a directive', '%YAML 1.2\n---\na: b\n'],
    ['a tab', 'a:\tb\n'],
    ['a line end of Windows', 'a: b\r\n'],
    ['a key that looks like a value', 'a: b: c\n'],
    ['a line between two levels', 'a:\n    b: c\n  d: e\n'],
    ['a text over the bound', `a: ${'b'.repeat(10_000)}\n`],
    ['too many levels', Array.from({ length: 40 }, (_, level) => `${' '.repeat(level)}a:\n`).join('')],
    ['too many documents', 'a: b\n---\n'.repeat(30) + 'a: b\n'],
  ];
  for (const [what, text] of LEFT)
    it(`leaves ${what} to the library`, () => {
      expect(readPlain(text)).to.equal(undefined);
    });
});
