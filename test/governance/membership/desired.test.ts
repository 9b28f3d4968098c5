/** A plan takes the desired set and every effect from outside: here no policy says who ought to be a member. */
import { expect } from 'chai';
import { plan, type Desired, type Memory, type Plan, type Subject } from '../../../pkg/governance/index.js';
import { clockOf, HOUR, idsOf, NO_MEMORY, NOW } from '../builders.js';

const subjectOf = (id: number, input: Partial<Subject> = {}): Subject => ({
  id,
  name: `svc-${id}`,
  status: 'valid_production',
  effect: 'desired',
  isProved: true,
  sentence: 'was a member on Monday',
  whyKept: 'stays, since it is in production now',
  ...input,
});

interface Situation {
  subjects: readonly Subject[];
  members: readonly number[];
  absent?: Desired['absent'];
  graceMs?: number;
  memory?: Memory;
}

function planOf({ subjects, members, absent = [], graceMs = 0, memory = NO_MEMORY }: Situation): Plan {
  const desired = { subjects: new Map(subjects.map((subject) => [subject.id, subject])), absent };
  return plan(desired, { id: 5, members: new Set(members) }, { graceMs, isEnterOnly: false }, memory, NOW);
}

describe('A plan for a desired set from outside', () => {
  it('lets enter what is desired, whatever its status', () => {
    const made = planOf({ subjects: [subjectOf(1, { status: 'valid_non_production' })], members: [] });
    expect(made.enter).to.deep.equal([
      { id: 1, name: 'svc-1', status: 'valid_non_production', reason: 'was a member on Monday' },
    ]);
  });

  it('lets leave what is contrary, whatever its status, once the given grace is over', () => {
    const contrary = subjectOf(1, { effect: 'contrary', sentence: 'was no member on Monday' });
    expect(planOf({ subjects: [contrary], members: [1, 2] }).leave.map(({ reason }) => reason)).to.deep.equal([
      'was no member on Monday',
    ]);
    const waiting = planOf({ subjects: [contrary], members: [1, 2], graceMs: HOUR });
    expect([waiting.leave, idsOf(waiting.clocks)]).to.deep.equal([[], [1]]);
  });

  it('says in the given words why one stays that is neither', () => {
    const [item] = planOf({ subjects: [subjectOf(1, { effect: 'kept' })], members: [1] }).retain;
    expect(item?.reason).to.equal('was a member on Monday; stays, since it is in production now');
  });

  it('lets nobody leave on an effect that is not proved', () => {
    const made = planOf({ subjects: [subjectOf(1, { effect: 'contrary', isProved: false })], members: [1] });
    expect([made.leave, idsOf(made.retain)]).to.deep.equal([[], [1]]);
  });

  it('keeps members of whom nothing is said, and lets those go that have another owner', () => {
    const made = planOf({ subjects: [], members: [1, 2], absent: [{ id: 2, fate: 'transferred', owner: 'other' }] });
    expect([idsOf(made.retain), idsOf(made.gone)]).to.deep.equal([[1], [2]]);
  });

  it('clears the exit clock of a member that is desired now', () => {
    const memory = { leaving: [clockOf(1, NOW - HOUR)] };
    const made = planOf({ subjects: [subjectOf(1)], members: [1], graceMs: 2 * HOUR, memory });
    expect([made.clocks, made.stay]).to.deep.equal([[], [1]]);
  });

  it('is bound by its hash to what it is a membership of', () => {
    const subjects = [subjectOf(1, { effect: 'contrary' })];
    const of = (id: number): string =>
      plan(
        { subjects: new Map(subjects.map((subject) => [subject.id, subject])), absent: [] },
        { id, members: new Set([1]) },
        { graceMs: 0, isEnterOnly: false },
        NO_MEMORY,
        NOW,
      ).hash;
    expect(of(5)).to.equal(of(5));
    expect(of(5)).not.to.equal(of(6));
  });
});
