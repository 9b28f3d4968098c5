/** What guards hold and approvals release, over counts and pairs alone: here nothing is a repository. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  approvedBy,
  coveredBy,
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
/** Of a plan in which they leave, and of one in which they enter. */
const covered = (...approved: Change[]): Approval['changes'] => coveredBy({ entering: approved, leaving: approved });
const approvalOf = (approver: string, ...approved: Change[]): Approval => ({ approver, changes: covered(...approved) });

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
    const isApproved = (...approvals: Approval[]): boolean =>
      approvedBy(approvals, { required: 2 }, 'leave')(change(1));
    expect(isApproved(approvalOf('ann', change(1)))).to.equal(false);
    expect(isApproved(approvalOf('ann', change(1)), approvalOf('ann', change(1)))).to.equal(false);
    expect(isApproved(approvalOf('ann', change(1)), approvalOf('bob', change(2)))).to.equal(false);
    expect(isApproved(approvalOf('ann', change(1)), approvalOf('bob', change(1)))).to.equal(true);
  });

  it('of one way is none of the other: who let it enter has not let it leave, though its status be the same word', () => {
    const entering = coveredBy({ entering: [change(1)], leaving: [] });
    const approvals = ['ann', 'bob'].map((approver) => ({ approver, changes: entering }));
    const ways = (['enter', 'leave'] as const).map((scope) => approvedBy(approvals, { required: 2 }, scope)(change(1)));
    expect(ways).to.deep.equal([true, false]);
    const settings = { ...SETTINGS, maxLeaving: 0, approval: { required: 2 } };
    expect(decide({ members: 8, leave: [change(1)] }, { settings, approvals }).left).to.deep.equal([]);
  });

  it('is none where nobody gave one, whatever the setting asks for', () => {
    expect(approvedBy([], { required: 0 }, 'leave')(change(1))).to.equal(false);
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

describe('release: groups and emergencies', () => {
  const RULES = { required: 2, groups: ['security', 'compliance'], emergencyGroups: ['lead'] };
  const by = (approver: string, groups: string[], isEmergency = false): Approval => ({
    ...{ approver, groups, isEmergency, changes: covered(change(1)) },
  });
  const rows: { reason: string; approvals: Approval[]; is: boolean }[] = [
    {
      reason: 'two who are members of one of the groups each',
      approvals: [by('ann', ['security']), by('bob', ['compliance'])],
      is: true,
    },
    {
      reason: 'two of whom one is a member of both',
      approvals: [by('ann', ['security', 'compliance']), by('bob', [])],
      is: true,
    },
    {
      reason: 'two without one of the groups',
      approvals: [by('ann', ['security']), by('bob', ['security'])],
      is: false,
    },
    {
      reason: 'one who is a member of both: two are required',
      approvals: [by('ann', ['security', 'compliance'])],
      is: false,
    },
    {
      reason: 'one twice, once for each group',
      approvals: [by('ann', ['security']), by('ann', ['compliance'])],
      is: false,
    },
    { reason: 'one in an emergency, a member of an emergency group', approvals: [by('eve', ['lead'], true)], is: true },
    { reason: 'one in an emergency, a member of no such group', approvals: [by('eve', ['security'], true)], is: false },
    {
      reason: 'a normal one beside an emergency of nobody who may: that one does not count as a second',
      approvals: [by('ann', ['security', 'compliance']), by('eve', [], true)],
      is: false,
    },
  ];
  for (const { reason, approvals, is } of rows)
    it(`${is ? 'releases' : 'does not release'}: ${reason}`, () =>
      expect(approvedBy(approvals, RULES, 'leave')(change(1))).to.equal(is));

  it('judges each change alone: two approvers of two neighbouring plans release what both saw', () => {
    const settings = { ...SETTINGS, maxLeaving: 0, approval: { required: 2 } };
    const approvals = [approvalOf('ann', ...changes(1, 5)), approvalOf('bob', ...changes(2, 6))];
    const decided = decide({ members: 20, leave: changes(1, 7) }, { settings, approvals });
    expect(idsOf(decided.left)).to.deep.equal([2, 3, 4, 5]);
    expect(idsOf(decided.approved)).to.deep.equal([2, 3, 4, 5]);
    expect(decided.hold?.message).to.match(/^3 repositories would leave/);
  });

  it('lets out only those that enough people approved, in any mix of approvals, and never the last one', () => {
    const seen = fc.array(
      fc.record({
        approver: fc.constantFrom('ann', 'bob', 'cat'),
        ids: fc.uniqueArray(fc.integer({ min: 1, max: 8 })),
        groups: fc.subarray(['security', 'lead']),
        isEmergency: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(seen, fc.integer({ min: 1, max: 3 }), fc.boolean(), (given, required, isAlways) => {
        const approval = {
          required,
          groups: ['security'],
          emergencyGroups: ['lead'],
          policy: isAlways ? 'Always' : 'WhenHeld',
        } as const;
        const settings = { ...SETTINGS, maxLeaving: 0, approval };
        const approvals = given.map(({ ids, ...rest }) => ({
          ...rest,
          changes: covered(...ids.map((id) => change(id))),
        }));
        const { left, approved, window, openWindow } = decide(
          { members: 8, leave: changes(1, 8) },
          { settings, approvals },
        );
        for (const { id } of left) {
          const saw = given.filter(({ ids }) => ids.includes(id));
          const normal = saw.filter(({ isEmergency }) => !isEmergency);
          const isEnough =
            new Set(normal.map(({ approver }) => approver)).size >= required &&
            normal.some(({ groups }) => groups.includes('security'));
          expect(isEnough || saw.some(({ isEmergency, groups }) => isEmergency && groups.includes('lead'))).to.equal(
            true,
          );
        }
        expect(left.length).to.be.lessThan(8);
        expect(approved).to.have.members(left);
        // What left by an approval is counted nowhere, but in the window of a write that is still open.
        expect([window, openWindow?.left ?? 0]).to.deep.equal([undefined, left.length]);
      }),
    );
  });
});

describe('release: guards.approval.policy Always', () => {
  const settings: GuardSettings = { ...SETTINGS, approval: { required: 1, policy: 'Always' } };

  it('holds a plan in which one leaves, and lets enter what enters', () => {
    const decided = decide({ members: 100, leave: [change(1)], enter: [change(200)] }, { settings });
    expect([decided.hold?.reason, decided.left, idsOf(decided.entered)]).to.deep.equal(['ApprovalRequired', [], [200]]);
  });

  it('holds neither what enters alone nor what belongs to another owner', () => {
    const decided = decide({ members: 100, enter: [change(200)], transferred: [change(2)] }, { settings });
    expect([decided.hold, idsOf(decided.left)]).to.deep.equal([undefined, [2]]);
  });

  it('lets those leave that are approved, and holds the others', () => {
    const decided = decide(
      { members: 100, leave: changes(1, 2) },
      { settings, approvals: [approvalOf('ann', change(2))] },
    );
    expect([decided.hold?.reason, idsOf(decided.left)]).to.deep.equal(['ApprovalRequired', [2]]);
  });
});

describe('release: guards.maxEntering', () => {
  const limited = (maxEntering: number | string): GuardSettings => ({ ...SETTINGS, maxEntering });

  it('lets as many enter as the limit says, those first that come first, and holds the others', () => {
    const decided = decide({ members: 10, enter: [change(30), change(20), change(40)] }, { settings: limited(2) });
    expect([decided.hold?.reason, idsOf(decided.entered)]).to.deep.equal(['TooManyEntering', [30, 20]]);
    expect(decided.hold?.message).to.equal(
      '1 repository must wait to enter; guards.maxEntering (2) lets 2 enter within 24h',
    );
    expect(decided.entryWindow).to.deep.equal({ startTime: '2026-11-22T10:00:00Z', members: 10, entered: 2 });
  });

  it('counts what entered within the window, and starts again when it has ended', () => {
    const entryWindow = { startTime: new Date(NOW - 3_600_000).toISOString(), members: 10, entered: 2 };
    const full = decide({ members: 12, enter: changes(20, 21) }, { settings: limited('20%'), entryWindow });
    expect([full.hold?.reason, full.entered]).to.deep.equal(['TooManyEntering', []]);
    const later = decide(
      { members: 12, enter: changes(20, 21) },
      { settings: limited('20%'), entryWindow, now: NOW + 24 * 3_600_000 },
    );
    expect([later.hold, later.entryWindow?.members, later.entryWindow?.entered]).to.deep.equal([undefined, 12, 2]);
  });

  it('lets everybody in while the ruleset has a single member: that is the first adoption', () => {
    const decided = decide({ members: 1, enter: changes(20, 99) }, { settings: limited(2) });
    expect([decided.hold, decided.entered.length]).to.deep.equal([undefined, 80]);
  });

  it('does not count what enters by an approval', () => {
    const approvals = [approvalOf('ann', change(22))];
    const decided = decide({ members: 10, enter: changes(20, 23) }, { settings: limited(1), approvals });
    expect([idsOf(decided.entered), decided.entryWindow?.entered]).to.deep.equal([[20, 22], 1]);
  });

  it('judges what leaves on its own', () => {
    const decided = decide({ members: 16, enter: changes(20, 23), leave: changes(1, 2) }, { settings: limited(0) });
    expect([decided.hold?.reason, idsOf(decided.left), decided.entered]).to.deep.equal(['TooManyEntering', [1, 2], []]);
  });

  it('never lets more in within one window than its limit, however many passes there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 10 }),
        fc.integer({ min: 0, max: 12 }),
        (arrivals, limit) => {
          let [members, entered, waiting] = [5, 0, 0];
          let entryWindow: Released<Change>['entryWindow'];
          for (const arriving of arrivals) {
            waiting += arriving;
            const enter = Array.from({ length: waiting }, (_, index) => change(1_000 + members + index));
            const decided = decide(
              { members, enter },
              { settings: limited(limit), ...(entryWindow && { entryWindow }) },
            );
            ({ entryWindow } = decided);
            members += decided.entered.length;
            entered += decided.entered.length;
            waiting -= decided.entered.length;
          }
          expect(entered).to.be.at.most(limit);
          if (waiting > 0) expect(entered).to.equal(limit);
        },
      ),
    );
  });
});
