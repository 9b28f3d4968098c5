import { expect } from 'chai';
import fc from 'fast-check';
import { grouped } from '../../pkg/text/index.js';

describe('a count with its thousands apart', () => {
  for (const [count, text] of [
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [12_345, '12,345'],
    [1_234_567, '1,234,567'],
  ] as const)
    it(`${count} is ${text}`, () => {
      expect(grouped(count)).to.equal(text);
    });

  it('is what the language data of English say', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (count) => grouped(count) === count.toLocaleString('en-US')));
  });
});
