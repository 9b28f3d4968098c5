/** Which known word an unknown one was meant to be: given up early, but never otherwise than by the whole comparison. */
import { expect } from 'chai';
import fc from 'fast-check';
import { nearest } from '../../pkg/catalog/near-miss.js';
import { runsOf } from '../sample.js';

/** The same distance with nothing given up. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j += 1) {
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const costs = [at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1];
      rows[i]?.push(Math.min(...costs, isSwap ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(a.length, b.length);
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 1, maxLength: 12 });

describe('the word that was meant', () => {
  for (const [written, meant] of [
    ['prodution', 'production'],
    ['porduction', 'production'],
    ['productoin', 'production'],
    ['Pro-duction', 'production'],
    ['poduciton', 'production'],
    ['rpdouction', 'production'],
    ['reproduction', 'production'],
    ['experimental', undefined],
    ['staging', undefined],
  ] as const)
    it(`of ${written} is ${meant ?? 'none'}`, () => {
      expect(nearest(written, ['production'])).to.equal(meant);
    });

  it('is found wherever the whole comparison finds it', () => {
    fc.assert(
      fc.property(
        word,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 6, maxLength: 12 }),
        (a, b) => {
          expect(nearest(a, [b])).to.equal(distance(a, b) <= 2 ? b : undefined);
        },
      ),
      runsOf(2_000),
    );
  });
});
