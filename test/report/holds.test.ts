/** What let go of a held plan, by the records of it; and when somebody had looked before a time. */
import { expect } from 'chai';
import { Holds, type HoldEnder } from '../../pkg/report/history/holds.js';
import { earlierLook } from '../../pkg/report/history/looks.js';
import type { DaySummary, Span } from '../../pkg/report/history/summaries.js';
import type { WholeRecord } from '../../pkg/journal/index.js';
import { POLICY } from '../journal/stage.js';
import { approval } from './story.js';

const record = (kind: string, day: number, data: Record<string, unknown>): WholeRecord => ({
  ...{ v: 1, chain: 'platform/acme.3f9a1c07/plus1-0.0badcafe', seq: day, lastSeq: day, prev: '', kind },
  ...{
    time: `2026-11-0${day}T04:00:00.000Z`,
    actor: 'plus1-controller/0.2.0',
    pass: `pass ${day}`,
    policy: POLICY,
    data,
  },
});
const item = { id: 1, name: 'ledger', status: 'missing_lifecycle' };
const plan = (reason: string, more: object = {}): Record<string, unknown> => ({
  ...{ planHash: 'sha256:plan', reason, leave: [item], enter: [], approvals: [] },
  ...more,
});

describe('the end of a held plan', () => {
  const ends: [what: string, end: WholeRecord, by: HoldEnder, ended: string][] = [
    [
      'approvals',
      record('PlanReleased', 3, plan('TooManyLeaving', { approvals: [approval('bob')] })),
      'approval',
      'released',
    ],
    ['a guard that was changed', record('PlanReleased', 3, plan('TooManyLeaving')), 'guard', 'released'],
    ['a rollback that was lifted', record('PlanReleased', 3, plan('RolledBack')), 'request', 'released'],
    ['nothing to hold any more', record('PlanReleased', 3, plan('TooManyLeaving', { leave: [] })), 'plan', 'withdrawn'],
    ['its time', record('HoldExpired', 3, plan('TooManyLeaving')), 'timeout', 'expired'],
    ['the end of the policy', record('PolicyDeleted', 3, {}), 'plan', 'withdrawn'],
  ];
  for (const [what, end, by, ended] of ends)
    it(`is told apart: ${what}`, () => {
      const holds = new Holds();
      holds.take(record('PlanHeld', 1, plan('TooManyLeaving')));
      expect(holds.list('').map(({ ended_by }) => ended_by)).to.deep.equal([null]);
      holds.take(end);
      expect(holds.list('').map((hold) => [hold.ended, hold.ended_by])).to.deep.equal([[ended, by]]);
    });
});

describe('the look before a time', () => {
  const days = (...covered: Span[]): Map<string, DaySummary> => new Map([['2026-11-01', { covered } as DaySummary]]);
  const span = (since: string, until: string): Span => ({
    ...{ since: `2026-11-01T${since}:00.000Z`, until: `2026-11-01T${until}:00.000Z` },
  });
  const at = '2026-11-01T12:00:00.000Z';

  it('is the end of the last complete pass, as long as passes were hours apart', () => {
    expect(earlierLook(at, days(span('00:00', '00:00'), span('06:00', '06:00'), span('12:00', '18:00')))).to.deep.equal(
      {
        ...{ looked_before: '2026-11-01T06:00:00.000Z', unseen_seconds: 21_600 },
      },
    );
  });

  it('is at most an hour ago where passes followed each other: the journal records no shorter times', () => {
    expect(earlierLook(at, days(span('00:00', '18:00')))).to.deep.equal({ looked_before: null, unseen_seconds: 3_600 });
  });

  it('is not known before the first one, and where an earlier version recorded no more than the day', () => {
    const unknown = { looked_before: null, unseen_seconds: null };
    expect(earlierLook(at, days(span('12:00', '18:00')))).to.deep.equal(unknown);
    const whole = { since: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' };
    expect(earlierLook(at, days(whole))).to.deep.equal(unknown);
  });
});
