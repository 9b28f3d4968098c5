import { expect } from 'chai';
import * as v from 'valibot';
import { policyStatus, type PolicyStatus } from '../../pkg/api/index.js';

const HASH = `sha256:${'0a'.repeat(32)}`;
const NOW = '2026-11-22T10:00:00.000Z';

/** Every field that a status can have. */
const whole: Required<PolicyStatus> = {
  observedGeneration: 3,
  lastHandledReconcileAt: NOW,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Converged',
      message: 'The ruleset targets exactly what the catalogue files say',
      observedGeneration: 3,
      lastTransitionTime: NOW,
    },
  ],
  organizationID: 424242,
  ruleset: { id: 77, enforcement: 'Active', members: 452, membersHash: HASH, undone: 0 },
  compliance: { summary: '449/450', total: 1250, production: 450, governed: 449, ungoverned: 1, ungovernedSince: NOW },
  findings: [{ status: 'valid_production', count: 450 }],
  credentials: { kind: 'App', secretName: 'acme-github', visibility: 'Full' },
  lastPass: {
    type: 'Full',
    result: 'Succeeded',
    startTime: NOW,
    completionTime: NOW,
    reconcileID: 'a',
    entered: 2,
    left: 0,
    retained: 120,
  },
  lastSyncTime: NOW,
  nextPassTime: NOW,
  leaving: [
    {
      id: 1000014,
      name: 'svc-a',
      reason: 'valid_non_production',
      since: NOW,
      dueTime: NOW,
      commit: 'c0ffee',
      author: 'alice',
    },
  ],
  window: { startTime: NOW, members: 452, left: 3 },
  hold: {
    planHash: HASH,
    reason: 'TooManyLeaving',
    since: NOW,
    expiryTime: NOW,
    count: 120,
    repositories: ['svc-a'],
    approvals: 0,
  },
  pendingWrite: { planHash: HASH, startTime: NOW },
  journal: { sequence: 912, headHash: HASH },
};

const isStatus = (status: unknown): boolean => v.is(policyStatus, status);

describe('status', () => {
  it('takes every field that a pass leaves behind', () => {
    expect(v.parse(policyStatus, whole)).to.deep.equal(whole);
  });

  it('takes a status of which nothing is known yet', () => {
    expect(isStatus({})).to.equal(true);
    expect(isStatus({ observedGeneration: -1 })).to.equal(true);
  });

  it('takes a reason that this release does not know: a newer controller may have written it', () => {
    const conditions = whole.conditions.map((condition) => ({ ...condition, reason: 'SomethingNew' }));
    expect(isStatus({ conditions })).to.equal(true);
  });

  const clock = whole.leaving[0];
  const refused: { status: object; reason: string }[] = [
    { status: { rulesetId: 77 }, reason: 'a field that it does not have' },
    { status: { observedGeneration: -2 }, reason: 'a generation before the first' },
    { status: { lastSyncTime: 'yesterday' }, reason: 'a time that is none' },
    { status: { lastSyncTime: '2026-02-30T00:00:00Z' }, reason: 'a day that does not exist' },
    { status: { ruleset: { ...whole.ruleset, membersHash: 'sha256:0' } }, reason: 'a hash that is too short' },
    { status: { findings: [...whole.findings, ...whole.findings] }, reason: 'one status twice' },
    { status: { leaving: [clock, clock] }, reason: 'one repository twice' },
    {
      status: { leaving: Array.from({ length: 501 }, (_, index) => ({ ...clock, id: index + 1 })) },
      reason: 'more clocks than it may hold',
    },
    {
      status: { hold: { ...whole.hold, repositories: Array.from({ length: 51 }, () => 'a') } },
      reason: 'more names than it may hold',
    },
    { status: { compliance: { summary: '1/1' } }, reason: 'half an entry' },
  ];
  for (const { status, reason } of refused) {
    it(`refuses ${reason}`, () => expect(isStatus(status)).to.equal(false));
  }
});
