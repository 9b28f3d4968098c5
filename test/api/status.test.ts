import { expect } from 'chai';
import * as v from 'valibot';
import { policyStatus } from '../../pkg/api/index.js';
import { WHOLE_STATUS as whole } from './whole-status.js';

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
