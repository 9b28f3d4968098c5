/** A status with a value in every field, for the tests of its schema and of the CRD. */
import type { PolicyStatus } from '../../pkg/api/index.js';

const HASH = `sha256:${'0a'.repeat(32)}`;
const NOW = '2026-11-22T10:00:00.000Z';

/** Every field that a status can have. */
export const WHOLE_STATUS: Required<PolicyStatus> = {
  egress: {
    withdrawn: [
      {
        uid: 'uid-1',
        name: 'packages',
        endpoints: ['packages.example.com:443'],
        scope: { repositories: { include: ['*'], exclude: [] }, workflows: [] },
        until: NOW,
      },
    ],
    sharedFile: {
      ...{ state: 'Proposed', reason: 'Proposed', message: '#12 brings it', pullRequest: 12, hash: HASH },
      foreign: { total: 1, lines: ['github.com:443'] },
    },
  },
  observedGeneration: 3,
  lastHandledRollbackTo: '912',
  rollbackBegunTo: '913',
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
  compliance: {
    summary: '449/450',
    total: 1250,
    production: 450,
    governed: 449,
    ungoverned: 1,
    ungovernedSince: NOW,
    exempted: 3,
  },
  findings: [{ status: 'valid_production', count: 450 }],
  credentials: { kind: 'App', secretName: 'acme-github', visibility: 'Full', backup: true },
  effectiveInterval: '20m',
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
  entryWindow: { startTime: NOW, members: 452, entered: 12 },
  hold: {
    planHash: HASH,
    reason: 'TooManyLeaving',
    since: NOW,
    expiryTime: NOW,
    count: 120,
    repositories: ['svc-a'],
    approvals: 0,
  },
  rulesetMissingTime: NOW,
  templateDifferences: ['Rules', 'BypassActors'],
  ownedRulesets: [
    { name: 'plus1-rollout-3f9a1c07', purpose: 'Rollout', id: 78, deleteTime: NOW },
    {
      ...{ name: 'plus1-incident-0a0a0a0a', purpose: 'Incident' },
      creations: [{ sha256: HASH, sent: '{"name":"plus1-incident-0a0a0a0a"}', startTime: NOW }],
    },
  ],
  pendingWrite: { planHash: HASH, startTime: NOW, membersHash: HASH },
  journal: { chain: 'platform/acme.3f9a1c07/plus1-0.8c1d22ab', sequence: 912, headHash: HASH },
  exemptions: { active: 3, expiring: 1, expired: 0 },
  workflows: { jobs: [{ status: 'holds', count: 900 }], filesUnreadable: 2 },
  baseline: {
    met: 440,
    repositories: 450,
    checks: [{ name: 'codeowners', pass: 440, fail: 8, unknown: 2, notAvailable: 0 }],
  },
  issues: { open: 12, opened: 20, closed: 8, snoozed: 1 },
  effective: { checked: 450, ineffective: 1, lastCheckTime: NOW },
  notifications: [
    {
      name: 'oncall',
      ready: true,
      reason: 'Delivered',
      lastSentTime: NOW,
      open: [{ event: 'PlanHeld', since: NOW, sentTime: NOW }],
    },
  ],
};
