/** Policies, as files of a folder and as objects of a cluster. */
import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { durationMs, parsePolicy, type Plus1Policy } from '../../../pkg/api/index.js';
import { claimOf, readPolicyDocuments } from '../../../pkg/policies/index.js';
import { heldPolicy } from '../../../pkg/policies/cluster/object.js';
import { hostileText } from '../../catalog/random-inputs.js';
import { corpus } from '../corpus.js';
import { mutatedText } from '../mutate/text.js';
import { mutatedTree } from '../mutate/tree.js';
import { printable } from '../printable.js';
import { target } from '../target.js';

export const WHOLE = {
  apiVersion: 'plus1.dev/v1alpha1',
  kind: 'Plus1Policy',
  metadata: { name: 'acme', namespace: 'platform', annotations: { 'plus1.dev/reconcile-at': 'now' } },
  spec: {
    organization: 'acme',
    github: { apiURL: 'https://github.example/api/v3', credentials: { secretRef: { name: 'github' } } },
    catalog: {
      paths: ['entity.datadog.yaml', 'a/b.yaml'],
      productionLifecycles: ['production'],
      onInvalid: 'Retain',
      onMissing: 'Release',
    },
    repositories: { exclude: ['sandbox-*'], forks: 'Exclude' },
    ruleset: { name: 'plus1_enforcement' },
    schedule: { interval: '10m', quickInterval: '1m' },
    mode: 'Enforce',
    suspend: false,
    guards: {
      maxLeaving: '25%',
      window: '1h',
      minMembers: 1,
      approval: { policy: 'WhenHeld', required: 2, timeout: '24h' },
    },
    exit: { gracePeriod: '24h' },
    exemptions: [
      {
        repository: 'legacy',
        effect: 'Release',
        reason: 'it is retired soon',
        owner: 'team-a',
        expiresAt: '2027-01-01T00:00:00Z',
      },
    ],
  },
};

const texts = fc.oneof(
  {
    weight: 5,
    arbitrary: mutatedText([stringify(WHOLE), ...corpus('policies')], {
      pieces: ['kind: Plus1Policy\n', 'spec:\n', '25%', '24h'],
    }),
  },
  { weight: 5, arbitrary: mutatedTree([WHOLE]).map((tree) => stringify(tree) ?? '') },
  { weight: 1, arbitrary: hostileText },
);

export const policyFiles = target<string>({
  name: 'policy-files',
  weight: 12,
  leastTaken: 0.1,
  inputs: texts,
  judge: (text) => {
    const documents = readPolicyDocuments(text);
    for (const { policy, faults, name = '', namespace = '' } of documents) {
      printable(name, namespace, ...faults);
      expect(policy === undefined).to.equal(faults.length > 0);
      if (policy !== undefined) holds(policy);
    }
    return documents.some(({ policy }) => policy !== undefined);
  },
});

const objects = mutatedTree([{ ...WHOLE, metadata: { ...WHOLE.metadata, uid: 'u', resourceVersion: '1' } }]);

export const policyObjects = target<unknown>({
  name: 'policy-objects',
  weight: 6,
  leastTaken: 0.1,
  inputs: objects,
  judge: (object) => {
    // An API server proves the metadata; spec and status may be anything.
    const { spec, status, metadata } = object as {
      spec?: unknown;
      status?: unknown;
      metadata?: { annotations?: unknown };
    };
    const known = { name: 'acme', namespace: 'platform', uid: 'u', resourceVersion: '1' };
    const held = heldPolicy({ spec, status, metadata: { ...known, ...texted(metadata?.annotations) } });
    printable(...held.faults);
    if (held.policy !== undefined) holds(held.policy);
    return held.policy !== undefined;
  },
});

const texted = (annotations: unknown): object => {
  const isRecord =
    typeof annotations === 'object' &&
    annotations !== null &&
    Object.values(annotations).every((each) => typeof each === 'string');
  return isRecord ? { annotations } : {};
};

/** A policy that was taken is taken again as it stands, and nothing of it is without a meaning. */
function holds(policy: Plus1Policy): void {
  const again = parsePolicy(policy);
  expect(again.ok && again.policy).to.deep.equal(policy);
  const { exit, guards, exemptions = [] } = policy.spec;
  for (const text of [exit.gracePeriod, guards.window, guards.approval.timeout])
    expect(durationMs(text)).to.be.at.least(0);
  for (const { expiresAt } of exemptions) expect(Number.isNaN(Date.parse(expiresAt))).to.equal(false);
  expect(claimOf(policy.spec).organization).to.equal(policy.spec.organization);
}
