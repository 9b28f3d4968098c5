/** One record of each kind, as a pass would write it, with names and texts that others wrote. */
import { membersHash } from '../../pkg/base/index.js';
import { canonical, type Data, type FollowedLine, type JournalRecord, type Kind } from '../../pkg/journal/index.js';
import { CONTEXT, snapshotOf } from '../journal/stage.js';

export const HOSTILE = '<img src=x onerror=alert(1)>\u001b[31m\u202e@here';
const HASH = membersHash([1]);
const member = {
  id: 7,
  name: 'pay-api',
  status: 'valid_production',
  reason: 'declared',
  commit: 'c0ffee',
  author: 'ann',
};
const started: Data<'ChainStarted'> = { ...snapshotOf([1, 2]), tool: '0.2.0', after: null };
const written = { planHash: 'sha256:plan', hashAfter: HASH, error: null };
const approval = {
  ...{ approver: 'ann@example.com', groups: ['security'], kind: 'Exit', reason: HOSTILE },
  ...{ time: '2026-11-28T03:00:00Z', verified: true },
};
const held = { planHash: 'sha256:plan', reason: 'MaxLeaving', leave: [member], enter: [], approvals: [approval] };
const exposed = { repositories: [{ id: 7, name: HOSTILE, since: '2026-11-28T03:00:00Z', seconds: 3_600 }] };
const own = { name: 'plus1-rollout-3f9a1c07', purpose: 'Rollout' };
const ofIncident = { incident: { name: 'tj-actions', uid: '3f9a1c07-0000-4000-8000-000000000001' } };
const affected = { repositories: [{ id: 7, name: HOSTILE }] };
const exemption = { repository: 'pay-api', effect: 'Release', reason: 'migration', expiresAt: '2026-12-01T00:00:00Z' };
const segment = {
  ...{ file: '00000001.jsonl.gz', first: 1, last: 9, hash: HASH, root: 'AAAA' },
  ...{ from: '2026-10-01T00:00:00.000Z', until: '2026-10-31T00:00:00.000Z' },
};

export const DATA: { [K in Kind]: Data<K> } = {
  ChainStarted: started,
  SegmentStarted: started,
  PolicyChanged: { generation: 2, before: null, after: { organization: 'acme' }, manager: 'kubectl-edit' },
  FindingsChanged: {
    repositories: [
      {
        id: 7,
        name: HOSTILE,
        from: 'valid_production',
        to: 'missing_file',
        codes: [],
        commit: 'c0ffee',
        author: 'ann',
      },
    ],
  },
  WriteIntended: {
    ...{ planHash: 'sha256:plan', enter: [member], leave: [{ ...member, id: 8, name: 'old-api' }] },
    ...{ membersBefore: 1, membersAfter: 1, hashBefore: HASH, hashAfter: HASH },
  },
  WriteSuperseded: { planHash: 'sha256:plan' },
  WriteProved: written,
  WriteUnproved: { ...written, error: 'PLUS1_WRITE_UNPROVED: the ruleset does not hold what was sent' },
  WriteRefused: { ...written, error: 'PLUS1_GITHUB_REFUSED: 422' },
  IncidentRecorded: { ...ofIncident, repositories: [{ id: 7, name: HOSTILE, why: 'Refers', head: 'c0ffee' }] },
  IncidentHeld: {
    ...{ ...ofIncident, planHash: 'sha256:plan', reason: 'TooManyIsolated', leave: [] },
    enter: [{ id: 7, name: 'pay-api', status: 'Refers' }],
  },
  IsolationIntended: { ...ofIncident, name: 'plus1-incident-3f9a1c07', members: 2 },
  IsolationEnded: { ...ofIncident, name: 'plus1-incident-3f9a1c07', state: 'proved', error: null },
  ActionsIntended: { ...ofIncident, ...affected, enabled: false },
  EvidenceKept: { ...ofIncident, digest: HASH, files: 7, missing: [] },
  RunsCancelIntended: { ...ofIncident, runs: [{ id: 7, name: HOSTILE, runs: [70_001] }] },
  ReleaseIntended: { ...ofIncident, ...affected },
  SharedFileIntended: {
    ...{ repository: '.github', path: 'lists/allow.txt', branch: 'plus1/egress', pullRequest: null },
    ...{ action: 'propose', sha256: HASH, leave: [] },
    enter: [{ endpoint: 'packages.example.com:443', rule: 'packages', digest: '0a0a0a0a0a0a0a0a' }],
  },
  SharedFileEnded: {
    ...{ repository: '.github', path: 'lists/allow.txt', branch: 'plus1/egress', pullRequest: 12 },
    ...{ state: 'proved', commit: 'c'.repeat(40), error: null },
  },
  IncidentReleased: { ...ofIncident, ...affected, left: [] },
  CreateIntended: {
    ...{ ...own, sha256: HASH, members: [7], enter: [member] },
    ruleset: { name: own.name, enforcement: 'active' },
  },
  CreateProved: { ...own, sha256: HASH, id: 77 },
  CreateUnproved: { ...own, sha256: HASH, error: 'PLUS1_WRITE_UNPROVED: GitHub answered 502' },
  CreateRefused: { ...own, sha256: HASH, error: 'PLUS1_WRITE_REFUSED: Name must be unique' },
  DeleteIntended: { ...own, id: 77 },
  DeleteProved: { ...own, id: 77 },
  DeleteUnproved: { ...own, id: 77, error: 'PLUS1_WRITE_UNPROVED: GitHub answered 502' },
  DeleteRefused: { ...own, id: 77, error: 'PLUS1_PERMISSION_MISSING: so' },
  OwnedMissing: { ...own, id: 77 },
  DriftSeen: { added: [], removed: [{ id: 7, name: 'pay-api' }], hashAfter: HASH },
  RulesetChanged: { before: { enforcement: 'active' }, after: { enforcement: 'disabled' } },
  PlanHeld: held,
  PlanReleased: held,
  HoldExpired: held,
  ApprovalGiven: { ...approval, planHash: 'sha256:plan' },
  ApprovalRejected: { ...approval, planHash: 'sha256:plan', message: 'the plan changed' },
  ExposureStarted: exposed,
  ExposureEnded: exposed,
  ExemptionStarted: exemption,
  ExemptionEnded: exemption,
  RolledBack: {
    to: { chain: 'platform/acme/x', sequence: 3, time: '2026-11-27T00:00:00Z' },
    kept: [7],
    reason: 'wrong edit',
  },
  SecurityEvent: { event: 'UnauthorizedAccess', code: 'PLUS1_GITHUB_FORBIDDEN', message: HOSTILE },
  DaySummary: {
    ...{ date: '2026-11-27', passes: { full: { Succeeded: 24 } }, errors: {}, longestGapSeconds: 3_600 },
    ...{ exposureSeconds: 0, requests: 240, passSeconds: { mean: 2, max: 4 }, members: 2, findings: null, codes: null },
    ...{ compliance: { percentage: 97.5 }, population: null },
  },
  TailRepaired: { file: '00000001.jsonl.torn', bytes: 12, sha256: HASH },
  SegmentRemoved: segment,
  KeyChanged: { before: 'a+1+x', after: 'a+2+y' },
  PolicyDeleted: {},
};

/** The record as it would stand in a journal. */
export function lineOf(kind: string, data: object, more: Partial<JournalRecord> = {}): FollowedLine {
  const record: JournalRecord = {
    ...{
      v: 1,
      chain: 'platform/acme.3f9a1c07/plus1-0.8c1d22ab',
      seq: 912,
      prev: HASH,
      time: '2026-11-28T04:00:00.123Z',
    },
    ...{ kind, actor: 'plus1-controller/0.2.0', ...CONTEXT, data: { ...data }, ...more },
  };
  return { record, bytes: Buffer.from(canonical(record)) };
}
