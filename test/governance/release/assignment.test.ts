import { expect } from 'chai';
import fc from 'fast-check';
import {
  coveredBy,
  decide,
  GOVERNED,
  GUARDS,
  planHash,
  type Approval,
  type Assignment,
  type Guard,
} from '../../../pkg/governance/index.js';
import { runsOf } from '../../sample.js';
import { HOUR, NOW, specOf } from '../builders.js';

const change = (id: number, status = 'wanted'): { id: number; status: string } => ({ id, status });
const ids = (list: readonly { id: number }[]): number[] => list.map(({ id }) => id);

/** Each entry needs a person who looked at it. */
const entryApproval: Guard = {
  name: 'toy.approval',
  scope: 'leave',
  isReleasable: true,
  check: ({ leaving }) =>
    leaving > 0 ? { reason: 'ApprovalRequired', message: `${leaving} would be allowed` } : undefined,
};
/** Endpoints that something may reach: the more there are, the weaker. */
const ALLOWED: Assignment = { name: 'allowed', weakens: 'enter', mayBeEmpty: true, guards: [entryApproval] };
/** Repositories that are closed off: nobody leaves without a person, and all of them may. */
const CLOSED: Assignment = { name: 'isolated', weakens: 'leave', mayBeEmpty: true, guards: [entryApproval] };

const terms = { settings: specOf().guards, now: NOW };
const approvalOf = (held: { entering: readonly Change[]; leaving: readonly Change[] }, approver = 'ann'): Approval => ({
  approver,
  changes: coveredBy(held),
});
type Change = ReturnType<typeof change>;

describe('an assignment', () => {
  it('whose entries weaken has them held, and lets go at once', () => {
    const changes = { target: 'uid-1', members: 2, enter: [change(3), change(4)], leave: [change(1)], transferred: [] };
    const { entered, left, hold, held, whole } = decide(ALLOWED, changes, terms);
    expect([ids(entered), ids(left), hold?.reason]).to.deep.equal([[], [1], 'ApprovalRequired']);
    expect([ids(held?.entering ?? []), ids(held?.leaving ?? [])]).to.deep.equal([[3, 4], []]);
    expect(whole.hash).to.equal(
      planHash({ assignment: 'allowed', target: 'uid-1', entering: changes.enter, leaving: [] }),
    );
  });

  it('is released by an approval of what would enter, item by item', () => {
    const first = { target: 'u', members: 0, enter: [change(3)], leave: [], transferred: [] };
    const given = approvalOf(decide(ALLOWED, first, terms).whole);
    const grown = { ...first, enter: [change(3), change(4)] };
    const { entered, approved, held } = decide(ALLOWED, grown, terms, () => [given]);
    expect([ids(entered), ids(approved), ids(held?.entering ?? [])]).to.deep.equal([[3], [3], [4]]);
    // An approval to leave is none to enter.
    const other = { approver: 'ann', changes: coveredBy({ entering: [], leaving: [change(3)] }) };
    expect(decide(ALLOWED, first, terms, () => [other]).entered).to.deep.equal([]);
  });

  it('may lose its last one where it may be empty, and not where it may not', () => {
    const changes = { target: 7, members: 1, enter: [], leave: [change(1)], transferred: [] };
    const asked = (assignment: Assignment): number[] => {
      const { whole } = decide(assignment, changes, terms);
      return ids(decide(assignment, changes, terms, () => [approvalOf(whole)]).left);
    };
    expect([asked(CLOSED), asked({ ...CLOSED, mayBeEmpty: false }), asked(GOVERNED)]).to.deep.equal([[1], [], []]);
  });

  it('has hashes of its own: no approval of one assignment names a plan of another', () => {
    const lists = { entering: [], leaving: [change(1)] };
    const hashes = [
      planHash({ target: 7, ...lists }),
      ...['candidate', 'isolated', 'allowed'].map((assignment) => planHash({ assignment, target: 7, ...lists })),
      planHash({ assignment: 'isolated', target: '7', ...lists }),
    ];
    expect(new Set(hashes).size).to.equal(hashes.length);
    expect(planHash({ target: 7, ...lists })).to.equal(planHash({ assignment: 'governed', target: 7, ...lists }));
  });

  const changesOf = fc
    .record({
      members: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 0, maxLength: 8 }),
      wanted: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 0, maxLength: 8 }),
    })
    .map(({ members, wanted }) => ({
      ...{ target: 'u', members: members.length, transferred: [] },
      enter: wanted.filter((id) => !members.includes(id)).map((id) => change(id)),
      leave: members.filter((id) => !wanted.includes(id)).map((id) => change(id)),
    }));

  it('never holds what strengthens, whichever side that is, and applies each change once', () => {
    fc.assert(
      fc.property(changesOf, fc.constantFrom(ALLOWED, CLOSED), fc.boolean(), (changes, assignment, isApproved) => {
        const { whole } = decide(assignment, changes, terms);
        const approvals = isApproved ? [approvalOf(whole)] : [];
        const { entered, left, held } = decide(assignment, changes, terms, () => approvals);
        const [strong, weak] = assignment.weakens === 'leave' ? [entered, left] : [left, entered];
        const [allStrong, allWeak] =
          assignment.weakens === 'leave' ? [changes.enter, changes.leave] : [changes.leave, changes.enter];
        expect(ids(strong)).to.have.members(ids(allStrong));
        expect(ids(weak)).to.have.members(isApproved ? ids(allWeak) : []);
        expect([...(held?.entering ?? []), ...(held?.leaving ?? [])].length).to.equal(isApproved ? 0 : allWeak.length);
      }),
      runsOf(200),
    );
  });

  it('counts what weakens in its window, on either side', () => {
    const settings = { ...specOf().guards, maxLeaving: 1 };
    const limited = { ...ALLOWED, guards: GUARDS.filter(({ name }) => name === 'guards.maxLeaving') };
    const one = { target: 'u', members: 5, enter: [change(8)], leave: [], transferred: [] };
    const first = decide(limited, one, { settings, now: NOW });
    expect([ids(first.entered), first.window?.left]).to.deep.equal([[8], 1]);
    const second = decide(limited, { ...one, enter: [change(9)] }, { settings, now: NOW + HOUR, window: first.window });
    expect([ids(second.entered), second.hold?.reason]).to.deep.equal([[], 'TooManyLeaving']);
  });
});
