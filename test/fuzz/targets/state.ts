/** What lies in a state folder, or in the status of an object: torn, edited, or of another version. */
import { expect } from 'chai';
import fc from 'fast-check';
import { parseApproval, statusFault } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { heldState, isEmptyMemory, keptUID, type StoredPolicy } from '../../../pkg/policies/index.js';
import { readApproval } from '../../../pkg/policies/cluster/approval-object.js';
import { parseHolder } from '../../../pkg/policies/folder/lock-holder.js';
import { parsedState } from '../../../pkg/policies/folder/state-text.js';
import { keptMemory, memoryFor } from '../../../pkg/policies/kept-memory.js';
import { readKnown } from '../../../pkg/reconciler/memory/verdict-cache-shape.js';
import type { KubeObject } from '../../../pkg/kube/index.js';
import { mutatedText } from '../mutate/text.js';
import { mutatedTree } from '../mutate/tree.js';
import { printable } from '../printable.js';
import { target } from '../target.js';
import { WHOLE } from './policies.js';

const KEY = { namespace: 'platform', name: 'acme' };
const HASH = `sha256:${'0f'.repeat(32)}`;
const TIME = '2026-11-02T10:00:00Z';
const CONDITION = {
  type: 'Ready',
  status: 'True',
  reason: 'Converged',
  message: 'm',
  observedGeneration: 3,
  lastTransitionTime: TIME,
};
const STATUS = {
  observedGeneration: 3,
  conditions: [CONDITION],
  organizationID: 7,
  leaving: [
    { id: 1, name: 'a', reason: 'missing_file', since: TIME, dueTime: TIME, commit: 'c0ffee', author: 'alice' },
  ],
  window: { startTime: TIME, members: 10, left: 2 },
  hold: {
    planHash: HASH,
    reason: 'MaxLeaving',
    since: TIME,
    expiryTime: TIME,
    count: 1,
    repositories: ['a'],
    approvals: 0,
  },
  pendingWrite: { planHash: HASH, startTime: TIME, membersHash: HASH },
  journal: { chain: 'platform/acme/one', sequence: 4, headHash: HASH },
};
const STATE = {
  ...WHOLE,
  metadata: { ...WHOLE.metadata, uid: '3f9a1c07-1111-4222-8333-444455556666', generation: 3, creationTimestamp: TIME },
  status: STATUS,
  origin: {
    file: 'acme.yaml',
    claim: { apiURL: 'https://github.example/api/v3', organization: 'acme', ruleset: 'plus1_enforcement' },
  },
};

export const states = target<string>({
  name: 'state-files',
  weight: 6,
  leastTaken: 0.1,
  inputs: fc.oneof(
    {
      weight: 3,
      arbitrary: mutatedTree([STATE, { ...STATE, status: undefined }]).map((value) => JSON.stringify(value) ?? ''),
    },
    { weight: 1, arbitrary: mutatedText([JSON.stringify(STATE, null, 2)]) },
  ),
  judge: (text) => {
    let stored: StoredPolicy | undefined;
    try {
      stored = parsedState(text, KEY, '/state/platform/acme.json');
    } catch (error) {
      // Never an empty memory, and no other error.
      expect(error).to.be.instanceOf(Plus1Error).and.include({ code: 'PLUS1_STATE_UNREADABLE' });
      printable((error as Plus1Error).message);
      return false;
    }
    if (stored === undefined) throw new Error('a text that is there counts as none');
    expect(stored.status === undefined || statusFault(stored.status) === undefined).to.equal(true);
    const held = heldState(stored, 0);
    expect(Number.isNaN(held.createdMs)).to.equal(false);
    isEmptyMemory(stored.status);
    keptUID(stored);
    const kept = keptMemory(stored, Date.parse(TIME));
    // What protects outlives the file of its policy.
    if (stored.status?.pendingWrite !== undefined)
      expect(kept?.status?.pendingWrite).to.deep.equal(stored.status.pendingWrite);
    memoryFor(kept, held.claim);
    return true;
  },
});

const VERDICT = { status: 'valid_production', lifecycles: ['production'], documents: 1, reasons: [], owner: 'team-a' };
const KNOWN = {
  ...{
    version: 1,
    settings: 's',
    owner: 'github.com/acme/plus1_enforcement',
    organizationID: 7,
    look: 'l',
    lookedUpTo: 1,
    unfinishedSinceMs: 5,
  },
  ...{
    members: [1, 2],
    governed: [1],
    production: 2,
    waiting: [[3, 1_000]],
    newestRuleset: { id: 1, updatedMs: 1, seenMs: 2 },
    newestOwned: [{ id: 2, updatedMs: 1, seenMs: 2 }],
  },
  repositories: [
    {
      id: 1,
      name: 'a',
      status: 'valid_production',
      commit: 'c',
      author: 'alice',
      verdict: VERDICT,
      readMs: 1,
      seenMs: 2,
    },
  ],
  left: [{ id: 4, name: 'd', time: TIME, status: 'gone', reason: 'it is gone' }],
  absent: [{ id: 5, name: 'e', since: TIME, reason: 'it is not listed' }],
  exemptions: [{ repository: 'legacy', expiresAt: TIME, told: 'expiring' }],
  held: [{ hash: HASH, entering: [], leaving: [[1, 'missing_file']] }],
};

export const caches = target<unknown>({
  name: 'caches',
  weight: 3,
  leastTaken: 0.1,
  inputs: mutatedTree([KNOWN]),
  judge: (value) => {
    const known = readKnown(value);
    if (known === undefined) return false;
    for (const { id, readMs, name } of known.repositories) {
      expect(Number.isSafeInteger(id) && Number.isFinite(readMs) && typeof name === 'string').to.equal(true);
    }
    for (const id of [...(known.members ?? []), ...(known.governed ?? [])])
      expect(Number.isSafeInteger(id)).to.equal(true);
    for (const { leaving, entering } of known.held ?? [])
      expect([...leaving, ...entering].every((pair) => pair.length === 2)).to.equal(true);
    return true;
  },
});

const APPROVAL = {
  apiVersion: 'plus1.dev/v1alpha1',
  kind: 'Plus1Approval',
  metadata: { name: 'acme-1', namespace: 'platform', uid: 'u-1', creationTimestamp: TIME },
  spec: { policyRef: { name: 'acme' }, planHash: HASH, approver: 'alice', groups: ['sre'], reason: 'reviewed' },
  status: { state: 'Counted' },
};

export const approvals = target<unknown>({
  name: 'approvals',
  weight: 4,
  leastTaken: 0.1,
  inputs: mutatedTree([APPROVAL, { ...APPROVAL, status: undefined }]),
  judge: (value) => {
    const parsed = parseApproval(value);
    if (!parsed.ok) printable(...parsed.faults);
    else {
      expect(parsed.approval.spec.planHash).to.match(/^sha256:[0-9a-f]{64}$/);
      expect(parseApproval(parsed.approval)).to.deep.equal(parsed);
    }
    const { metadata, spec, status } = value as { metadata?: unknown; spec?: unknown; status?: unknown };
    const isObject = typeof metadata === 'object' && metadata !== null;
    if (isObject && parsed.ok) expect(readApproval({ metadata, spec, status } as KubeObject).ok).to.equal(true);
    return parsed.ok;
  },
});

const HOLDER = { pid: 7, token: 't', host: 'one', startTicks: '1', bootID: 'b', pidNamespace: 'p', released: false };

export const locks = target<string>({
  name: 'locks',
  weight: 1,
  leastTaken: 0.1,
  inputs: fc.oneof(
    mutatedText([JSON.stringify(HOLDER)]),
    mutatedTree([HOLDER]).map((value) => JSON.stringify(value) ?? ''),
  ),
  judge: (text) => {
    const holder = parseHolder(text);
    if (holder !== undefined) expect(Number.isSafeInteger(holder.pid) && holder.pid > 0).to.equal(true);
    return holder !== undefined;
  },
});
