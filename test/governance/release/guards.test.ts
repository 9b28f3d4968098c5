/** Each guard by itself: what it holds, from which number on, and in which words it says so. */
import { expect } from 'chai';
import { GUARDS, type Counts, type GuardSettings, type Hold } from '../../../pkg/governance/release/index.js';

const SETTINGS: GuardSettings = { minMembers: 2, maxLeaving: '25%', window: '24h', approval: { required: 1 } };

/** A plan in which two of ten leave. */
const countsOf = (input: Partial<Counts> = {}): Counts => ({
  ...{ entering: 0, leaving: 2, transferred: 0, members: 10, staying: 8 },
  ...{ window: { members: 10, left: 0 }, entryWindow: { members: 10, entered: 0 } },
  ...{ isContested: false, isRolledBack: false },
  ...input,
});

interface Row {
  guard: string;
  it: string;
  counts?: Partial<Counts>;
  settings?: Partial<GuardSettings>;
  says: Hold | undefined;
}

const ROWS: Row[] = [
  { guard: 'contested', it: 'lets pass what nobody undoes', says: undefined },
  {
    guard: 'contested',
    it: 'holds while somebody undoes the writes',
    counts: { isContested: true },
    says: {
      reason: 'Contested',
      message: 'The last write was found undone by someone else in several passes in a row; what enters goes on',
    },
  },
  { guard: 'rollback', it: 'lets pass where nothing was rolled back', says: undefined },
  {
    guard: 'rollback',
    it: 'holds after a rollback, and says how many',
    counts: { isRolledBack: true },
    says: {
      reason: 'RolledBack',
      message:
        '2 repositories would leave. Rolled back; nobody leaves but by an approval until the rollback is released',
    },
  },
  {
    guard: 'rollback',
    it: 'holds after a rollback also while nobody would leave',
    counts: { isRolledBack: true, leaving: 0 },
    says: {
      reason: 'RolledBack',
      message: 'Rolled back; nobody leaves but by an approval until the rollback is released',
    },
  },
  {
    guard: 'guards.minMembers',
    it: 'lets pass what leaves as many as it says',
    counts: { staying: 2 },
    says: undefined,
  },
  {
    guard: 'guards.minMembers',
    it: 'says nothing of a ruleset that is small, and that nobody leaves',
    counts: { leaving: 0, staying: 1 },
    says: undefined,
  },
  {
    guard: 'guards.minMembers',
    it: 'counts what was transferred as well',
    counts: { leaving: 1, transferred: 2, staying: 1 },
    says: { reason: 'TooFewMembers', message: '3 repositories would leave and 1 stay; guards.minMembers is 2' },
  },
  {
    guard: 'guards.maxLeaving',
    it: 'lets pass as many as a share comes to, rounded up',
    counts: { leaving: 3 },
    says: undefined,
  },
  {
    guard: 'guards.maxLeaving',
    it: 'says nothing while nobody leaves, also where its window is full',
    counts: { leaving: 0, window: { members: 10, left: 9 } },
    says: undefined,
  },
  {
    guard: 'guards.maxLeaving',
    it: 'holds one more than a share comes to',
    counts: { leaving: 4 },
    says: {
      reason: 'TooManyLeaving',
      message: '4 repositories would leave; guards.maxLeaving (25% of 10 members) lets 3 leave within 24h',
    },
  },
  {
    guard: 'guards.maxLeaving',
    it: 'counts who left already, and says one repository',
    counts: { leaving: 1, window: { members: 8, left: 2 } },
    settings: { maxLeaving: 2 },
    says: {
      reason: 'TooManyLeaving',
      message: '1 repository would leave; guards.maxLeaving (2) lets 2 leave within 24h, and 2 left already',
    },
  },
  { guard: 'guards.approval.policy', it: 'lets pass where the policy asks for no approval', says: undefined },
  {
    guard: 'guards.approval.policy',
    it: 'says nothing of a plan in which nobody leaves',
    counts: { leaving: 0 },
    settings: { approval: { required: 1, policy: 'Always' } },
    says: undefined,
  },
  {
    guard: 'guards.approval.policy',
    it: 'holds each plan in which one leaves',
    settings: { approval: { required: 1, policy: 'Always' } },
    says: {
      reason: 'ApprovalRequired',
      message: '2 repositories would leave; guards.approval.policy is Always, so that each needs an approval',
    },
  },
  { guard: 'guards.maxEntering', it: 'lets all enter where it is unset', counts: { entering: 99 }, says: undefined },
  {
    guard: 'guards.maxEntering',
    it: 'lets all enter a ruleset of one member',
    counts: { entering: 99, members: 1 },
    settings: { maxEntering: 1 },
    says: undefined,
  },
  {
    guard: 'guards.maxEntering',
    it: 'lets as many enter as there is room for',
    counts: { entering: 2, entryWindow: { members: 10, entered: 1 } },
    settings: { maxEntering: 3 },
    says: undefined,
  },
  {
    guard: 'guards.maxEntering',
    it: 'holds those for whom there is no room, by a count',
    counts: { entering: 4, entryWindow: { members: 10, entered: 1 } },
    settings: { maxEntering: 3 },
    says: {
      reason: 'TooManyEntering',
      message: '2 repositories must wait to enter; guards.maxEntering (3) lets 3 enter within 24h',
    },
  },
  {
    guard: 'guards.maxEntering',
    it: 'holds those for whom there is no room, by a share',
    counts: { entering: 3, entryWindow: { members: 10, entered: 0 } },
    settings: { maxEntering: '20%' },
    says: {
      reason: 'TooManyEntering',
      message: '1 repository must wait to enter; guards.maxEntering (20% of 10 members) lets 2 enter within 24h',
    },
  },
];

describe('A guard', () => {
  for (const { guard: name, it: what, counts, settings, says } of ROWS)
    it(`${name} ${what}`, () => {
      const guard = GUARDS.find((each) => each.name === name);
      expect(guard?.check(countsOf(counts), { ...SETTINGS, ...settings })).to.deep.equal(says);
    });

  it('holds either what leaves or what enters, and no approval releases a contest', () => {
    expect(GUARDS.map(({ name, scope, isReleasable }) => [name, scope, isReleasable])).to.deep.equal([
      ['contested', 'leave', false],
      ['rollback', 'leave', true],
      ['guards.minMembers', 'leave', true],
      ['guards.maxLeaving', 'leave', true],
      ['guards.approval.policy', 'leave', true],
      ['guards.maxEntering', 'enter', true],
    ]);
  });

  it('names its limit as it is set, or what counts where it is not', () => {
    const limits = (settings: GuardSettings): unknown[] => GUARDS.map(({ limit }) => limit?.(settings));
    expect(limits(SETTINGS)).to.deep.equal([undefined, undefined, 2, '25%', 'WhenHeld', 'unset']);
    const all = { ...SETTINGS, maxEntering: 5, approval: { required: 1, policy: 'Always' as const } };
    expect(limits(all)).to.deep.equal([undefined, undefined, 2, '25%', 'Always', 5]);
  });

  it('has no room below none', () => {
    const entering = GUARDS.find(({ scope }) => scope === 'enter');
    const counts = countsOf({ entering: 3, entryWindow: { members: 10, entered: 9 } });
    expect(entering?.room?.(counts, { ...SETTINGS, maxEntering: 3 })).to.equal(0);
    expect(entering?.room?.(counts, SETTINGS)).to.equal(0);
  });
});
