import { expect } from 'chai';
import fc from 'fast-check';
import { FINDING_STATUSES, HELD_REASONS } from '../../pkg/api/index.js';
import type { ControllerMetrics } from '../../pkg/controller/index.js';
import type { RequestObserver } from '../../pkg/github/requester/metrics.js';
import { METRICS, Metrics, type MetricEntry, type PolicySnapshot } from '../../pkg/telemetry/index.js';
import { metricsPage } from '../generate/metrics-page.js';
import { byLabel, scrape, valueOf, type Sample } from './scrape.js';

const KEY = { namespace: 'platform', name: 'acme' };
const quiet = (): Metrics => new Metrics({ version: '1.2.3', defaultMetrics: false });

const UNSEEN: PolicySnapshot = {
  findings: undefined,
  members: undefined,
  production: undefined,
  ungoverned: undefined,
  complianceRatio: undefined,
  exposureSeconds: undefined,
  leaving: undefined,
  exemptions: undefined,
  isStretched: false,
  usesBackup: false,
  ineffective: undefined,
  workflows: undefined,
  baseline: undefined,
  issues: undefined,
  held: undefined,
  conditions: [],
  lastCompletePassSeconds: undefined,
};

const SNAPSHOT: PolicySnapshot = {
  findings: [
    { status: 'valid_production', count: 450 },
    { status: 'unobserved', count: 2 },
  ],
  members: 452,
  production: 450,
  ungoverned: 3,
  complianceRatio: 0.9933,
  exposureSeconds: 61,
  leaving: 7,
  exemptions: { active: 3, expiring: 1, expired: 2 },
  isStretched: true,
  usesBackup: true,
  ineffective: 4,
  issues: { open: 12, opened: 20, closed: 8, snoozed: 1 },
  workflows: { jobs: [{ status: 'holds', count: 7 }], filesUnreadable: 2 },
  baseline: { checks: [{ name: 'codeowners', pass: 5, fail: 3, unknown: 1, notAvailable: 0 }] },
  held: 'TooManyLeaving',
  conditions: [
    { type: 'Ready', status: 'False' },
    { type: 'Compliant', status: 'Unknown' },
    { type: 'Held', status: 'True' },
  ],
  lastCompletePassSeconds: 1_790_000_000,
};

/** An instance that has counted something of everything. */
function busy(): Metrics {
  const metrics = quiet();
  const policy = metrics.policy(KEY, 'acme');
  policy.observe(SNAPSHOT);
  policy.pass({ kind: 'full', result: 'held', seconds: 45 });
  policy.error({ class: 'transient', code: 'PLUS1_RATE_LIMITED' });
  policy.notification('oncall', 'sent');
  policy.incidents({ isolated: 3, counts: [], seconds: [{ step: 'isolated', seconds: 90 }] });
  policy.rollouts([{ rollout: 'signed', stage: 2, pushes: { passed: 20, failed: 1, bypassed: 0 } }]);
  policy.egress({
    rules: { pending: 1, in_force: 2, expired: 3, invalid: 0, withdrawn: 1 },
    endpoints: { pending: 1, allowed: 4, overruled: 1, denied: 2, withdrawn: 1 },
    overdue: 1,
    unresolvable: 1,
  });
  policy.egressRequest(3_600);
  const storage = metrics.storage();
  storage.bytes('journal', 1_000);
  storage.volume({ freeBytes: 1_000_000, reservedBytes: 100_000 });
  policy.journal({ sequence: 912, bytes: 40_000, lastRecordSeconds: 1_790_000_000, signedSeconds: 1_790_000_000 });
  metrics.credential('platform/acme-github').request({ api: 'rest', code: '200' });
  metrics.credential('platform/acme-github').rateLimit({ resource: 'core', limit: 5000, remaining: 4900 });
  metrics.credential('platform/acme-github').expiry(1_790_000_000_000);
  metrics
    .webhooks({ events: ['push'], results: ['accepted', 'rejected'] })
    .delivery({ event: 'push', result: 'accepted' });
  const sink = metrics.siem('splunk');
  sink.lag(3, 60);
  sink.up(true);
  metrics.controller('plus1policy');
  metrics.cluster().request({ code: '200', method: 'GET', host: '10.0.0.1:443' });
  metrics.cluster().leading('plus1-controller', true);
  return metrics;
}

const ofPolicy = (samples: readonly Sample[]): Sample[] => samples.filter(({ labels }) => labels.policy !== undefined);

describe('the table of metrics', () => {
  for (const [name, { labels }] of Object.entries<MetricEntry>(METRICS)) {
    it(`a scrape has ${name} with exactly the labels ${labels.join(', ')}`, async () => {
      const found = (await scrape(busy())).filter((sample) => sample.name.replace(/_(bucket|sum|count)$/, '') === name);
      expect(found).not.to.be.empty;
      for (const sample of found) {
        expect(Object.keys(sample.labels).filter((label) => label !== 'le')).to.have.members(labels);
      }
    });

    it(`the page has a row for ${name} with its labels`, () => {
      const row =
        metricsPage()
          .split('\n')
          .find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      const [, , type, listed = ''] = row
        .split(' | ')
        .map((cell) => cell.replace(/^\| /, ''))
        .toSpliced(0, 0, '');
      expect(type).to.equal(METRICS[name as keyof typeof METRICS].type);
      expect([...listed.matchAll(/`(\w+)`/g)].map(([, label]) => label)).to.deep.equal(labels);
    });
  }

  it('the page names no metric that the table does not have', () => {
    const named = [...metricsPage().matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(named).to.have.members(Object.keys(METRICS));
  });

  it('has no label called namespace: Prometheus puts its own there', () => {
    expect(Object.values<MetricEntry>(METRICS).flatMap(({ labels }) => labels)).not.to.include('namespace');
  });

  it('has the 10-minute target among the bounds of a pass, from a second to two hours', () => {
    const { buckets } = METRICS.plus1_pass_duration_seconds;
    expect(buckets).to.include(600);
    expect([buckets[0], buckets.at(-1)]).to.deep.equal([1, 7200]);
  });
});

describe('Metrics', () => {
  it('names the version that runs', async () => {
    expect(valueOf(await scrape(quiet()), 'plus1_build_info', { version: '1.2.3' })).to.equal(1);
  });

  it('keeps two instances in one process apart', async () => {
    const [one, other] = [quiet(), quiet()];
    one.policy(KEY, 'acme').changed({ entered: 5, left: 0 });
    expect(ofPolicy(await scrape(other))).to.be.empty;
  });

  it("adds Node's own series unless told not to", async () => {
    const names = (samples: Sample[]): string[] => samples.map(({ name }) => name);
    expect(names(await scrape(new Metrics({ version: '1' })))).to.include('nodejs_eventloop_lag_p99_seconds');
    expect(names(await scrape(quiet())).filter((name) => /^(nodejs|process)_/.test(name))).to.be.empty;
  });
});

describe('the metrics of a policy', () => {
  it('begin with counters at 0, so that the first event shows in a rate', async () => {
    const metrics = quiet();
    metrics.policy(KEY, 'acme');
    const samples = await scrape(metrics);
    expect(byLabel(samples, 'plus1_passes_total', 'result')).to.deep.equal({
      succeeded: 0,
      failed: 0,
      held: 0,
      incomplete: 0,
      observed: 0,
    });
    expect(byLabel(samples, 'plus1_ruleset_changes_total', 'change')).to.deep.equal({ entered: 0, left: 0 });
    expect(byLabel(samples, 'plus1_drift_total', 'change')).to.deep.equal({ added: 0, removed: 0 });
    expect(valueOf(samples, 'plus1_pass_duration_seconds_count')).to.equal(0);
  });

  it('begin without a value that no pass has seen: unknown is not 0', async () => {
    const metrics = quiet();
    metrics.policy(KEY, 'acme').observe({ ...UNSEEN, conditions: [{ type: 'Stalled', status: 'True' }] });
    const names = new Set((await scrape(metrics)).map(({ name }) => name));
    expect(names).to.include('plus1_condition').and.not.include('plus1_production_ungoverned');
    expect(names).not.to.include('plus1_repositories').and.not.include('plus1_last_complete_pass_timestamp_seconds');
  });

  it('carry namespace/name and the organization on every series', async () => {
    for (const { name, labels } of ofPolicy(await scrape(busy()))) {
      expect(labels, name).to.include({ policy: 'platform/acme', organization: 'acme' });
    }
  });

  it('show a snapshot whole', async () => {
    const samples = await scrape(busy());
    const plain = {
      plus1_ruleset_members: 452,
      plus1_production_repositories: 450,
      plus1_production_ungoverned: 3,
      plus1_production_ineffective: 4,
      plus1_workflow_files_unreadable: 2,
      plus1_compliance_ratio: 0.9933,
      plus1_exposure_seconds: 61,
      plus1_leaving: 7,
      plus1_last_complete_pass_timestamp_seconds: 1_790_000_000,
    };
    for (const [name, value] of Object.entries(plain)) expect(valueOf(samples, name), name).to.equal(value);
    expect(byLabel(samples, 'plus1_exemptions', 'state')).to.deep.equal({ active: 3, expiring: 1, expired: 2 });
    const counts = Object.fromEntries(FINDING_STATUSES.map((status) => [status, 0]));
    expect(byLabel(samples, 'plus1_repositories', 'status')).to.deep.equal({
      ...counts,
      valid_production: 450,
      unobserved: 2,
    });
  });

  it('say 1 for the status that a condition has and 0 for the others, also where it is absent', async () => {
    const samples = await scrape(busy());
    const cases = [
      { type: 'Ready', holds: 'False' },
      { type: 'Compliant', holds: 'Unknown' },
      { type: 'Held', holds: 'True' },
      { type: 'Stalled', holds: 'False' },
      { type: 'Reconciling', holds: 'False' },
    ];
    for (const { type, holds } of cases) {
      const found = byLabel(
        samples.filter(({ labels }) => labels.type === type),
        'plus1_condition',
        'status',
      );
      expect(found, type).to.deep.equal({ True: 0, False: 0, Unknown: 0, [holds]: 1 });
    }
  });

  it('say 1 for the reason of a hold, and 0 for all once nothing is held', async () => {
    const metrics = busy();
    const none = Object.fromEntries(HELD_REASONS.map((reason) => [reason, 0]));
    expect(byLabel(await scrape(metrics), 'plus1_plan_held', 'reason')).to.deep.equal({ ...none, TooManyLeaving: 1 });
    metrics.policy(KEY, 'acme').observe({ ...SNAPSHOT, held: undefined });
    expect(byLabel(await scrape(metrics), 'plus1_plan_held', 'reason')).to.deep.equal(none);
  });

  it('show the last snapshot only, whatever came before', async () => {
    const status = fc.constantFrom('True', 'False', 'Unknown' as const);
    const count = fc.option(fc.nat(), { nil: undefined });
    const snapshot = fc.record({
      findings: fc.option(fc.constant([{ status: 'unreadable' as const, count: 4 }]), { nil: undefined }),
      members: count,
      production: count,
      ungoverned: count,
      complianceRatio: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      leaving: count,
      exemptions: fc.option(fc.record({ active: fc.nat(), expiring: fc.nat(), expired: fc.nat() }), { nil: undefined }),
      exposureSeconds: count,
      isStretched: fc.boolean(),
      usesBackup: fc.boolean(),
      ineffective: count,
      issues: fc.option(fc.constant({ open: 1, opened: 2, closed: 1, snoozed: 0 }), { nil: undefined }),
      workflows: fc.constant(undefined),
      baseline: fc.constant(undefined),
      held: fc.option(fc.constantFrom(...HELD_REASONS), { nil: undefined }),
      conditions: fc.array(fc.record({ type: fc.constantFrom('Ready', 'Held', 'Stalled' as const), status }), {
        maxLength: 2,
      }),
      lastCompletePassSeconds: count,
    }) as fc.Arbitrary<PolicySnapshot>;
    const shown = async (snapshots: PolicySnapshot[]): Promise<string[]> => {
      const metrics = quiet();
      for (const entry of snapshots) metrics.policy(KEY, 'acme').observe(entry);
      return (await metrics.registry.metrics()).split('\n').sort();
    };
    await fc.assert(
      fc.asyncProperty(fc.array(snapshot, { maxLength: 3 }), snapshot, async (before, last) => {
        expect(await shown([...before, last])).to.deep.equal(await shown([last]));
      }),
      { numRuns: 40 },
    );
  });

  it('count passes, changes, drift and errors', async () => {
    const metrics = quiet();
    const policy = metrics.policy(KEY, 'acme');
    policy.pass({ kind: 'full', result: 'succeeded', seconds: 45 });
    policy.pass({ kind: 'full', result: 'succeeded', seconds: 601 });
    policy.changed({ entered: 2, left: 1 });
    policy.drift({ added: 0, removed: 4 });
    policy.error({ class: 'configuration', code: 'PLUS1_RULESET_NOT_FOUND' });
    const samples = await scrape(metrics);
    expect(valueOf(samples, 'plus1_passes_total', { kind: 'full', result: 'succeeded' })).to.equal(2);
    expect(valueOf(samples, 'plus1_pass_duration_seconds_bucket', { le: '600' })).to.equal(1);
    expect(valueOf(samples, 'plus1_pass_duration_seconds_sum')).to.equal(646);
    expect(byLabel(samples, 'plus1_ruleset_changes_total', 'change')).to.deep.equal({ entered: 2, left: 1 });
    expect(byLabel(samples, 'plus1_drift_total', 'change')).to.deep.equal({ added: 0, removed: 4 });
    const labels = {
      policy: 'platform/acme',
      organization: 'acme',
      class: 'configuration',
      code: 'PLUS1_RULESET_NOT_FOUND',
    };
    expect(valueOf(samples, 'plus1_errors_total', labels)).to.equal(1);
  });

  it('are the same hooks however often they are asked for', async () => {
    const metrics = quiet();
    metrics.policy(KEY, 'acme').drift({ added: 1, removed: 0 });
    metrics.policy({ ...KEY }, 'acme').drift({ added: 1, removed: 0 });
    expect(valueOf(await scrape(metrics), 'plus1_drift_total', { change: 'added' })).to.equal(2);
  });

  it('go with the policy, every one of them, and leave the neighbours alone', async () => {
    const metrics = busy();
    metrics.policy({ ...KEY, name: 'acme-2' }, 'acme').observe(SNAPSHOT);
    const others = (await scrape(metrics)).filter(({ labels }) => labels.policy !== 'platform/acme');
    metrics.forgetPolicy(KEY);
    expect(await scrape(metrics)).to.deep.equal(others);
  });

  it('go with the old organization when the policy names another', async () => {
    const metrics = busy();
    metrics.policy(KEY, 'umbrella').observe(SNAPSHOT);
    const organizations = new Set(ofPolicy(await scrape(metrics)).map(({ labels }) => labels.organization));
    expect([...organizations]).to.deep.equal(['umbrella']);
    metrics.forgetPolicy(KEY);
    expect(ofPolicy(await scrape(metrics))).to.be.empty;
  });

  it('do not come back by a pass that ends after the policy went', async () => {
    const metrics = busy();
    const late = metrics.policy(KEY, 'acme');
    metrics.forgetPolicy(KEY);
    late.observe(SNAPSHOT);
    late.pass({ kind: 'full', result: 'succeeded', seconds: 1 });
    late.error({ class: 'transient', code: 'PLUS1_INTERRUPTED' });
    expect(ofPolicy(await scrape(metrics))).to.be.empty;
  });

  it('start again for a policy that comes again', async () => {
    const metrics = busy();
    metrics.forgetPolicy(KEY);
    metrics.policy(KEY, 'acme');
    expect(valueOf(await scrape(metrics), 'plus1_passes_total', { kind: 'full', result: 'held' })).to.equal(0);
  });
});

describe('the metrics of a credential', () => {
  it('carry no label of a policy, since policies may share it, and fit what the GitHub client tells', async () => {
    const metrics = quiet();
    const observer: RequestObserver = metrics.credential('environment');
    observer.request({ api: 'graphql', code: '502' });
    observer.rateLimit({ resource: 'graphql', limit: 5000, remaining: 1 });
    observer.rateLimit({ resource: 'graphql', limit: 5000, remaining: 4999 });
    const samples = await scrape(metrics);
    expect(
      valueOf(samples, 'plus1_github_requests_total', { credential: 'environment', api: 'graphql', code: '502' }),
    ).to.equal(1);
    expect(valueOf(samples, 'plus1_github_rate_limit_remaining', { resource: 'graphql' })).to.equal(4999);
    expect(ofPolicy(samples)).to.be.empty;
  });

  it('have the end of a token as Unix time, until GitHub says that there is none', async () => {
    const metrics = quiet();
    const end = async (): Promise<unknown> =>
      valueOf(await scrape(metrics), 'plus1_credential_expiry_timestamp_seconds', { credential: 'environment' });
    metrics.credential('environment').request({ api: 'rest', code: '200' });
    expect(await end()).to.equal(undefined);
    metrics.credential('environment').expiry(1_790_000_000_000);
    expect(await end()).to.equal(1_790_000_000);
    metrics.credential('environment').expiry(undefined);
    expect(await end()).to.equal(undefined);
  });

  it('go with the credential, and only its own', async () => {
    const metrics = busy();
    metrics.credential('environment').request({ api: 'rest', code: '200' });
    metrics.forgetCredential('platform/acme-github');
    const left = (await scrape(metrics)).filter(({ labels }) => labels.credential !== undefined);
    expect(left.map(({ labels }) => labels.credential)).to.deep.equal(['environment']);
  });
});

describe('the metrics of a controller', () => {
  it('fit what the loop asks for, and begin at 0', async () => {
    const metrics = quiet();
    const _hooks: ControllerMetrics = metrics.controller('plus1policy');
    const own = (await scrape(metrics)).filter(({ name }) => name !== 'plus1_build_info');
    expect(byLabel(own, 'controller_runtime_reconcile_total', 'result')).to.deep.equal({
      success: 0,
      error: 0,
      requeue: 0,
      requeue_after: 0,
    });
    expect(own.filter(({ value }) => value !== 0)).to.be.empty;
  });

  it('count what the hooks are told', async () => {
    const metrics = quiet();
    const hooks = metrics.controller('c');
    const told: { name: string; tell: () => void; value: number }[] = [
      { name: 'controller_runtime_max_concurrent_reconciles', tell: () => hooks.maxConcurrentReconciles(4), value: 4 },
      { name: 'controller_runtime_active_workers', tell: () => hooks.activeWorkers(3), value: 3 },
      { name: 'controller_runtime_reconcile_time_seconds_sum', tell: () => hooks.reconcileTime(2.5), value: 2.5 },
      { name: 'controller_runtime_reconcile_errors_total', tell: () => hooks.reconcileError(), value: 1 },
      { name: 'controller_runtime_terminal_reconcile_errors_total', tell: () => hooks.terminalError(), value: 1 },
      { name: 'controller_runtime_reconcile_panics_total', tell: () => hooks.panic(), value: 1 },
      { name: 'controller_runtime_reconcile_timeouts_total', tell: () => hooks.timeout(), value: 1 },
      { name: 'workqueue_depth', tell: () => hooks.queue.depth(9), value: 9 },
      { name: 'workqueue_adds_total', tell: () => hooks.queue.add(), value: 1 },
      { name: 'workqueue_queue_duration_seconds_sum', tell: () => hooks.queue.queueDuration(0.5), value: 0.5 },
      { name: 'workqueue_work_duration_seconds_sum', tell: () => hooks.queue.workDuration(8), value: 8 },
      { name: 'workqueue_retries_total', tell: () => hooks.queue.retry(), value: 1 },
    ];
    for (const { name, tell, value } of told) {
      const before = await scrape(metrics);
      tell();
      const after = await scrape(metrics);
      expect(valueOf(after, name), name).to.equal(value);
      const others = (samples: Sample[]): Sample[] =>
        samples.filter((sample) => !sample.name.startsWith(name.replace(/_sum$/, '')));
      expect(others(after), `${name} changes nothing else`).to.deep.equal(others(before));
    }
    hooks.reconcile('requeue_after');
    expect(valueOf(await scrape(metrics), 'controller_runtime_reconcile_total', { result: 'requeue_after' })).to.equal(
      1,
    );
  });

  it('read the work under way at each scrape: a run that hangs tells nothing by itself', async () => {
    const metrics = quiet();
    let longestSeconds = 30;
    metrics.controller('c').queue.watchUnfinished(() => ({ seconds: longestSeconds + 5, longestSeconds }));
    expect(valueOf(await scrape(metrics), 'workqueue_unfinished_work_seconds', { name: 'c' })).to.equal(35);
    longestSeconds = 90;
    const samples = await scrape(metrics);
    expect(valueOf(samples, 'workqueue_unfinished_work_seconds')).to.equal(95);
    expect(valueOf(samples, 'workqueue_longest_running_processor_seconds')).to.equal(90);
  });
});
