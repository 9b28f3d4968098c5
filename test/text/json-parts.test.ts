/** JSON in parts: the bytes of the whole, and no part of them that is large. */
import { expect } from 'chai';
import fc from 'fast-check';
import { printableJSON, printableJSONParts } from '../../pkg/text/index.js';
import { runsOf } from '../sample.js';

const LONG = 501;

describe('JSON in parts', () => {
  it('is the same text, whatever the value', () => {
    const item = fc.jsonValue({ maxDepth: 3 });
    const rows = fc.tuple(item, fc.constantFrom(0, 1, 500, LONG, 1_001)).map(([row, count]) => Array(count).fill(row));
    const value = fc.oneof(item, rows, fc.dictionary(fc.string(), fc.oneof(item, rows, fc.record({ rows, item }))));
    fc.assert(
      fc.property(value, fc.constantFrom(1, 2, 4), (given, indent) => {
        expect([...printableJSONParts(given, indent)].join('') === printableJSON(given, indent)).to.equal(true);
      }),
      runsOf(400, 60),
    );
  });

  it('leaves out what is no JSON, and escapes what a terminal would act on', () => {
    const rows = [undefined, '\u001b[31m', ...Array<number>(LONG).fill(1)];
    const value = { none: undefined, rows, nested: { rows, none: undefined }, name: '\u202e' };
    const text = [...printableJSONParts(value, 2)].join('');
    expect(text).to.equal(printableJSON(value, 2));
    for (const hidden of ['\u001b', '\u202e']) expect(text).to.not.include(hidden);
  });

  it('has parts of some rows each, made when they are asked for', () => {
    let made = 0;
    const row = {
      toJSON: () => {
        made += 1;
        return { name: 'svc-payments', reasons: ['x'.repeat(100)] };
      },
    };
    const parts = printableJSONParts({ plan: { enter: Array(10_000).fill(row) } }, 2);
    let longest = 0;
    for (const part of parts) {
      longest = Math.max(longest, part.length);
      if (made < 10_000) expect(made % 500).to.equal(0);
    }
    expect(made).to.equal(10_000);
    expect(longest).to.be.within(50_000, 120_000);
  });
});
