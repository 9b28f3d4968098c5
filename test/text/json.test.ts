/** JSON of others: a bound on depth and number before it is parsed, and nothing else changed by it. */
import { expect } from 'chai';
import fc from 'fast-check';
import { JSONTooCostly, parseJSON } from '../../pkg/text/index.js';

describe('JSON within bounds', () => {
  it('is what JSON.parse says, of bytes and of text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (json) => {
        expect(parseJSON(json)).to.deep.equal(JSON.parse(json));
        expect(parseJSON(Buffer.from(json))).to.deep.equal(JSON.parse(json));
      }),
    );
  });

  it('does not count brackets and commas within texts, whatever is escaped in them', () => {
    const text = `${'[{,'.repeat(1_000)}\\"${'\\'.repeat(7)}"`;
    expect(parseJSON(JSON.stringify([text, text]), 10)).to.deep.equal([text, text]);
  });

  const costly: { reason: string; json: string }[] = [
    { reason: 'five million brackets', json: '['.repeat(5_000_000) },
    { reason: 'five million nested mappings', json: '{"a":'.repeat(1_000_000) },
    { reason: 'one level too many', json: `${'['.repeat(101)}${']'.repeat(101)}` },
    { reason: 'more values than there can be', json: `[${'0,'.repeat(4_100_000)}0]` },
  ];
  for (const { reason, json } of costly) {
    it(`is not parsed with ${reason}`, () => {
      expect(() => parseJSON(Buffer.from(json))).to.throw(JSONTooCostly, /^more than [\d,]+ (levels|values)$/);
    });
  }

  for (const broken of ['', '"', '"\\', '[1', '{"a"', ']', '\u0000', '["\\u12"]']) {
    it(`throws for ${JSON.stringify(broken)} as JSON.parse does`, () => {
      expect(() => parseJSON(broken)).to.throw(SyntaxError);
    });
  }
});
