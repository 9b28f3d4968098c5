/** The invariants of guards and approvals find a history that breaks them, and no fault with one that is as it should be. */
import { expect } from 'chai';
import { PRODUCTION, RETIRED } from '../builders.js';
import type { History } from './history.js';
import { BEGIN, historyOf, HOUR, leaving, leavingAgain, SPEC } from './history.js';
import { guards } from './invariants/guards.js';
import type { Put } from './model/chronicle.js';
import type { Spec } from './model/spec.js';

const found = (wrong: readonly string[], what: string): void => {
  expect(wrong.join('\n')).to.include(what);
};

describe('The invariant guards', () => {
  it('finds more than maxLeaving within one window, by two passes as by one', () => {
    found(guards(leavingAgain()), 'guards: pass 3');
    expect(guards(leavingAgain({ guards: { ...SPEC.guards, maxLeaving: 2 } }))).to.deep.equal([]);
    expect(guards(leavingAgain({ guards: { ...SPEC.guards, window: '1h' } }))).to.deep.equal([]);
    expect(guards(leaving())).to.deep.equal([]);
  });

  it('does not count a write that was never applied', () => {
    const history = leavingAgain();
    delete history.puts[0]?.appliedAt;
    expect(guards(history)).to.deep.equal([]);
  });

  it('counts one that was applied late, but where somebody put all of them back', () => {
    const history = leavingAgain();
    const [late, next] = history.puts as [Put, Put];
    late.appliedAt = late.at + 10 * 60_000;
    found(guards(history), 'guards: pass 3');
    Object.assign(next, { read: [1, 2, 3], members: [1, 3] });
    expect(guards(history)).to.deep.equal([]);
    late.appliedAt = late.at + 1_000;
    found(guards(history), 'guards: pass 3');
  });

  it('measures a share at the first leave that counts, which no transfer is', () => {
    const half = { guards: { ...SPEC.guards, maxLeaving: '50%' } };
    const history = historyOf(half);
    history.pass(0, { 1: RETIRED, 2: RETIRED, 3: PRODUCTION, 4: PRODUCTION });
    history.shows({ id: 9, kind: 'elsewhere' });
    history.put([1, 2, 3], [1, 2, 3, 9]);
    history.pass(2 * HOUR, { 1: RETIRED, 2: RETIRED, 3: PRODUCTION, 4: PRODUCTION });
    // Others entered since: half of those who were there at the transfer are two.
    const put = history.put([3], [1, 2, 3]);
    put.read = [1, 2, 3, 4, 5, 6];
    put.members = [3, 4, 5, 6];
    history.pass(3 * HOUR, { 4: RETIRED });
    history.pass(5 * HOUR, { 4: RETIRED });
    history.put([3, 5, 6], [3, 4, 5, 6]);
    expect(guards(history)).to.deep.equal([]);
    put.read = [1, 2, 3, 4];
    found(guards(history), 'guards: pass 4');
  });

  it('finds an empty set, and too few members', () => {
    const history = leaving();
    Object.assign(history.puts[0] as Put, { members: [], read: [1] });
    found(guards(history), 'guards: pass 2 at 2026-11-02T12:00:05.000Z sent an empty set');
    found(guards(leaving({ guards: { ...SPEC.guards, minMembers: 2 } })), 'left 1 members');
  });

  it('finds one that leaves in a mode that lets nobody', () => {
    found(guards(leaving({ mode: 'EnterOnly' })), 'leave by EnterOnly');
  });
});

describe('The invariant approval', () => {
  const always = { guards: { ...SPEC.guards, approval: { ...SPEC.guards.approval, policy: 'Always' as const } } };
  const HASH = 'sha256:plan';
  const approved = (spec: Partial<Spec>, given: { at: number; withdrawnAt?: number }[], names = [1]): History => {
    const history = leaving(spec);
    history.plans.set(HASH, { leaving: names.map((id) => [id, 'valid_non_production']), entering: [] });
    given.forEach((each, index) => history.approvals.push({ approver: `person-${index}`, planHash: HASH, ...each }));
    return history;
  };
  const IN_TIME = BEGIN + HOUR;

  it('finds one that leaves unapproved where each needs an approval', () => {
    found(guards(approved(always, [])), 'approval: pass 2');
    expect(guards(approved(always, [{ at: IN_TIME }]))).to.deep.equal([]);
  });

  it('counts no approval of another plan, of too few people, that came too late, was too old, or was taken back', () => {
    const two = { guards: { ...always.guards, approval: { ...always.guards.approval, required: 2 } } };
    found(guards(approved(always, [{ at: IN_TIME }], [9])), 'approval: pass 2');
    found(guards(approved(two, [{ at: IN_TIME }])), 'approval: pass 2');
    expect(guards(approved(two, [{ at: IN_TIME }, { at: IN_TIME }]))).to.deep.equal([]);
    found(guards(approved(always, [{ at: BEGIN + 3 * HOUR }])), 'approval: pass 2');
    found(guards(approved(always, [{ at: BEGIN - 3 * HOUR }])), 'approval: pass 2');
    found(guards(approved(always, [{ at: IN_TIME, withdrawnAt: IN_TIME + 1 }])), 'approval: pass 2');
  });

  it('counts an approval once', () => {
    const history = leavingAgain({ ...always, guards: { ...always.guards, maxLeaving: 9 } });
    history.plans.set(HASH, {
      leaving: [
        [1, 'x'],
        [2, 'x'],
      ],
      entering: [],
    });
    history.approvals.push({ at: IN_TIME, approver: 'ann', planHash: HASH });
    (history.puts[0] as Put).released = true;
    found(guards(history), 'approval: pass 3');
    (history.puts[0] as Put).released = false;
    expect(guards(history)).to.deep.equal([]);
  });

  it('finds one that leaves after a rollback that nobody released, and says nothing once somebody did', () => {
    const history = leaving();
    history.asks.push({ at: BEGIN - 1, kind: 'rollback' });
    history.rolledBack.add('pass-1');
    found(guards(history), 'approval: pass 2');
    history.asks.push({ at: BEGIN + HOUR, kind: 'release' });
    expect(guards(history)).to.deep.equal([]);
  });

  it('finds one that leaves in a later pass of a rollback that goes on', () => {
    const history = leavingAgain({ guards: { ...SPEC.guards, maxLeaving: 9 } });
    expect(guards(history)).to.deep.equal([]);
    history.asks.push({ at: BEGIN + HOUR, kind: 'rollback' });
    found(guards(history), 'approval: pass 3');
  });

  it('counts nobody whom an approval lets leave by a rollback that an earlier pass began, though nobody left by that', () => {
    const history = historyOf({ guards: { ...SPEC.guards, maxLeaving: 1 } });
    const shown = { 1: RETIRED, 2: RETIRED, 3: PRODUCTION };
    history.pass(0, shown);
    history.pass(2 * HOUR, shown);
    history.put([2, 3], [1, 2, 3]);
    history.plans.set(HASH, { leaving: [[1, 'valid_non_production']], entering: [] });
    history.approvals.push({ at: BEGIN + HOUR, approver: 'ann', planHash: HASH });
    history.pass(3 * HOUR, shown);
    history.put([3], [2, 3]);
    found(guards(history), 'guards: pass 3');
    history.asks.push({ at: BEGIN - 1, kind: 'rollback' }, { at: BEGIN + 2 * HOUR + 1, kind: 'release' });
    expect(guards(history)).to.deep.equal([]);
    // None came between the request and the write.
    (history.asks[0] as { at: number }).at = BEGIN + 1;
    found(guards(history), 'guards: pass 3');
  });

  it('counts nobody whom an approval lets leave after a rollback, though the file of the policy was broken meanwhile', () => {
    const history = historyOf({ guards: { ...SPEC.guards, maxLeaving: 1 } });
    const shown = { 1: RETIRED, 2: RETIRED, 3: PRODUCTION };
    history.asks.push({ at: BEGIN - 1, kind: 'rollback' });
    history.pass(0, shown);
    history.rolledBack.add('pass-1');
    history.versions.push({ at: BEGIN + HOUR / 2, spec: undefined }, { ...history.versions[0]!, at: BEGIN + HOUR });
    history.pass(2 * HOUR, shown);
    history.put([2, 3], [1, 2, 3]);
    history.plans.set(HASH, { leaving: [[1, 'valid_non_production']], entering: [] });
    history.approvals.push({ at: BEGIN + HOUR, approver: 'ann', planHash: HASH });
    history.asks.push({ at: BEGIN + 2 * HOUR + HOUR / 2, kind: 'release' });
    history.pass(3 * HOUR, shown);
    history.put([3], [2, 3]);
    expect(guards(history)).to.deep.equal([]);
    history.approvals.length = 0;
    found(guards(history), 'guards: pass 3');
  });
});
