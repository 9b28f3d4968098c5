import { expect } from 'chai';
import { longestRetryMs, nextPass, scheduleFault } from '../../../pkg/reconciler/policy/schedule.js';

const MINUTE = 60_000;
const NOW_MS = Date.UTC(2026, 10, 22, 10);
const next = (cron: string, timeZone: string | undefined, after: string, minIntervalMs = 0): string =>
  new Date(
    nextPass({ cron, timeout: '30m', ...(timeZone && { timeZone }) }, Date.parse(after), minIntervalMs).atMs,
  ).toISOString();

describe('When the next pass is due', () => {
  it('an interval after the last, 10 minutes unless told, and never below the floor', () => {
    expect(nextPass({ timeout: '30m' }, 5)).to.deep.equal({ atMs: 5 + 10 * MINUTE, exact: false });
    expect(nextPass({ timeout: '30m', interval: '90s' }, 0).atMs).to.equal(90_000);
    expect(nextPass({ timeout: '30m', interval: '1s' }, 0, MINUTE).atMs).to.equal(MINUTE);
  });

  it('strictly after the last, so that a pass at its very time is not run twice', () => {
    expect(next('0 4 * * *', undefined, '2026-11-22T04:00:00.000Z')).to.equal('2026-11-23T04:00:00.000Z');
    expect(next('0 4 * * *', undefined, '2026-11-22T04:00:00.001Z')).to.equal('2026-11-23T04:00:00.000Z');
    expect(next('0 4 * * *', undefined, '2026-11-22T03:59:59.999Z')).to.equal('2026-11-22T04:00:00.000Z');
  });

  it('keeps the floor under a cron expression too', () => {
    expect(next('* * * * * *', undefined, '2026-11-22T04:00:00Z', 5 * MINUTE)).to.equal('2026-11-22T04:05:00.000Z');
  });

  // Berlin: 29 March 2026, 02:00 to 03:00 does not exist; 25 October 2026, 02:00 to 03:00 comes twice.
  const summer: { reason: string; cron: string; after: string; due: string[] }[] = [
    {
      reason: 'a time that is skipped runs once, right after the gap',
      cron: '30 2 * * *',
      after: '2026-03-28T12:00:00Z',
      due: ['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    },
    {
      reason: 'a time that comes twice runs once',
      cron: '30 2 * * *',
      after: '2026-10-24T12:00:00Z',
      due: ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    },
    {
      reason: 'a time outside the change keeps its hour by the clock on the wall',
      cron: '0 4 * * *',
      after: '2026-03-28T01:00:00Z',
      due: ['2026-03-28T03:00:00.000Z', '2026-03-29T02:00:00.000Z', '2026-03-30T02:00:00.000Z'],
    },
  ];
  for (const { reason, cron, after, due } of summer) {
    it(`over a change of daylight saving: ${reason}`, () => {
      let at = after;
      for (const expected of due) {
        at = next(cron, 'Europe/Berlin', at);
        expect(at).to.equal(expected);
      }
    });
  }

  it('a retry waits no longer than the interval; with cron, as long as the loop lets it', () => {
    expect(longestRetryMs({ interval: '1m' })).to.equal(MINUTE);
    expect(longestRetryMs({ interval: '1m' }, 2 * MINUTE)).to.equal(2 * MINUTE);
    expect(longestRetryMs({})).to.equal(10 * MINUTE);
    expect(longestRetryMs({ cron: '0 4 * * *' })).to.equal(Infinity);
  });

  const faults: { cron: string; timeZone?: string; says: RegExp }[] = [
    { cron: '0 4 * *', says: /spec\.schedule\.cron.*0 4 \* \*/ },
    { cron: '61 4 * * *', says: /spec\.schedule\.cron/ },
    { cron: '0 0 31 2 *', says: /never comes due/ },
    { cron: 'soon', says: /spec\.schedule\.cron/ },
    { cron: '0 4 * * *', timeZone: 'Nowhere/Else', says: /spec\.schedule\.timeZone.*Nowhere/ },
  ];
  for (const { cron, timeZone, says } of faults) {
    it(`names what is wrong with ${JSON.stringify({ cron, timeZone })}`, () => {
      expect(scheduleFault({ cron, timeout: '30m', ...(timeZone && { timeZone }) }, NOW_MS)).to.match(says);
    });
  }

  it('finds no fault in what is right', () => {
    expect(scheduleFault({ timeout: '30m' }, NOW_MS)).to.equal(undefined);
    expect(scheduleFault({ timeout: '30m', cron: '*/5 8-18 * * MON-FRI', timeZone: 'Asia/Tokyo' }, NOW_MS)).to.equal(
      undefined,
    );
  });
});
