/** When complete passes of a day ended: what says of which times a report knows nothing. */
import { expect } from 'chai';
import {
  daySummary,
  emptyDay,
  readDay,
  withPass,
  type DayCounters,
  type DaySight,
} from '../../../pkg/reconciler/journal/day-counters.js';

const HOUR = 3_600_000;
const MIDNIGHT = Date.parse('2026-11-28T00:00:00.000Z');
const sight: DaySight = { members: 1, findings: {}, codes: {}, compliance: {}, population: {} };

const pass = (day: DayCounters, hour: number, isComplete = true): DayCounters =>
  withPass(day, {
    ...{ endMs: MIDNIGHT + hour * HOUR, seconds: 1, result: isComplete ? 'Succeeded' : 'Incomplete', requests: 1 },
    sight: isComplete ? sight : undefined,
  });

const completeOf = (day: DayCounters): unknown =>
  daySummary(day).map(({ data }) => (data as { complete?: unknown }).complete)[0];
const time = (hour: number): string => new Date(MIDNIGHT + hour * HOUR).toISOString();

describe('the counters of a day', () => {
  it('name the first and the last complete pass, and long times between two of them', () => {
    const day = [1, 2, 2.5, 7, 8].reduce((before, hour) => pass(before, hour), emptyDay(MIDNIGHT));
    expect(completeOf(day)).to.deep.equal({
      first: time(1),
      last: time(8),
      gaps: [{ since: time(2.5), until: time(7) }],
    });
  });

  it('know of no complete pass where none was', () => {
    const day = pass(pass(emptyDay(MIDNIGHT), 3, false), 4, false);
    expect(completeOf(day)).to.equal(null);
    expect(completeOf(pass(pass(day, 5), 6, false))).to.deep.equal({ first: time(5), last: time(5), gaps: [] });
  });

  it('keep the 24 longest gaps, in order', () => {
    let day = pass(emptyDay(MIDNIGHT), 0);
    for (let at = 1; at <= 30; at += 1)
      day = pass(day, (day.complete?.lastMs ?? 0) / HOUR - MIDNIGHT / HOUR + 1.1 + (at % 3) / 10);
    const { gaps } = completeOf(day) as { gaps: { since: string }[] };
    expect(gaps).to.have.length(24);
    expect(gaps.map(({ since }) => since)).to.deep.equal(gaps.map(({ since }) => since).sort());
  });

  it('are read back as they were kept, with and without such passes', () => {
    for (const day of [
      emptyDay(MIDNIGHT),
      pass(emptyDay(MIDNIGHT), 1),
      [1, 5].reduce((before, hour) => pass(before, hour), emptyDay(MIDNIGHT)),
    ])
      expect(readDay(JSON.parse(JSON.stringify(day)))).to.deep.equal(day);
    for (const complete of [
      3,
      [],
      { firstMs: 1 },
      { firstMs: 1, lastMs: 2, gaps: [[1]] },
      { firstMs: 1, lastMs: '2', gaps: [] },
    ])
      expect(readDay({ ...emptyDay(MIDNIGHT), complete })).to.equal(undefined);
  });
});
