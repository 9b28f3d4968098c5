import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { memberNames, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { kstatusFaults } from '../kstatus.js';
import { Stage, type PolicyObject } from './kube-stage.js';
import type { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';
import type { Fault, FaultProxy, ProxiedRequest } from './support/fault-proxy.js';

const REQUESTS = {
  status: ({ url }: ProxiedRequest) => url.includes('/status?'),
  secret: ({ url }: ProxiedRequest) => url.includes('/secrets/'),
  // Of policies alone: the other kinds are watched too.
  watch: ({ url }: ProxiedRequest) => url.includes('/plus1policies?') && url.includes('watch=true'),
  list: ({ url }: ProxiedRequest) => url.includes('/plus1policies?limit'),
};

/** Some attempts of everything fail. Shorter than the lease may go without a renewal. */
const OUTAGE_MS = 8_000;
/**
 * From the end of a trouble to the PUT. The watch waits 30 s at most before it is tried again; the rest is for a list, a
 * pass, and a machine that does other things.
 */
const BOUND_MS = 90_000;
/** The same where nothing tells of the trouble but silence, for 90 s. */
const SILENT_BOUND_MS = 150_000;

describe('controller on a cluster in trouble', function () {
  this.timeout(240_000);
  let stage: Stage;
  let proxy: FaultProxy;
  let controller: ControllerProcess;
  /** The one that the story is about; its policy has its name. */
  let organization: Organization;
  let others: Organization;
  let count = 0;

  before(async () => {
    organization = town({ login: 'acme', members: 3, demoted: 1, others: 40 });
    others = town({ login: 'umbrella', members: 3, demoted: 1, others: 40 });
    const small = ['initech', 'hooli', 'piper'].map((login) => town({ login, members: 1, promoted: 1 }));
    stage = await Stage.start([organization, others, ...small]);
    proxy = await stage.cluster.proxy();
    await stage.apply(stage.policy(organization.login, { schedule: { interval: '2h' } }));
    controller = await stage.run({ server: proxy.url }).ready();
    await stage.converged(organization.login);
  });
  after(() => stage?.end());
  afterEach(() => {
    proxy.heal();
    stage.github.reset();
    expect(controller.process.exitCode, 'it went on without a restart').to.equal(null);
  });

  /** One more repository enters production; the member it must become. */
  const promote = (): string => {
    count += 1;
    const name = `other-${String(count).padStart(3, '0')}`;
    say(organization.repository(name)!, 'production');
    return name;
  };
  const ask = (value: string): Promise<string> =>
    stage.kubectl('annotate', '--overwrite', 'plus1', organization.login, `plus1.dev/reconcile-at=${value}`);
  const governed = (name: string, timeoutMs = BOUND_MS): Promise<boolean> =>
    eventually(() => memberNames(organization).includes(name), { what: `${name} to be governed`, timeoutMs });
  const passed = (value: string): Promise<PolicyObject> =>
    stage.until(
      organization.login,
      ({ status }) => status.lastHandledReconcileAt === value,
      `the end of the pass ${value}`,
    );
  const since = async (): Promise<string | undefined> =>
    (await stage.read(organization.login)).status.leaving?.[0]?.since;

  const answer = (status: number, retryAfterSeconds?: number): Fault =>
    retryAfterSeconds === undefined ? { kind: 'answer', status } : { kind: 'answer', status, retryAfterSeconds };
  const faults: { reason: string; of: keyof typeof REQUESTS; fault: Fault; times: number }[] = [
    { reason: 'is cut', of: 'status', fault: { kind: 'cut' }, times: 1 },
    { reason: 'is done, and its answer lost', of: 'status', fault: { kind: 'lose' }, times: 2 },
    { reason: 'is one too many', of: 'status', fault: answer(429, 1), times: 3 },
    { reason: 'meets a server error', of: 'status', fault: answer(500), times: 3 },
    { reason: 'is refused for a moment', of: 'status', fault: answer(403), times: 2 },
    { reason: 'hangs', of: 'status', fault: { kind: 'hang' }, times: 1 },
    { reason: 'is slow', of: 'status', fault: { kind: 'slow', ms: 3_000 }, times: 1 },
    { reason: 'meets a server error', of: 'secret', fault: answer(503), times: 2 },
    { reason: 'hangs', of: 'secret', fault: { kind: 'hang' }, times: 1 },
    { reason: 'is cut', of: 'watch', fault: { kind: 'cut' }, times: 3 },
    { reason: 'has expired', of: 'watch', fault: answer(410), times: 2 },
    { reason: 'is refused for a moment', of: 'watch', fault: answer(403), times: 2 },
    { reason: 'is one too many', of: 'list', fault: answer(429, 2), times: 2 },
  ];
  for (const [index, { reason, of, fault, times }] of faults.entries()) {
    it(`comes through where a ${of} ${reason}`, async () => {
      const clock = await since();
      const name = promote();
      const before = proxy.requests.length;
      const isOpen = of === 'watch' || of === 'list';
      // The watch that is open ends, so that the faults of the next one are met.
      if (isOpen) proxy.inject({ kind: 'cut' }, { when: REQUESTS.watch });
      if (isOpen) proxy.heal();
      if (of === 'list') proxy.inject(answer(410), { when: REQUESTS.watch, times: 1 });
      proxy.inject(fault, { when: REQUESTS[of], times });
      await ask(`fault-${index}`);
      await governed(name);
      const object = await stage.until(
        organization.login,
        ({ status }) => status.pendingWrite === undefined && status.lastHandledReconcileAt === `fault-${index}`,
        'the end of the pass',
      );
      expect(object.status.lastPass?.result).to.equal('Succeeded');
      expect(kstatusFaults(object)).to.deep.equal([]);
      expect(object.status.leaving?.[0]?.since).to.equal(clock);
      expect(memberNames(organization)).to.contain('demoted-001');
      // What was heard by a list needs no watch: that may still be on its way.
      const isOvercome = (): boolean => proxy.requests.slice(before).filter(REQUESTS[of]).length > times;
      await eventually(isOvercome, { what: 'the fault to be met and overcome', timeoutMs: BOUND_MS });
    });
  }

  it('hears of a change although its watch hangs, once that was silent for 90 s', async () => {
    const name = promote();
    proxy.inject({ kind: 'hang' }, { when: REQUESTS.watch });
    await pause(500);
    await ask('hang');
    proxy.heal();
    await governed(name, SILENT_BOUND_MS);
  });

  const outages: { reason: string; fault: Fault }[] = [
    { reason: 'hung', fault: { kind: 'hang' } },
    { reason: 'was cut', fault: { kind: 'cut' } },
    { reason: 'was answered with 429', fault: answer(429, 1) },
    { reason: 'was answered with 500', fault: answer(500) },
  ];
  for (const { reason, fault } of outages) {
    it(`hears of what changed while every request ${reason}`, async () => {
      const name = promote();
      // Also the watch that is open: the fault is met when the next one is asked for.
      proxy.inject({ kind: 'cut' }, { when: REQUESTS.watch });
      proxy.heal();
      proxy.inject(fault);
      await ask(reason);
      await pause(OUTAGE_MS);
      expect(memberNames(organization), 'nobody told it').not.to.include(name);
      proxy.heal();
      await governed(name);
      await passed(reason);
    });
  }

  it('goes on hearing while etcd is compacted under its watch', async () => {
    const name = promote();
    await stage.cluster.compactEtcd();
    await ask('compacted');
    await governed(name);
    await passed('compacted');
  });

  it('hears of what came, changed and went while it was cut off and etcd forgot it', async () => {
    await stage.apply(stage.policy('initech'), stage.policy('hooli'));
    const [, { metadata: before }] = await Promise.all([stage.converged('initech'), stage.converged('hooli')]);
    const name = promote();
    const asked = proxy.requests.length;
    proxy.inject({ kind: 'cut' });
    await ask('forgotten');
    await stage.kubectl('delete', 'plus1', 'initech', 'hooli');
    await stage.apply(stage.policy('hooli'), stage.policy('piper'));
    await stage.cluster.compactEtcd();
    await stage.cluster.restartApiServer();
    proxy.heal();
    await Promise.all([governed(name), passed('forgotten'), stage.converged('piper')]);
    expect((await stage.converged('hooli')).metadata.uid).not.to.equal(before.uid);
    const isForgotten = async (): Promise<boolean> =>
      !(await controller.get('metrics', '/metrics')).text.includes(`policy="team-a/initech"`);
    await eventually(isForgotten, { what: 'initech to be forgotten', timeoutMs: BOUND_MS });
    const lists = proxy.requests.slice(asked).filter(REQUESTS.list);
    expect(lists, 'its version was too old to watch from').not.to.deep.equal([]);
  });

  it('comes to another policy in the middle of its stories', async () => {
    // A write whose intent was cut off above may stay open for 21 minutes; what follows is about one whose outcome is known.
    organization = others;
    await stage.apply(stage.policy(organization.login, { schedule: { interval: '2h' } }));
    await stage.converged(organization.login);
  });

  it('comes through a restart of the API server in the middle of a pass', async () => {
    const clock = await since();
    const name = promote();
    let restarted: Promise<void> | undefined;
    stage.github.beforeRequest(async ({ method }) => {
      if (method !== 'PUT' || restarted !== undefined) return;
      restarted = stage.cluster.restartApiServer({ signal: 'SIGKILL', downMs: 1_000 });
      await pause(500);
    });
    await ask('restart');
    await governed(name);
    await restarted;
    const { status } = await stage.until(
      organization.login,
      ({ status: now }) => now.lastHandledReconcileAt === 'restart' && now.pendingWrite === undefined,
      'the end of the pass',
    );
    expect(status.leaving?.[0]?.since).to.equal(clock);
    expect((await controller.get('health', '/healthz')).status).to.equal(200);
  });

  it('writes nothing to GitHub on a status that someone else changed meanwhile, and keeps what they wrote', async () => {
    stage.othersWrote = true;
    const name = promote();
    let meddled = false;
    const earlier = '2026-01-01T00:00:00.000Z';
    const puts: boolean[] = [];
    stage.github.beforeRequest(async ({ method, path }) => {
      if (method === 'PUT') puts.push(meddled);
      if (meddled || !path.startsWith('/graphql')) return;
      meddled = true;
      const patch = [{ op: 'replace', path: '/status/leaving/0/since', value: earlier }];
      await stage.kubectl(
        'patch',
        'plus1',
        organization.login,
        '--subresource=status',
        '--type=json',
        '-p',
        JSON.stringify(patch),
      );
    });
    // By the clock as it will be changed, its time came long ago: the guard alone keeps it.
    await stage.kubectl(
      'patch',
      'plus1',
      organization.login,
      '--type=merge',
      '-p',
      '{"spec":{"guards":{"maxLeaving":0}}}',
    );
    await governed(name);
    const { status } = await stage.untilKept(
      organization.login,
      ({ metadata, status: now }) => now.observedGeneration === metadata.generation && now.pendingWrite === undefined,
      'the second pass',
    );
    expect(status.leaving?.[0]?.since).to.equal(earlier);
    expect(puts).to.have.length(1);
    expect(controller.lines.some(({ code }) => code === 'PLUS1_STATUS_CONFLICT')).to.equal(true);
  });

  it('goes on as the leader after an outage that is shorter than its lease', async () => {
    await controller.stop();
    controller = stage.run({ server: proxy.url, flags: ['--all-namespaces', '--leader-elect'] });
    await eventually(() => controller.leads(), { what: 'it to lead', timeoutMs: BOUND_MS });
    await controller.ready();
    const name = promote();
    proxy.inject({ kind: 'cut' });
    await ask('led');
    await pause(OUTAGE_MS);
    proxy.heal();
    await governed(name);
    await passed('led');
    expect(await controller.leads()).to.equal(true);
  });
});
