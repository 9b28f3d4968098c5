/** A site over a home and a journal that a test fills, with names that others wrote. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../pkg/base/index.js';
import { parsePolicy, type PolicyStatus } from '../../pkg/api/index.js';
import { realFiles, type Entry } from '../../pkg/journal/index.js';
import type { PolicyRecord } from '../../pkg/policies/index.js';
import { createWebServer, WebSource, type Following, type SeenBeside } from '../../pkg/web/index.js';
import type { OpenServer } from '../../pkg/server/index.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import { CONTEXT, intended, proved, signal, snapshotOf, Stage } from '../journal/stage.js';
import { temporaryFolder } from '../temporary-folder.js';

export const HOSTILE = '<img src=x onerror=alert(1)>';
export const ANSI = 'ansi\u001b[31m\u202e';
export const NOW = Date.parse('2026-11-28T12:00:00.000Z');

export interface SiteOptions {
  repositories?: number;
  policies?: number;
  following?: Following;
  /** Default: more than any test sends; `product`: as it is for users. */
  requestsASecond?: number | 'product';
  /** When clients that take nothing are cut off, ms. */
  silenceMs?: number;
  /** Whose entry the plan that is held holds. */
  entering?: readonly number[];
  /** `plain`: no hostile ones among them, as for a picture. */
  names?: 'plain';
}

/** What was kept of two repositories beside the journal. */
const SEEN_BESIDE: SeenBeside = {
  checks: [
    { name: 'codeowners', result: 'pass', found: `all of them, by ${ANSI}`, expected: 'an owner', fix: null },
    { name: 'customProperties', result: 'fail', found: `${HOSTILE} not set`, expected: HOSTILE, fix: `set ${HOSTILE}` },
    { name: 'securityScan', result: 'not_available', found: 'Code Security is off', expected: 'CodeQL', fix: null },
  ],
  workflows: { jobs: [{ status: 'holds', count: 17 }], filesUnreadable: 2 },
};

/** Names of the repositories by id: the first two are hostile. */
export const nameOf = (id: number): string =>
  id === 1 ? HOSTILE : id === 2 ? ANSI : `svc-${String(id).padStart(5, '0')}`;

export class Site {
  readonly stage = new Stage();
  readonly reports = temporaryFolder();
  records: PolicyRecord[] = [];
  server: OpenServer | undefined;
  #isPlain = false;
  #writer: Awaited<ReturnType<Stage['writer']>> | undefined;

  static async open({
    repositories = 40,
    policies = 1,
    following,
    names,
    silenceMs,
    entering = [],
    requestsASecond = 10_000,
  }: SiteOptions = {}): Promise<Site> {
    const site = new Site();
    site.#isPlain = names === 'plain';
    await site.#fill(repositories, entering);
    site.records = site.#named([recordOf('acme', { repositories, isReady: false }), ...more(policies - 1)]);
    const source = new WebSource({
      ...{ home: { list: () => site.records }, journalRoot: site.stage.root, files: realFiles, reports: site.reports },
      following: () => following,
      beside: async (_key, _spec, id) => (id === 1 || id === 4 ? SEEN_BESIDE : {}),
    });
    const clock = { ...systemClock, now: () => NOW };
    const limit = requestsASecond === 'product' ? {} : { requestsASecond };
    site.server = await createWebServer({
      address: '127.0.0.1:0',
      auth: undefined,
      source,
      log: silentLog,
      clock,
      ...limit,
      ...(silenceMs !== undefined && { silenceMs }),
    });
    return site;
  }

  /** With plain names in place of hostile ones, for a picture. */
  #named<T>(value: T): T {
    if (!this.#isPlain) return value;
    const text = JSON.stringify(value).replaceAll(HOSTILE, 'billing-api');
    return JSON.parse(text.replaceAll(JSON.stringify(ANSI).slice(1, -1), 'orders-api')) as T;
  }

  get url(): string {
    return `http://${this.server?.address}`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers, redirect: 'manual' });
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  /** What a pass would write next. */
  async append(entries: readonly Entry[]): Promise<void> {
    await this.#writer?.append(this.#named([...entries]), CONTEXT, signal);
    await this.#writer?.checkpoint(signal);
  }

  /** Half of them in production and governed, but for one; a held plan; a report. */
  async #fill(count: number, entering: readonly number[]): Promise<void> {
    this.stage.nowMs = Date.parse('2026-11-27T04:00:00.000Z');
    const ids = Array.from({ length: count }, (_, at) => at + 1);
    const members = ids.filter((id) => id % 2 === 0);
    const since = '2026-11-01T00:00:00Z';
    this.#writer = await this.stage.writer({
      snapshot: () =>
        this.#named({
          ...snapshotOf(members),
          repositories: ids.map((id) => [
            id,
            nameOf(id),
            id % 2 === 0 || id === 3 ? 'valid_production' : 'missing_file',
            since,
          ]),
          ungoverned: [[3, '2026-11-28T09:00:00Z']],
        }),
    });
    const changed = {
      id: 4,
      name: nameOf(4),
      from: 'missing_file',
      to: 'valid_production',
      codes: ['lifecycle-case'],
      path: 'entity.datadog.yaml',
      line: 7,
      commit: 'c0ffee',
      author: 'ann',
    };
    const entries: Entry[] = [
      intended(members, [5], []),
      proved([...members, 5]),
      { kind: 'FindingsChanged', data: { repositories: [changed] } },
      { kind: 'SecurityEvent', data: { event: 'DataAnomaly', message: `${HOSTILE}${ANSI}` } },
      {
        kind: 'PlanHeld',
        data: {
          planHash: 'sha256:plan',
          reason: 'MaxLeaving',
          leave: [{ id: 1, name: HOSTILE }],
          enter: entering.map((id) => ({ id, name: nameOf(id) })),
          approvals: [],
        },
      },
    ];
    await this.append(entries);
    const folder = join(this.reports, 'platform', 'acme', 'daily');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '2026-11-27.json'), '{"compliance_status":{}}');
  }
}

const more = (count: number): PolicyRecord[] =>
  Array.from({ length: Math.max(0, count) }, (_, at) => recordOf(`team-${at}`, { repositories: 10, isReady: true }));

function recordOf(name: string, { repositories, isReady }: { repositories: number; isReady: boolean }): PolicyRecord {
  const document = {
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name, namespace: 'platform' } },
    spec: { organization: name, github: {} },
  };
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw new Error(parsed.faults.join());
  const condition = (type: 'Ready' | 'Compliant' | 'BaselineMet', message: string): object => ({
    ...{ type, status: isReady ? 'True' : 'False', reason: isReady ? 'Converged' : 'Incomplete', message },
    ...{ observedGeneration: 1, lastTransitionTime: '2026-11-28T09:00:00Z' },
  });
  const production = Math.floor(repositories / 2) + (isReady ? 0 : 1);
  const status = {
    conditions: [
      condition('Ready', `GitHub did not answer about ${HOSTILE}. Fix: wait`),
      condition('Compliant', 'one is not governed'),
      condition('BaselineMet', `1 of 2 repositories do not meet it: ${HOSTILE}`),
    ],
    ...(!isReady && {
      baseline: {
        ...{ met: 1, repositories: 2 },
        checks: [{ name: 'codeowners', pass: 1, fail: 1, unknown: 0, notAvailable: 0 }],
      },
      workflows: { jobs: [{ status: 'disarmed', count: 31 }], filesUnreadable: 0 },
    }),
    compliance: {
      ...{
        summary: '',
        total: repositories,
        production,
        governed: production - (isReady ? 0 : 1),
        ungoverned: isReady ? 0 : 1,
      },
      ...(!isReady && { ungovernedSince: '2026-11-28T09:00:00Z' }),
    },
    findings: [{ status: 'valid_production', count: production }],
    ruleset: { id: 1, enforcement: 'Active', members: production, membersHash: `sha256:${'0'.repeat(64)}`, undone: 0 },
    ...(!isReady && {
      hold: {
        planHash: `sha256:${'1'.repeat(64)}`,
        reason: 'MaxLeaving',
        since: '2026-11-28T08:00:00Z',
        count: 1,
        repositories: [HOSTILE],
        approvals: 0,
      },
      leaving: [
        {
          id: 1,
          name: HOSTILE,
          reason: 'missing_file',
          since: '2026-11-28T08:00:00Z',
          dueTime: '2026-11-29T08:00:00Z',
          author: 'bob',
        },
      ],
    }),
    lastPass: {
      type: 'Full',
      result: 'Succeeded',
      startTime: '2026-11-28T11:00:00Z',
      completionTime: '2026-11-28T11:00:05Z',
      reconcileID: 'x',
      entered: 0,
      left: 0,
      retained: 0,
    },
    lastSyncTime: '2026-11-28T11:00:05Z',
    nextPassTime: '2026-11-28T12:30:00Z',
  } as unknown as PolicyStatus;
  return {
    key: { namespace: 'platform', name },
    policy: parsed.policy,
    faults: [],
    generation: 1,
    createdMs: 0,
    uid: name,
    status,
  };
}
