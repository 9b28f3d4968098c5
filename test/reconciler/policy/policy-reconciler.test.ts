/**
 * The reconciler of a policy, as a table: what speaks against a pass, what fails on the way, what is kept of it, and when it is looked
 * at again. With a server: test/loop.
 */
import { expect } from 'chai';
import { silentLog } from '../../../pkg/base/index.js';
import type { Result } from '../../../pkg/controller/index.js';
import type { OperatorLimits } from '../../../pkg/governance/index.js';
import { Plus1Error, type ErrorCode } from '../../../pkg/errors/index.js';
import { FullPasses, type GitHub } from '../../../pkg/github/index.js';
import type { PolicyRecord, PolicyHome } from '../../../pkg/policies/index.js';
import { PolicyReconciler, type AccessSources } from '../../../pkg/reconciler/index.js';
import { Metrics } from '../../../pkg/telemetry/index.js';
import { VirtualClock } from '../../fakes/clock.js';
import { specOf, type SpecInput } from '../../governance/builders.js';
import {
  ACME,
  fault,
  observedOf,
  play,
  policyOf,
  readerOf,
  rulesetOf,
  writerOf,
  type Answer,
  type ReaderScript,
} from '../ports.js';

const KEY = { namespace: 'default', name: 'acme' };
const RETRY_MS = 750;

interface Case {
  reason: string;
  spec?: SpecInput;
  /** `gone`: the home does not know it any more. */
  held?: Partial<PolicyRecord> | 'gone';
  /** What the home answers in place of the policy. */
  read?: Answer<PolicyRecord | undefined>;
  /** An older policy for the same ruleset. */
  hasRival?: true;
  /** What the home answers when a status is to be kept. */
  keeps?: Answer<boolean>[];
  access?: AccessSources;
  /** What the operator allows at most. */
  limits?: OperatorLimits;
  github?: ReaderScript;
  /** The controller stops before the look. */
  stopped?: true;
  /** Each status that is kept, by the reason of its Ready, among the calls. */
  order: string[];
  /** How the look ends: with a result, or with what it throws. */
  ends: { kind: Result['kind'] | 'throws'; error?: ErrorCode; ms?: number };
}

const TOKEN: AccessSources = { environmentToken: 'ghp_x', allowedHosts: [] };
const converged = (): ReaderScript => ({
  preflight: [{ ...ACME, repositoryCount: 1 }],
  findRuleset: [rulesetOf([1])],
  inventory: () => ({ repositories: [observedOf(1, 'valid_production')], totalCount: 1, listed: true }),
});
const PASS = ['preflight', 'find ruleset', 'inventory'];
const HOUR = 3_600_000;

const CASES: readonly Case[] = [
  {
    reason: 'a pass over a converged organization: nothing is written, and the next is due at the interval',
    github: converged(),
    spec: { schedule: { interval: '1h' } },
    order: ['status Progressing', ...PASS, 'status Converged', 'close'],
    ends: { kind: 'requeueAfter', ms: HOUR },
  },
  {
    reason: 'the policy went: nothing of it is published, and nothing is waited for',
    held: 'gone',
    order: [],
    ends: { kind: 'done' },
  },
  {
    reason: 'the home does not answer: tried again with backoff, and nothing is overwritten',
    read: fault('PLUS1_CLUSTER_UNAVAILABLE'),
    order: [],
    ends: { kind: 'throws', error: 'PLUS1_CLUSTER_UNAVAILABLE' },
  },
  {
    reason:
      'the memory cannot be read: nothing is asked of GitHub, and the state is left as it is for a person to repair',
    read: fault('PLUS1_STATE_UNREADABLE'),
    order: [],
    ends: { kind: 'throws', error: 'PLUS1_STATE_UNREADABLE' },
  },
  {
    reason: 'the policy is wrong: a person must fix it first',
    held: { policy: undefined, faults: ['spec.organization: missing'] } as unknown as Partial<PolicyRecord>,
    order: ['status InvalidSpec'],
    ends: { kind: 'terminal', error: 'PLUS1_POLICY_INVALID' },
  },
  {
    reason: 'its cron expression never comes due',
    spec: { schedule: { cron: '0 0 30 2 *' } },
    order: ['status InvalidSpec'],
    ends: { kind: 'terminal', error: 'PLUS1_POLICY_INVALID' },
  },
  {
    reason: 'an older policy keeps the same ruleset: two would undo each other',
    hasRival: true,
    order: ['status Conflict'],
    ends: { kind: 'terminal', error: 'PLUS1_POLICY_CONFLICT' },
  },
  {
    reason: 'it allows more than the operator does: nothing is asked of GitHub',
    limits: { minApprovals: 2 },
    order: ['status LimitExceeded'],
    ends: { kind: 'terminal', error: 'PLUS1_LIMIT_EXCEEDED' },
  },
  {
    reason: 'it is suspended: nothing is asked of GitHub',
    spec: { suspend: true },
    order: ['status Suspended'],
    ends: { kind: 'done' },
  },
  {
    reason: 'the status of a policy that gets no pass cannot be kept: tried again',
    spec: { suspend: true },
    keeps: [fault('PLUS1_STATUS_CONFLICT')],
    order: ['status Suspended'],
    ends: { kind: 'throws', error: 'PLUS1_STATUS_CONFLICT' },
  },
  {
    reason: 'that it begins cannot be kept: no pass without a memory',
    keeps: [fault('PLUS1_CLUSTER_UNAVAILABLE')],
    order: ['status Progressing'],
    ends: { kind: 'throws', error: 'PLUS1_CLUSTER_UNAVAILABLE' },
  },
  {
    reason: 'a role forbids to keep the status: trying every second does not help, and nobody says when it is fixed',
    keeps: [fault('PLUS1_CLUSTER_FORBIDDEN')],
    spec: { schedule: { interval: '1h' } },
    order: ['status Progressing'],
    ends: { kind: 'terminal', error: 'PLUS1_CLUSTER_FORBIDDEN', ms: 600_000 },
  },
  {
    reason: 'there is no credential: said in the status, and looked at again at the interval',
    access: { allowedHosts: [] },
    spec: { schedule: { interval: '1h' } },
    order: ['status Progressing', 'status InvalidCredentials'],
    ends: { kind: 'terminal', error: 'PLUS1_TOKEN_MISSING', ms: HOUR },
  },
  {
    reason: 'the Secret cannot be read for a trouble that passes: tried again with backoff',
    access: { allowedHosts: [], secrets: { read: () => Promise.reject(fault('PLUS1_CLUSTER_UNAVAILABLE')) } },
    spec: { github: { credentials: { secretRef: { name: 's' } } } } as unknown as SpecInput,
    order: ['status Progressing', 'status ClusterUnavailable'],
    ends: { kind: 'throws', error: 'PLUS1_CLUSTER_UNAVAILABLE' },
  },
  {
    reason: 'the controller stops while the credential is looked up: no status says that the credential is wrong',
    access: { allowedHosts: [] },
    stopped: true,
    order: ['status Progressing'],
    ends: { kind: 'throws', error: 'PLUS1_INTERRUPTED' },
  },
  {
    reason: 'GitHub is in trouble: tried again with backoff, and the client is closed',
    github: { preflight: [fault('PLUS1_GITHUB_UNAVAILABLE')] },
    order: ['status Progressing', 'preflight', 'status GitHubUnavailable', 'close'],
    ends: { kind: 'throws', error: 'PLUS1_GITHUB_UNAVAILABLE' },
  },
  {
    reason: 'a limit with a known end is no failure: waited for',
    github: { preflight: [new Plus1Error('PLUS1_RATE_LIMITED', 'so', { retryAt: Date.UTC(2026, 10, 22, 10, 5) })] },
    order: ['status Progressing', 'preflight', 'status RateLimited', 'close'],
    ends: { kind: 'wait', ms: 300_000 },
  },
  {
    reason: 'what a person must fix is looked at again at the interval',
    github: { preflight: [ACME], findRuleset: [fault('PLUS1_RULESET_NOT_FOUND')] },
    spec: { schedule: { interval: '1h' } },
    order: ['status Progressing', 'preflight', 'find ruleset', 'status RulesetNotFound', 'close'],
    ends: { kind: 'terminal', error: 'PLUS1_RULESET_NOT_FOUND', ms: HOUR },
  },
  {
    reason: 'the status of a pass cannot be kept: the pass failed, and is tried again',
    github: converged(),
    keeps: [true, fault('PLUS1_CLUSTER_UNAVAILABLE')],
    order: ['status Progressing', ...PASS, 'status Converged', 'close'],
    ends: { kind: 'throws', error: 'PLUS1_CLUSTER_UNAVAILABLE' },
  },
  {
    reason: 'the policy went during the pass: nobody is left to whom its status matters',
    github: converged(),
    keeps: [true, false],
    spec: { schedule: { interval: '1h' } },
    order: ['status Progressing', ...PASS, 'status Converged', 'close'],
    ends: { kind: 'requeueAfter', ms: HOUR },
  },
];

function heldOf({ held, spec }: Case): PolicyRecord | undefined {
  if (held === 'gone') return undefined;
  const input: Partial<PolicyRecord> = held ?? {};
  return {
    ...{ key: KEY, policy: policyOf(specOf(spec)), faults: [], generation: 1, createdMs: 2, uid: 'own', status: {} },
    ...input,
  };
}

async function look(given: Case): Promise<{ order: string[]; end: { kind: string; error?: unknown; ms?: number } }> {
  const order: string[] = [];
  const held = heldOf(given);
  const keeps = [...(given.keeps ?? [])];
  const rival = held && { ...held, key: { ...KEY, name: 'older' }, uid: 'older', createdMs: 1 };
  const home: PolicyHome = {
    list: () => [held, given.hasRival ? rival : undefined].filter((each) => each !== undefined),
    others: () => [],
    read: () => play('read', [given.read ?? ((): PolicyRecord | undefined => held)]),
    async writeStatus(_key, { conditions }) {
      order.push(`status ${conditions?.find(({ type }) => type === 'Ready')?.reason}`);
      return keeps.length === 0 ? true : play('write status', keeps);
    },
    record: () => undefined,
    watch: async () => undefined,
    synced: true,
  };
  const github = {
    ...{ reader: readerOf(order, given.github ?? {}), writer: writerOf(order, {}) },
    sent: () => ({ requests: 0, secondaryLimits: 0, cost: { core: 0, graphql: 0 } }),
    fullPasses: new FullPasses({ use: () => undefined }),
    close: async () => void order.push('close'),
  } as unknown as GitHub;
  const reconciler = new PolicyReconciler({
    ...{ home, log: silentLog, clock: new VirtualClock(), minIntervalMs: 0, access: given.access ?? TOKEN },
    connect: () => github,
    ...(given.limits && { limits: given.limits }),
    known: () => ({ load: async () => undefined }),
    metrics: new Metrics({ version: 'test', defaultMetrics: false }),
  });
  const controller = new AbortController();
  if (given.stopped) controller.abort(fault('PLUS1_INTERRUPTED'));
  const context = { signal: controller.signal, reconcileID: 'test', retryMs: RETRY_MS };
  const end = await reconciler.reconcile(KEY, context).then(
    (result) => ({
      ...result,
      ms: result.kind === 'terminal' ? result.retryAfterMs : 'ms' in result ? result.ms : undefined,
    }),
    (error: unknown) => ({ kind: 'throws', error }),
  );
  return { order, end: end as { kind: string; error?: unknown; ms?: number } };
}

describe('The reconciler of a policy', () => {
  for (const given of CASES) {
    it(given.reason, async () => {
      const { order, end } = await look(given);
      const code = end.error instanceof Plus1Error ? end.error.code : end.error;
      expect([end.kind, code]).to.deep.equal([given.ends.kind, given.ends.error]);
      expect(order).to.deep.equal(given.order);
      if (given.ends.ms !== undefined) expect(end.ms).to.equal(given.ends.ms);
    });
  }
});
