/** What may still be written once a pass has begun. Kind: a policy that took the name of another, in whose pass a write goes out. */
import { expect } from 'chai';
import { PolicyGate } from '../../../pkg/reconciler/policy/gate.js';
import type { PolicyRecord } from '../../../pkg/policies/index.js';
import { specOf } from '../../governance/builders.js';
import { policyOf, rulesetOf } from '../ports.js';

describe('The gate of a policy', () => {
  const record: PolicyRecord = {
    ...{ key: { namespace: 'default', name: 'acme' }, policy: policyOf(specOf({})), faults: [] },
    ...{ generation: 2, createdMs: 1, uid: 'default/acme', recordUID: 'one', status: {} },
  };
  const gate = (now: PolicyRecord): PolicyGate => new PolicyGate({ list: () => [now], others: () => [] });

  it('lets the policy write that the pass was given', () => {
    gate({ ...record }).assertMayWrite(record, rulesetOf([1]));
  });

  for (const [what, now] of [
    ['another one of that name in a folder, whose generations begin again', { generation: 1, recordUID: 'two' }],
    ['another one of that name in a cluster', { generation: 1, uid: 'two', recordUID: 'two' }],
    ['a newer generation', { generation: 3 }],
  ] as const)
    it(`lets nothing be written for ${what}`, () => {
      expect(() => gate({ ...record, ...now }).assertMayWrite(record, rulesetOf([1]))).to.throw(
        /nothing more is written/,
      );
    });
});
