import { expect } from 'chai';
import type { GuardWindow } from '../../../pkg/api/index.js';
import { guard, policyPlan, type AbsentMember, type Decision, type Memory } from '../../../pkg/governance/index.js';
import {
  at,
  clockOf,
  DAY,
  findingOf,
  HOUR,
  idsOf,
  liveOf,
  NO_MEMORY,
  NOW,
  range,
  specOf,
  type SpecInput,
} from '../builders.js';

interface Situation {
  live: number[];
  leave?: number[];
  gone?: number[];
  enter?: number[];
  guards?: SpecInput['guards'];
  mode?: SpecInput['mode'];
  memory?: Memory;
  now?: number;
}

/** Plans and guards one pass with grace 0: `leave` are in staging, everyone else of the membership in production. */
function decide({
  live,
  leave = [],
  gone = [],
  enter = [],
  guards = {},
  mode,
  memory = NO_MEMORY,
  now = NOW,
}: Situation): Decision {
  const contrary = new Set(leave);
  const absent: AbsentMember[] = gone.map((id) => ({ id, name: `svc-${id}`, fate: 'transferred' }));
  const findings = [...live, ...enter]
    .filter((id) => !gone.includes(id))
    .map((id) => findingOf(id, contrary.has(id) ? 'valid_non_production' : 'valid_production'));
  const spec = specOf({ guards, exit: { gracePeriod: '0s' }, ...(mode !== undefined && { mode }) });
  return guard(policyPlan({ findings, absent }, liveOf(live), spec, memory, now), spec.guards, memory, now);
}

const windowOf = (startMs: number, members: number, left: number): GuardWindow => ({
  startTime: at(startMs),
  members,
  left,
});

describe('guard: what is applied', () => {
  it('applies entering and leaving, and tells the whole membership sorted', () => {
    const decision = decide({ live: [30, 10, 20, 40], leave: [20], enter: [15] });
    expect(decision.target).to.deep.equal([10, 15, 30, 40]);
    expect([decision.changes, decision.hold]).to.deep.equal([true, undefined]);
    expect([idsOf(decision.toEnter), idsOf(decision.toLeave)]).to.deep.equal([[15], [20]]);
  });

  it('changes nothing where target and live are the same set', () => {
    const decision = decide({ live: [3, 1, 2] });
    expect([decision.target, decision.changes, decision.window]).to.deep.equal([[1, 2, 3], false, undefined]);
  });

  it('sees a change where one enters as another leaves', () => {
    expect(decide({ live: [1, 2, 3, 4], leave: [4], enter: [5] })).to.include({ changes: true });
  });

  it('says nothing of an empty ruleset that nobody enters', () => {
    expect(decide({ live: [] })).to.deep.include({ target: [], changes: false, toEnter: [], toLeave: [] });
  });

  it('drops the clocks of those that left, and of no others', () => {
    const memory = { leaving: [clockOf(1, NOW - HOUR), clockOf(2, NOW - HOUR)] };
    const findings = [
      findingOf(1, 'valid_non_production'),
      findingOf(2, 'unobserved'),
      findingOf(3, 'valid_production'),
    ];
    const spec = specOf({ exit: { gracePeriod: '1h' }, guards: { maxLeaving: 1 } });
    const made = policyPlan({ findings, absent: [] }, liveOf([1, 2, 3]), spec, memory, NOW);
    expect(idsOf(guard(made, spec.guards, memory, NOW).clocks)).to.deep.equal([2]);
  });
});

describe('guard: maxLeaving', () => {
  const rows: { reason: string; members: number; leaving: number; maxLeaving: number | string; held: boolean }[] = [
    { reason: '30 % at once are too many', members: 100, leaving: 30, maxLeaving: '25%', held: true },
    { reason: '25 % are allowed', members: 100, leaving: 25, maxLeaving: '25%', held: false },
    { reason: 'one more is held', members: 100, leaving: 26, maxLeaving: '25%', held: true },
    { reason: 'percentages round up', members: 5, leaving: 2, maxLeaving: '25%', held: false },
    { reason: 'and no further', members: 5, leaving: 3, maxLeaving: '25%', held: true },
    { reason: 'one of a small membership', members: 2, leaving: 1, maxLeaving: '1%', held: false },
    { reason: 'a whole percentage is not rounded', members: 700, leaving: 50, maxLeaving: '7%', held: true },
    { reason: '0% lets nobody leave', members: 100, leaving: 1, maxLeaving: '0%', held: true },
    { reason: '0 lets nobody leave', members: 100, leaving: 1, maxLeaving: 0, held: true },
    { reason: '100% lets all but the last leave', members: 10, leaving: 9, maxLeaving: '100%', held: false },
    { reason: 'a count', members: 100, leaving: 3, maxLeaving: 3, held: false },
    { reason: 'one more than the count', members: 100, leaving: 4, maxLeaving: 3, held: true },
    { reason: 'a plan without leavers is never held', members: 10, leaving: 0, maxLeaving: 0, held: false },
  ];
  for (const { reason, members, leaving, maxLeaving, held } of rows) {
    it(`${held ? 'holds' : 'lets pass'} ${leaving} of ${members} with ${maxLeaving}: ${reason}`, () => {
      const decision = decide({ live: range(1, members), leave: range(1, leaving), guards: { maxLeaving } });
      expect(decision.hold?.reason).to.equal(held ? 'TooManyLeaving' : undefined);
      expect(decision.target).to.have.length(held ? members : members - leaving);
    });
  }

  it('applies what enters and what is gone of a held plan, and nothing of what leaves', () => {
    const decision = decide({ live: range(1, 10), leave: [1, 2, 3, 4], gone: [10], enter: [11] });
    expect(decision.hold).to.deep.equal({
      reason: 'TooManyLeaving',
      message: '4 repositories would leave; guards.maxLeaving (25% of 10 members) lets 3 leave within 24h',
    });
    expect(decision.target).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]);
    expect([idsOf(decision.toEnter), idsOf(decision.toLeave)]).to.deep.equal([[11], [10]]);
    expect(decision.window).to.equal(undefined);
  });

  it('does not count what is gone', () => {
    const decision = decide({ live: range(1, 10), gone: range(1, 8), guards: { maxLeaving: 0 } });
    expect([decision.hold, decision.target, decision.window]).to.deep.equal([undefined, [9, 10], undefined]);
  });
});

describe('guard: the window', () => {
  it('stops those who leave one by one at the same total', () => {
    const left: number[] = [];
    let members = range(1, 100);
    let memory: Memory = NO_MEMORY;
    for (let pass = 0; pass < 40; pass += 1) {
      const decision = decide({ live: members, leave: members.slice(0, 1), memory, now: NOW + pass * 60_000 });
      left.push(...idsOf(decision.toLeave));
      members = decision.target;
      memory = { leaving: [], ...(decision.window !== undefined && { window: decision.window }) };
      expect(decision.hold?.reason, `pass ${pass}`).to.equal(pass < 25 ? undefined : 'TooManyLeaving');
    }
    expect(left).to.have.length(25);
    expect(memory.window).to.deep.equal({ startTime: '2026-11-22T10:00:00Z', members: 100, left: 25 });
  });

  const rows: { reason: string; window: GuardWindow; held: boolean; after: GuardWindow }[] = [
    {
      reason: 'its last millisecond still counts',
      window: windowOf(NOW - DAY + 1, 10, 3),
      held: true,
      after: windowOf(NOW - DAY + 1, 10, 3),
    },
    {
      reason: 'an ended one is forgotten, and the next starts with this leave',
      window: windowOf(NOW - DAY, 10, 3),
      held: false,
      after: { startTime: '2026-11-22T10:00:00Z', members: 9, left: 1 },
    },
    {
      reason: 'one that starts in the future goes on counting from now, since the clock was ahead when it began',
      window: windowOf(NOW + 400 * DAY, 10, 3),
      held: true,
      after: { startTime: '2026-11-22T10:00:00Z', members: 10, left: 3 },
    },
    {
      reason: 'one whose start cannot be read goes on counting from now',
      window: { startTime: 'yesterday', members: 10, left: 3 },
      held: true,
      after: { startTime: '2026-11-22T10:00:00Z', members: 10, left: 3 },
    },
    {
      reason: 'the share is of the membership at its start, not of today',
      window: windowOf(NOW - HOUR, 13, 3),
      held: false,
      after: windowOf(NOW - HOUR, 13, 4),
    },
  ];
  for (const { reason, window, held, after } of rows) {
    it(reason, () => {
      const decision = decide({ live: range(1, 9), leave: [1], memory: { leaving: [], window } });
      expect(decision.hold?.reason).to.equal(held ? 'TooManyLeaving' : undefined);
      expect(decision.window).to.deep.equal(after);
    });
  }

  it('is dropped once it has ended, also by a pass in which nobody leaves', () => {
    const decision = decide({ live: [1, 2], memory: { leaving: [], window: windowOf(NOW - DAY, 10, 3) } });
    expect(decision).not.to.have.property('window');
  });

  it('stays as it is while nobody leaves', () => {
    const window = windowOf(NOW - HOUR, 10, 3);
    expect(decide({ live: [1, 2], enter: [3], memory: { leaving: [], window } }).window).to.deep.equal(window);
  });

  it('tells how many left already', () => {
    const memory = { leaving: [], window: windowOf(NOW - HOUR, 10, 2) };
    expect(decide({ live: range(1, 8), leave: [1, 2], memory, guards: { maxLeaving: 3 } }).hold?.message).to.equal(
      '2 repositories would leave; guards.maxLeaving (3) lets 3 leave within 24h, and 2 left already',
    );
  });

  it('says the same of the same state at another time', () => {
    const situation = { live: range(1, 8), leave: range(1, 5) };
    expect(decide({ ...situation, now: NOW + HOUR }).hold).to.deep.equal(decide(situation).hold);
  });
});

describe('guard: minMembers', () => {
  it('keeps the last member', () => {
    const decision = decide({ live: [1], leave: [1], guards: { maxLeaving: '100%' } });
    expect(decision.hold).to.deep.equal({
      reason: 'TooFewMembers',
      message: '1 repository would leave and 0 stay; guards.minMembers is 1',
    });
    expect([decision.target, decision.changes]).to.deep.equal([[1], false]);
  });

  it('holds everyone where all would leave at once, and wins over TooManyLeaving', () => {
    const decision = decide({ live: [1, 2, 3], leave: [1, 2, 3], guards: { maxLeaving: 0 } });
    expect(decision.hold?.reason).to.equal('TooFewMembers');
    expect(decision.target).to.deep.equal([1, 2, 3]);
  });

  it('lets the old leave where a new one enters', () => {
    const decision = decide({ live: [1], leave: [1], enter: [2] });
    expect([decision.hold, decision.target]).to.deep.equal([undefined, [2]]);
  });

  const rows: { live: number; leave: number; gone: number; minMembers: number; held: boolean; reason: string }[] = [
    { live: 10, leave: 2, gone: 0, minMembers: 8, held: false, reason: 'exactly enough stay' },
    { live: 10, leave: 2, gone: 0, minMembers: 9, held: true, reason: 'one too few stays' },
    { live: 10, leave: 1, gone: 2, minMembers: 8, held: true, reason: 'those that are gone do not stay either' },
    { live: 10, leave: 0, gone: 5, minMembers: 8, held: false, reason: 'a plan without leavers is not held' },
    { live: 3, leave: 0, gone: 0, minMembers: 8, held: false, reason: 'a small membership alone is no fault' },
  ];
  for (const { live, leave, gone, minMembers, held, reason } of rows) {
    it(`${held ? 'holds' : 'lets pass'} ${leave} leaving and ${gone} gone of ${live} with minMembers ${minMembers}: ${reason}`, () => {
      const decision = decide({
        live: range(1, live),
        leave: range(1, leave),
        gone: range(live - gone + 1, live),
        guards: { minMembers, maxLeaving: '100%' },
      });
      expect(decision.hold?.reason).to.equal(held ? 'TooFewMembers' : undefined);
      expect(idsOf(decision.toLeave)).to.have.members([
        ...(held ? [] : range(1, leave)),
        ...range(live - gone + 1, live),
      ]);
    });
  }

  it('never sends an empty set: where all are gone, they stay and the plan is held', () => {
    const decision = decide({ live: [1, 2], gone: [1, 2] });
    expect(decision.hold?.reason).to.equal('TooFewMembers');
    expect([decision.target, decision.changes, decision.toLeave]).to.deep.equal([[1, 2], false, []]);
  });

  it('lets all that are gone go where one enters', () => {
    const decision = decide({ live: [1, 2], gone: [1, 2], enter: [3] });
    expect([decision.hold, decision.target]).to.deep.equal([undefined, [3]]);
  });

  it('lets the gone go where only leavers remain, and keeps those', () => {
    const decision = decide({ live: [1, 2], gone: [1], leave: [2], guards: { maxLeaving: '100%' } });
    expect([decision.hold?.reason, decision.target]).to.deep.equal(['TooFewMembers', [2]]);
  });
});

describe('guard: modes', () => {
  it('EnterOnly lets nobody leave, and no window starts', () => {
    const decision = decide({ live: [1, 2, 3, 4], leave: [1], gone: [2], enter: [5], mode: 'EnterOnly' });
    expect(decision.target).to.deep.equal([1, 2, 3, 4, 5]);
    expect([decision.hold, decision.window, decision.toLeave]).to.deep.equal([undefined, undefined, []]);
  });

  it('Observe decides as Enforce does', () => {
    const situation = { live: [1, 2, 3, 4], leave: [1], enter: [5] };
    expect(decide({ ...situation, mode: 'Observe' })).to.deep.equal(decide(situation));
  });
});
