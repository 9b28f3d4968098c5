/** Kind: a restart that runs a cron policy at the wrong time, or never. */
import { expect } from 'chai';
import type { Condition, PolicyStatus } from '../../../pkg/api/index.js';
import { cronWait } from '../../../pkg/reconciler/policy/cron-wait.js';
import { at, HOUR, NOW, specOf, type SpecInput } from '../../governance/builders.js';

const ready = (status: Condition['status'], reason: Condition['reason']): Condition => ({
  ...{ type: 'Ready', status, reason, message: '' },
  ...{ observedGeneration: 2, lastTransitionTime: at(NOW) },
});
const CONVERGED = ready('True', 'Converged');
const GOOD: PolicyStatus = { observedGeneration: 2, conditions: [CONVERGED], nextPassTime: at(NOW + HOUR) };

const waitOf = (status: PolicyStatus, schedule: SpecInput['schedule'] = { cron: '0 * * * *' }): number | undefined => {
  const policy = {
    ...{ apiVersion: 'plus1.dev/v1alpha1' as const, kind: 'Plus1Policy' as const },
    ...{ metadata: { name: 'acme', namespace: 'default' }, spec: specOf({ schedule }) },
  };
  const key = { namespace: 'default', name: 'acme' };
  const held = { key, policy, faults: [], generation: 2, createdMs: NOW, uid: 'u', status };
  return cronWait(held, { now: NOW, minIntervalMs: 0 })?.untilMs;
};

describe('A cron policy after a restart', () => {
  it('waits for the time that its status names', () => {
    expect(waitOf(GOOD)).to.equal(NOW + HOUR);
  });

  it('waits while a guard holds its plan: to run again would change nothing', () => {
    expect(waitOf({ ...GOOD, conditions: [ready('False', 'Held')] })).to.equal(NOW + HOUR);
  });

  const rows: { reason: string; status: PolicyStatus; schedule?: SpecInput['schedule'] }[] = [
    { reason: 'it has an interval', status: GOOD, schedule: { interval: '1h' } },
    { reason: 'its spec changed', status: { ...GOOD, observedGeneration: 1 } },
    { reason: 'no time is known', status: { observedGeneration: 2, conditions: [CONVERGED] } },
    { reason: 'the time cannot be read', status: { ...GOOD, nextPassTime: 'soon' } },
    { reason: 'the time was missed', status: { ...GOOD, nextPassTime: at(NOW - 1) } },
    { reason: 'the time is now', status: { ...GOOD, nextPassTime: at(NOW) } },
    { reason: 'the last pass failed', status: { ...GOOD, conditions: [ready('False', 'GitHubUnavailable')] } },
    { reason: 'a write is open', status: { ...GOOD, pendingWrite: { planHash: 'sha256:0', startTime: at(NOW) } } },
    { reason: 'a clock that was ahead named it', status: { ...GOOD, nextPassTime: at(NOW + 2 * HOUR) } },
  ];
  for (const { reason, status, schedule } of rows) {
    it(`runs at once where ${reason}`, () => expect(waitOf(status, schedule)).to.equal(undefined));
  }
});
