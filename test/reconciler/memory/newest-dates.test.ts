/** Kind: a copy that lags, believed. The dates of two answers are compared, and not each of them says the millisecond. */
import { expect } from 'chai';
import { isBefore, isOlder, sawDate, type NewestDates } from '../../../pkg/reconciler/memory/newest-dates.js';

const NEWEST = Date.parse('2026-11-28T12:00:00.004Z');

const CASES: [updatedAt: string | undefined, before: boolean, why: string][] = [
  ['2026-11-28T12:00:00.003Z', true, 'a millisecond before'],
  ['2026-11-28T12:00:00.000Z', true, 'with a fraction that is nought: it says the millisecond'],
  ['2026-11-28T13:00:00.000+01:00', true, 'the same in another zone'],
  ['2026-11-28T12:00:00.004Z', false, 'the same moment'],
  ['2026-11-28T12:00:00Z', false, 'without a fraction: of any moment of its second'],
  ['2026-11-28T11:59:59Z', true, 'without a fraction, of the second before'],
  [undefined, false, 'no date'],
  ['soon', false, 'no date that can be read'],
];

describe('The newest dates of rulesets', () => {
  for (const [updatedAt, before, why] of CASES) {
    it(`call ${updatedAt} ${before ? 'older' : 'not older'}: ${why}`, () => {
      expect(isBefore(updatedAt, NEWEST)).to.equal(before);
      const dates: NewestDates = new Map([[7, { id: 7, updatedMs: NEWEST, seenMs: NEWEST }]]);
      const seen = { id: 7, ...(updatedAt !== undefined && { updatedAt }) };
      expect(isOlder(dates, seen, NEWEST)).to.equal(before);
      sawDate(dates, seen, NEWEST + 1);
      expect(dates.get(7)?.updatedMs === Date.parse(updatedAt ?? '')).to.equal(
        !before && Number.isFinite(Date.parse(updatedAt ?? '')),
      );
    });
  }
});
