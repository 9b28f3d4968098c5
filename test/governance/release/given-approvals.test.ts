/** Which approvals count in a pass, and what becomes of each after it. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  approvalVerdicts,
  countingApprovals,
  countingApprovers,
  holdFields,
  holdTimes,
  type ApprovalTerms,
  type Covered,
  type GivenApproval,
} from '../../../pkg/governance/release/index.js';

const NOW = Date.UTC(2026, 10, 22, 10);
const HOUR = 3_600_000;
const at = (ms: number): string => new Date(ms).toISOString();
const PAIRS: Covered[] = [
  { id: 1, status: 'retired', scope: 'leave' },
  { id: 2, status: 'retired', scope: 'leave' },
];
const known = (hash: string): Covered[] | undefined => (hash === 'H' ? PAIRS : undefined);

const given = (input: Partial<GivenApproval> = {}): GivenApproval => ({
  ...{
    name: 'a-1',
    uid: 'u-1',
    approver: 'ann',
    groups: [],
    kind: 'Normal',
    reason: 'Quarterly clean-up',
    planHash: 'H',
  },
  ...{ time: at(NOW - HOUR), verified: false },
  ...input,
});

function termsOf({
  sinceMs = NOW - 2 * HOUR,
  ...rules
}: { sinceMs?: number | undefined } & Partial<ApprovalTerms['rules']> = {}): ApprovalTerms {
  return { rules: { required: 1, timeout: '48h', ...rules }, hold: { sinceMs, hasExpired: false }, now: NOW };
}

const HELD = { approved: [], isWritten: false, isHeld: true };

interface Row {
  reason: string;
  approval?: Partial<GivenApproval>;
  terms?: Parameters<typeof termsOf>[0];
  outcome?: Partial<{ approved: Covered[]; applied: Covered[]; isWritten: boolean; isHeld: boolean }>;
  counts: boolean;
  state: string | undefined;
  message?: RegExp;
}

const ROWS: Row[] = [
  { reason: 'one for the plan that is held', counts: true, state: 'Counted' },
  {
    reason: 'one that released what a proved write applied',
    outcome: { approved: PAIRS, isWritten: true },
    counts: true,
    state: 'Used',
  },
  {
    reason: 'one whose write failed',
    outcome: { approved: PAIRS, isWritten: false },
    counts: true,
    state: 'Counted',
  },
  {
    reason: 'one of two plans, where only the other was released',
    outcome: { approved: [{ id: 9, status: 'retired', scope: 'leave' }], isWritten: true },
    counts: true,
    state: 'Counted',
  },
  {
    reason: 'one that counted when the hold ended',
    approval: { state: 'Counted' },
    outcome: { isHeld: false },
    counts: true,
    state: 'Expired',
    message: /nothing is held/,
  },
  {
    reason: 'one whose write was found applied by a later pass',
    approval: { state: 'Counted' },
    outcome: { isHeld: false, applied: [{ id: 2, status: 'retired', scope: 'leave' }] },
    counts: true,
    state: 'Used',
  },
  {
    reason: 'one given before the hold began',
    approval: { time: at(NOW - 3 * HOUR) },
    counts: false,
    state: 'Expired',
    message: /before the hold/,
  },
  {
    reason: 'one given in the second in which the hold began: API servers date by the second',
    approval: { time: at(NOW - 2 * HOUR) },
    terms: { sinceMs: NOW - 2 * HOUR + 999 },
    counts: true,
    state: 'Counted',
  },
  {
    reason: 'one older than any hold waits',
    approval: { time: at(NOW - 48 * HOUR) },
    terms: { sinceMs: NOW - 90 * HOUR },
    counts: false,
    state: 'Expired',
  },
  { reason: 'one whose time cannot be read', approval: { time: 'yesterday' }, counts: false, state: 'Expired' },
  {
    reason: 'one of a plan that nobody knows',
    approval: { planHash: 'X' },
    counts: true,
    state: undefined,
    message: /^approve the plan that is held now$/,
  },
  {
    reason: 'one of a plan that nobody knows, after the wait',
    approval: { planHash: 'X', time: at(NOW - 48 * HOUR) },
    terms: { sinceMs: NOW - 49 * HOUR },
    counts: false,
    state: 'Rejected',
    message: /^UnknownPlan/,
  },
  {
    reason: 'an emergency where the policy has none',
    approval: { kind: 'Emergency', groups: ['lead'] },
    counts: false,
    state: 'Rejected',
  },
  {
    reason: 'an emergency of somebody who may',
    approval: { kind: 'Emergency', groups: ['lead'] },
    terms: { emergencyGroups: ['lead'] },
    counts: true,
    state: 'Counted',
  },
  {
    reason: 'an emergency of somebody who may not',
    approval: { kind: 'Emergency', groups: ['security'] },
    terms: { emergencyGroups: ['lead'] },
    counts: false,
    state: 'Rejected',
    message: /in none of guards\.approval\.emergencyGroups/,
  },
  {
    reason: 'an emergency with groups that anybody may have claimed',
    approval: { kind: 'Emergency', groups: ['lead'], isClaim: true },
    terms: { emergencyGroups: ['lead'] },
    counts: false,
    state: 'Rejected',
    message: /^Unverified/,
  },
];

describe('Approvals as they are given', () => {
  for (const { reason, approval, terms, outcome, counts, state, message = /^/ } of ROWS) {
    it(`${state ?? 'undecided'}: ${reason}`, () => {
      const one = given(approval);
      expect(countingApprovals([one], known, termsOf(terms)).length === 1, 'counts').to.equal(counts);
      const [verdict] = approvalVerdicts([one], known, termsOf(terms), { ...HELD, ...outcome });
      expect(verdict?.state).to.equal(state);
      expect(verdict?.message).to.match(message);
    });
  }

  for (const state of ['Used', 'Expired', 'Rejected'] as const) {
    it(`never count again once they are ${state}`, () => {
      expect(countingApprovals([given({ state })], known, termsOf())).to.deep.equal([]);
      expect(approvalVerdicts([given({ state })], known, termsOf(), HELD)).to.deep.equal([]);
    });
  }

  it('cover nothing where nobody knows their plan', () => {
    expect(countingApprovals([given({ planHash: 'X' })], known, termsOf())[0]?.changes).to.deep.equal([]);
  });

  it('bring no groups where those are a claim, and count as one of the required all the same', () => {
    const [claimed] = countingApprovals([given({ groups: ['security'], isClaim: true })], known, termsOf());
    expect([claimed?.approver, claimed?.groups]).to.deep.equal(['ann', []]);
  });

  it('are counted by distinct approvers', () => {
    const all = [
      given(),
      given({ name: 'a-2' }),
      given({ name: 'a-3', approver: 'bob' }),
      given({ approver: 'cat', planHash: 'X' }),
    ];
    expect(countingApprovers(approvalVerdicts(all, known, termsOf(), HELD))).to.equal(2);
  });

  it('do not count for a hold that begins in this pass: one that was left of an earlier hold would release it', () => {
    for (const state of [undefined, 'Counted'] as const) {
      const terms = { ...termsOf(), hold: undefined };
      const one = given(state && { state });
      expect(countingApprovals([one], known, terms)).to.deep.equal([]);
      const [verdict] = approvalVerdicts([one], known, terms, HELD);
      expect([verdict?.state, verdict?.message]).to.deep.equal([
        'Expired',
        'given before the hold began that runs now; approve the plan that is held now',
      ]);
    }
  });

  it('are used only where they are among those that released something', () => {
    const terms = termsOf({ required: 2, emergencyGroups: ['lead'] });
    const all = [
      given({ uid: 'normal' }),
      given({ uid: 'bypass', approver: 'eve', kind: 'Emergency', groups: ['lead'], planHash: 'H1' }),
    ];
    const pairs = (hash: string): Covered[] => (hash === 'H' ? PAIRS : PAIRS.slice(0, 1));
    const outcome = { ...HELD, approved: PAIRS.slice(0, 1), isWritten: true };
    const states = approvalVerdicts(all, pairs, terms, outcome).map(({ state }) => state);
    expect(states, 'one of two that are required did not help').to.deep.equal(['Counted', 'Used']);
  });

  it('are used where a record says so, though their home does not: they count no more', () => {
    for (const planHash of ['H', 'X']) {
      const one = given({ isUsed: true, state: 'Counted', planHash });
      expect(countingApprovals([one], known, termsOf())).to.deep.equal([]);
      expect(approvalVerdicts([one], known, termsOf(), HELD).map(({ state }) => state)).to.deep.equal(['Used']);
    }
  });
});

describe('The times of a hold', () => {
  const times = (sinceMs: number, now = NOW): ReturnType<typeof holdTimes> =>
    holdTimes({ since: at(sinceMs) }, { timeoutMs: 48 * HOUR, now });

  it('go on until the wait is over, and then begin where it was over', () => {
    expect(times(NOW - 47 * HOUR)).to.deep.equal({ sinceMs: NOW - 47 * HOUR, hasExpired: false });
    expect(times(NOW - 48 * HOUR)).to.deep.equal({ sinceMs: NOW, hasExpired: true });
    expect(times(NOW - 50 * HOUR)).to.deep.equal({ sinceMs: NOW - 2 * HOUR, hasExpired: true });
    expect(times(NOW - 200 * HOUR)).to.deep.equal({ sinceMs: NOW - 8 * HOUR, hasExpired: true });
  });

  it('count from now where the hold began in the future or nobody knows when', () => {
    expect(times(NOW + HOUR)).to.deep.equal({ sinceMs: NOW, hasExpired: false });
    expect(holdTimes({ since: 'x' }, { timeoutMs: HOUR, now: NOW })).to.deep.equal({ sinceMs: NOW, hasExpired: false });
  });

  it('are told with the end of the wait', () => {
    const fields = { since: '2026-11-22T10:00:00Z', expiryTime: '2026-11-22T11:00:00Z' };
    expect(holdFields(undefined, { timeoutMs: HOUR, beginMs: NOW })).to.deep.equal(fields);
    expect(holdFields({ sinceMs: NOW, hasExpired: true }, { timeoutMs: HOUR, beginMs: 0 })).to.deep.equal(fields);
  });

  it('never let an approval of one wait count in the next, whatever the passes between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (givenAfter, lookedAfter) => {
        fc.pre(givenAfter <= lookedAfter);
        const start = NOW - 500 * HOUR;
        const now = start + lookedAfter * HOUR;
        const hold = holdTimes({ since: at(start) }, { timeoutMs: 48 * HOUR, now });
        const terms = { ...termsOf(), hold, now };
        const counts = countingApprovals([given({ time: at(start + givenAfter * HOUR) })], known, terms).length === 1;
        expect(counts).to.equal(Math.floor(givenAfter / 48) === Math.floor(lookedAfter / 48));
      }),
    );
  });
});
