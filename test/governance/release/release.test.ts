/** What guards hold and approvals release, over counts and pairs alone: here nothing is a repository. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  approvedBy,
  GUARDS,
  release,
  type Approval,
  type Change,
  type Changes,
  type Guard,
  type GuardSettings,
  type Released,
  type ReleaseTerms,
} from '../../../pkg/governance/release/index.js';

const NOW = Date.UTC(2026, 10, 22, 10);
const SETTINGS: GuardSettings = { minMembers: 1, maxLeaving: '25%', window: '24h', approval: { required: 1 } };

const change = (id: number, status = 'retired'): Change => ({ id, status });
const changes = (from: number, to: number): Change[] =>
  Array.from({ length: to - from + 1 }, (_, index) => change(from + index));
const idsOf = (items: readonly Change[]): number[] => items.map(({ id }) => id);
const approvalOf = (approver: string, ...approved: Change[]): Approval => ({ approver, changes: approved });

function decide(plan: Partial<Changes<Change>>, terms: Partial<ReleaseTerms> = {}): Released<Change> {
  return release(
    { members: 0, enter: [], leave: [], transferred: [], ...plan },
    { settings: SETTINGS, now: NOW, ...terms },
  );
}

/** Holds everything of its scope where more than one would pass. */
const oneAtMost = (scope: Guard['scope'], isReleasable = true): Guard => ({
  name: 'one-at-most',
  scope,
  isReleasable,
  check: (counts) =>
    counts[scope === 'enter' ? 'entering' : 'leaving'] > 1
      ? { reason: scope === 'enter' ? 'TooManyEntering' : 'TooManyLeaving', message: 'one at a time' }
      : undefined,
});

describe('release: approvals', () => {
  it('lets exactly the covered changes of a held plan leave', () => {
    const leave = changes(1, 4);
    const decided = decide({ members: 10, leave }, { approvals: [approvalOf('ann', change(2), change(4))] });
    // The two others are within a quarter.
    expect(idsOf(decided.left)).to.deep.equal([1, 2, 3, 4]);
    expect(decided).not.to.have.property('hold');
  });

  it('holds what nobody approved, where the guard still holds it', () => {
    const decided = decide({ members: 10, leave: changes(1, 6) }, { approvals: [approvalOf('ann', change(2))] });
    expect(idsOf(decided.left)).to.deep.equal([2]);
    expect(decided.hold?.message).to.match(/^5 repositories would leave/);
  });

  it('does not count in the window what left by an approval', () => {
    const leave = changes(1, 4);
    const window = { startTime: new Date(NOW - 1).toISOString(), members: 10, left: 2 };
    const decided = decide({ members: 8, leave }, { window, approvals: [approvalOf('ann', ...changes(1, 3))] });
    expect(idsOf(decided.left)).to.deep.equal([1, 2, 3, 4]);
    expect(decided.window).to.deep.equal({ ...window, left: 3 });
  });

  it('starts no window where all that left was approved', () => {
    const leave = changes(1, 9);
    const decided = decide({ members: 10, leave }, { approvals: [approvalOf('ann', ...leave)] });
    expect(idsOf(decided.left)).to.deep.equal(idsOf(leave));
    expect(decided).not.to.have.property('window');
  });

  it('counts for the same id with the same status only', () => {
    const decided = decide(
      { members: 2, leave: changes(1, 1) },
      {
        settings: { ...SETTINGS, maxLeaving: 0 },
        approvals: [approvalOf('ann', change(1, 'archived'))],
      },
    );
    expect(decided.left).to.deep.equal([]);
    expect(decided.hold?.reason).to.equal('TooManyLeaving');
  });

  it('releases fewer members than guards.minMembers, but never the last one', () => {
    const settings = { ...SETTINGS, minMembers: 5 };
    const approvals = [approvalOf('ann', ...changes(1, 6))];
    const most = decide({ members: 6, leave: changes(1, 5) }, { settings, approvals });
    expect([most.hold, idsOf(most.left)]).to.deep.equal([undefined, [1, 2, 3, 4, 5]]);
    const all = decide({ members: 6, leave: changes(1, 6) }, { settings, approvals });
    expect([all.hold?.reason, all.left]).to.deep.equal(['TooFewMembers', []]);
  });

  it('lets the last one leave where another enters', () => {
    const plan = { members: 1, enter: [change(2)], leave: [change(1)] };
    const decided = decide(plan, {
      settings: { ...SETTINGS, maxLeaving: 0 },
      approvals: [approvalOf('ann', change(1))],
    });
    expect(idsOf(decided.left)).to.deep.equal([1]);
  });

  it('does not release a contested plan', () => {
    const leave = changes(1, 2);
    const decided = decide(
      { members: 10, leave, enter: [change(11)] },
      {
        isContested: true,
        approvals: [approvalOf('ann', ...leave)],
      },
    );
    expect([decided.hold?.reason, decided.left, idsOf(decided.entered)]).to.deep.equal(['Contested', [], [11]]);
  });

  it('needs as many distinct approvers as are required', () => {
    const isApproved = (...approvals: Approval[]): boolean => approvedBy(approvals, 2)(change(1));
    expect(isApproved(approvalOf('ann', change(1)))).to.equal(false);
    expect(isApproved(approvalOf('ann', change(1)), approvalOf('ann', change(1)))).to.equal(false);
    expect(isApproved(approvalOf('ann', change(1)), approvalOf('bob', change(2)))).to.equal(false);
    expect(isApproved(approvalOf('ann', change(1)), approvalOf('bob', change(1)))).to.equal(true);
  });

  it('is none where nobody gave one, whatever the setting asks for', () => {
    expect(approvedBy([], 0)(change(1))).to.equal(false);
  });

  it('never lets more be held than without it, nor lets leave what nobody approved and a guard holds', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });
    fc.assert(
      fc.property(
        ids,
        ids,
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (leaving, covered, maxLeaving, minMembers) => {
          const settings = { ...SETTINGS, maxLeaving, minMembers };
          const leave = leaving.map((id) => change(id));
          const approvals = [approvalOf('ann', ...covered.map((id) => change(id)))];
          const without = decide({ members: 12, leave }, { settings });
          const decided = decide({ members: 12, leave }, { settings, approvals });
          const left = new Set(idsOf(decided.left));
          expect(idsOf(without.left).every((id) => left.has(id))).to.equal(true);
          expect(left.size).to.be.lessThan(12);
          const counted = decided.window?.left ?? 0;
          expect(counted).to.be.at.most(maxLeaving);
          if (decided.hold !== undefined) expect([...left].every((id) => covered.includes(id))).to.equal(true);
        },
      ),
    );
  });
});

describe('release: a guard on entering', () => {
  const guards = [...GUARDS, oneAtMost('enter')];

  it('holds what enters, and nothing of what leaves', () => {
    const decided = decide({ members: 8, enter: changes(11, 12), leave: [change(1)] }, { guards });
    expect(decided.hold?.reason).to.equal('TooManyEntering');
    expect([decided.entered, idsOf(decided.left)]).to.deep.equal([[], [1]]);
  });

  it('lets approved changes enter, and the rest where it is few enough', () => {
    const approvals = [approvalOf('ann', change(11))];
    const two = decide({ members: 8, enter: changes(11, 12) }, { guards, approvals });
    expect([two.hold, idsOf(two.entered)]).to.deep.equal([undefined, [11, 12]]);
    const three = decide({ members: 8, enter: changes(11, 13) }, { guards, approvals });
    expect([three.hold?.reason, idsOf(three.entered)]).to.deep.equal(['TooManyEntering', [11]]);
  });

  it('makes those it holds count for nothing where too few would stay', () => {
    const plan = { members: 1, enter: changes(11, 12), leave: [change(1)] };
    const decided = decide(plan, { guards, settings: { ...SETTINGS, maxLeaving: '100%' } });
    expect(decided.hold?.reason).to.equal('TooFewMembers');
    expect([decided.entered, decided.left]).to.deep.equal([[], []]);
  });

  it('is asked about entering alone: one that leaves is not its business', () => {
    const decided = decide({ members: 16, leave: changes(1, 3) }, { guards });
    expect(decided).not.to.have.property('hold');
  });

  it('holds approved changes too where no approval releases it', () => {
    const strict = [...GUARDS, oneAtMost('enter', false)];
    const enter = changes(11, 12);
    expect(
      decide({ members: 8, enter }, { guards: strict, approvals: [approvalOf('ann', ...enter)] }).entered,
    ).to.deep.equal([]);
  });
});

describe('release: the list of guards', () => {
  it('judges another guard on leaving without a change elsewhere', () => {
    const decided = decide({ members: 100, leave: changes(1, 2) }, { guards: [...GUARDS, oneAtMost('leave')] });
    expect([decided.hold?.message, decided.left]).to.deep.equal(['one at a time', []]);
  });

  it('names the first guard that holds', () => {
    const settings = { ...SETTINGS, minMembers: 10, maxLeaving: 0 };
    expect(decide({ members: 10, leave: [change(1)] }, { settings }).hold?.reason).to.equal('TooFewMembers');
    expect(decide({ members: 10, leave: [change(1)] }, { settings, isContested: true }).hold?.reason).to.equal(
      'Contested',
    );
  });
});
