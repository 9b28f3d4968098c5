import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { METRICS, type MetricEntry } from '../../pkg/telemetry/index.js';
import { kept, town } from '../builders.js';
import { startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { temporaryFolder, TOKEN } from '../integration/cli.js';
import { Daemon } from './daemon.js';

/** What contract and api.yaml promise of policies and credentials, with the values of labels that are known beforehand. */
const PROMISED: Record<string, Record<string, readonly string[]>> = {
  plus1_repositories: {
    status: [
      'valid_production',
      'valid_non_production',
      'missing_lifecycle',
      'missing_file',
      'invalid_yaml',
      'invalid_schema',
      'unreadable',
      'unobserved',
      'archived_skipped',
      'excluded',
    ],
  },
  plus1_ruleset_members: {},
  plus1_production_repositories: {},
  plus1_production_falls_total: {},
  plus1_production_ungoverned: {},
  plus1_production_ineffective: {},
  plus1_compliance_ratio: {},
  plus1_exposure_seconds: {},
  plus1_passes_total: { kind: ['full', 'quick'], result: ['succeeded', 'failed', 'held', 'incomplete', 'observed'] },
  plus1_pass_duration_seconds_count: {},
  plus1_last_complete_pass_timestamp_seconds: {},
  plus1_ruleset_changes_total: { change: ['entered', 'left'] },
  plus1_drift_total: { change: ['added', 'removed'] },
  plus1_plan_held: {
    reason: ['TooManyLeaving', 'TooManyEntering', 'TooFewMembers', 'ApprovalRequired', 'RolledBack', 'Contested'],
  },
  plus1_leaving: {},
  plus1_approvals_total: { result: ['counted', 'used', 'expired', 'rejected'] },
  plus1_emergency_bypasses_total: {},
  plus1_exemptions: { state: ['active', 'expiring', 'expired'] },
  plus1_condition: {
    type: ['Ready', 'Reconciling', 'Stalled', 'Compliant', 'Held'],
    status: ['True', 'False', 'Unknown'],
  },
};
const OF_CREDENTIAL: Record<string, Record<string, readonly string[]>> = {
  plus1_github_requests_total: { api: ['rest', 'graphql'], code: ['200'] },
  plus1_github_rate_limit_limit: { resource: ['core', 'graphql'] },
  plus1_github_rate_limit_remaining: { resource: ['core', 'graphql'] },
  plus1_credential_expiry_timestamp_seconds: {},
};

interface Series {
  labels: Record<string, string>;
  value: number;
}
type Ask = (name: string) => Promise<Series[]>;

describe('The metrics of a running controller', function () {
  let github: GitHubSimulator;
  let policies: string;
  let daemon: Daemon;

  before(async () => {
    const acme = town({ members: 5, demoted: 1, promoted: 1, archived: 1 });
    github = await startGitHub({ organizations: [acme, town({ login: 'beta', members: 1 })] });
    // With an end, or the metric of it would have no series.
    const expiresAt = Date.now() + 90 * 86_400_000;
    github.world.tokens.add(TOKEN, { kind: 'classic', scopes: ['repo', 'admin:org'], expiresAt });
    policies = temporaryFolder();
    for (const name of ['acme', 'beta']) {
      const spec = { organization: name, github: { apiURL: github.apiURL }, schedule: { interval: '1h' } };
      writeFileSync(
        join(policies, `${name}.yaml`),
        stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name }, spec }),
      );
    }
    daemon = new Daemon({ github, policies, state: temporaryFolder() });
    await daemon.ready();
    kept(acme).setMembers(kept(acme).members.slice(1));
    // A pass that fails, one that repairs: so that every series has been written.
    github.faults.when(({ path }) => path === '/orgs/acme', { kind: 'status', status: 502 }, 4);
    daemon.process.kill('SIGHUP');
    await daemon.until(
      async () => (await direct('plus1_drift_total')).some(({ value }) => value === 1),
      'the drift was repaired',
    );
  });
  after(async () => {
    await daemon?.kill('SIGTERM');
    await github?.close();
  });

  const direct: Ask = async (name) => {
    const { text } = await daemon.get('metrics', '/metrics');
    return text.split('\n').flatMap((line) => {
      const [, found, inner = '', value] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (found !== name) return [];
      const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
      return [{ labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
    });
  };

  async function allThere(ask: Ask): Promise<void> {
    for (const policy of ['acme', 'beta']) {
      const owner = { policy: `default/${policy}`, organization: policy };
      for (const [name, labels] of Object.entries(PROMISED)) expectSeries(name, await ask(name), owner, labels);
    }
    for (const [name, labels] of Object.entries(OF_CREDENTIAL))
      expectSeries(name, await ask(name), { credential: 'environment' }, labels);
    expectSeries(
      'plus1_errors_total',
      await ask('plus1_errors_total'),
      { policy: 'default/acme', organization: 'acme', class: 'transient', code: 'PLUS1_GITHUB_UNAVAILABLE' },
      {},
    );
    const standard = Object.entries<MetricEntry>(METRICS).filter(
      ([, { group }]) => group === 'controller' || group === 'queue',
    );
    for (const [name, { type }] of standard)
      expect(await ask(type === 'histogram' ? `${name}_count` : name), name).to.not.be.empty;
    expect((await ask('plus1_build_info'))[0]?.labels).to.have.property('version');
  }

  it('are all there, with their labels, for a scraper', async () => {
    await allThere(direct);
    const { text } = await daemon.get('metrics', '/metrics');
    expect(text).to.not.match(/[{,]namespace="/);
    expect(text).to.not.match(/ghp_/);
  });

  it('tell what is so', async () => {
    const value = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> =>
      (await direct(name)).find((series) =>
        Object.entries({ organization: 'acme', ...labels }).every(([key, wanted]) => series.labels[key] === wanted),
      )?.value;
    expect(await value('plus1_repositories', { status: 'valid_production' })).to.equal(6);
    expect(await value('plus1_repositories', { status: 'archived_skipped' })).to.equal(1);
    expect(await value('plus1_ruleset_members')).to.equal(7);
    expect(await value('plus1_compliance_ratio')).to.equal(1);
    expect(await value('plus1_leaving')).to.equal(1);
    expect(await value('plus1_drift_total', { change: 'removed' })).to.equal(1);
    expect(await value('plus1_ruleset_changes_total', { change: 'entered' })).to.equal(2);
    expect(await value('plus1_condition', { type: 'Ready', status: 'True' })).to.equal(1);
    expect(await value('plus1_passes_total', { result: 'failed' })).to.equal(1);
  });

  it('are all there for a real Prometheus, and none of a policy that went remains', async function () {
    if (spawnSync('prometheus', ['--version']).status !== 0) {
      console.log('      skipped in part: prometheus is not installed');
      await withoutOne(direct);
      return;
    }
    const prometheus = await Prometheus.start(await daemon.address('metrics'));
    try {
      await prometheus.until(async () => (await prometheus.ask('plus1_build_info')).length > 0, 'it scraped');
      await allThere(prometheus.ask);
      await withoutOne(prometheus.ask);
    } finally {
      await prometheus.stop();
    }
  });

  /** Last of all: it takes a policy away. */
  async function withoutOne(ask: Ask): Promise<void> {
    rmSync(join(policies, 'beta.yaml'));
    const remains = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const name of [...Object.keys(PROMISED), 'plus1_errors_total', 'plus1_pass_duration_seconds_bucket']) {
        if ((await ask(name)).some(({ labels }) => labels['policy'] === 'default/beta')) found.push(name);
      }
      return found;
    };
    await daemon.until(async () => (await remains()).length === 0, 'no series of it remains');
    expect(await ask('plus1_compliance_ratio')).to.have.length(1);
  }
});

function expectSeries(
  name: string,
  all: readonly Series[],
  owner: Record<string, string>,
  labels: Record<string, readonly string[]>,
): void {
  const own = all.filter((series) => Object.entries(owner).every(([label, value]) => series.labels[label] === value));
  const wanted = Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [label, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value }))),
    [{}],
  );
  for (const row of wanted) {
    const found = own.filter((series) => Object.entries(row).every(([label, value]) => series.labels[label] === value));
    expect(found, `${name} ${JSON.stringify({ ...owner, ...row })}`).to.have.length(1);
    expect(Number.isNaN(found[0]?.value), name).to.equal(false);
  }
}

/** Debian's package `prometheus`, with one target. */
class Prometheus {
  readonly #process: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.#url = url;
  }

  static async start(target: string): Promise<Prometheus> {
    const folder = temporaryFolder();
    const scrape = { job_name: 'plus1', scrape_interval: '1s', static_configs: [{ targets: [new URL(target).host] }] };
    writeFileSync(join(folder, 'prometheus.yml'), stringify({ scrape_configs: [scrape] }));
    const port = await freePort();
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    return new Prometheus(child, `http://127.0.0.1:${port}`);
  }

  /** Series as they are now; a stale one is not. */
  ask: Ask = async (name) => {
    const answer = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(name)}`).catch(() => undefined);
    if (answer?.ok !== true) return [];
    const { data } = (await answer.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };

  async until(is: () => Promise<boolean>, what: string): Promise<void> {
    const end = performance.now() + 30_000;
    while (!(await is())) {
      if (performance.now() > end) throw new Error(`gave up waiting until ${what}`);
      await pause(100);
    }
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
