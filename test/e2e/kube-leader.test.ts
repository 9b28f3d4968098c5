import { expect } from 'chai';
import { memberNames, names, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { Stage } from './kube-stage.js';
import type { ControllerProcess } from './support/controller-process.js';
import { eventually } from './support/eventually.js';

/** Past 45 s, with a look every 5 to 6 s. */
const TAKE_OVER_MS = 75_000;
const FLAGS = ['--all-namespaces', '--leader-elect'];

describe('leader election on a cluster', function () {
  this.timeout(240_000);
  let stage: Stage;
  let acme: Organization;
  let overlaps = 0;

  before(async () => {
    acme = town({ login: 'acme', members: 2, others: 6 });
    stage = await Stage.start([acme]);
    let inFlight = 0;
    const isWrite = ({ method }: { method: string }): boolean => method === 'PUT';
    stage.github.on('request', (request) => {
      if (isWrite(request) && (inFlight += 1) > 1) overlaps += 1;
    });
    stage.github.on('response', (request) => {
      if (isWrite(request)) inFlight -= 1;
    });
    await stage.apply(stage.policy('acme', { schedule: { interval: '1h' } }));
  });
  after(() => stage?.end());
  afterEach(async () => {
    stage.github.reset();
    await stage.stopAll();
    // So that the next leader need not wait for the end of the last one's time.
    await stage.cluster.kubectl('-n', 'plus1-system', 'delete', 'lease', 'plus1-controller', '--ignore-not-found');
    expect(overlaps, 'writes to GitHub that began while another was under way').to.equal(0);
  });

  const leader = async (): Promise<ControllerProcess> => {
    const process = stage.run({ flags: FLAGS });
    await eventually(() => process.leads(), { what: 'the first leader' });
    return process;
  };
  const takesOver = (follower: ControllerProcess, timeoutMs = TAKE_OVER_MS): Promise<boolean> =>
    eventually(() => follower.leads(), { what: 'the take-over', timeoutMs });
  const puts = (): number => stage.github.requests.filter(({ method }) => method === 'PUT').length;

  /** Holds the PUT back until it is let go; `came` resolves once it has come. */
  const holdWrite = (): { came: Promise<void>; release: () => void } => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const came = new Promise<void>((resolve) => {
      stage.github.beforeRequest(async ({ method }) => {
        if (method !== 'PUT') return;
        resolve();
        await held;
      });
    });
    return { came, release: () => release() };
  };

  it('lets one work and the other stand by, ready', async () => {
    const first = await leader();
    const second = stage.run({ flags: FLAGS });
    await Promise.all([first.ready(), second.ready(), stage.converged('acme')]);
    expect(await second.leads()).to.equal(false);
    expect(second.lines.some(({ msg }) => msg === 'GitHub request')).to.equal(false);
    expect(second.lines[0]).to.include({
      msg: 'Starting',
      namespaces: 'all',
      leaderElect: true,
      node: process.version,
    });
    expect((await second.get('health', '/healthz')).status).to.equal(200);
    const startMs = performance.now();
    expect(await first.stop()).to.equal(0);
    await takesOver(second, 15_000);
    expect(performance.now() - startMs).to.be.below(15_000);
  });

  it('is taken over when the leader is killed in the middle of a write, and what it began is ended', async () => {
    const first = await leader();
    const second = await stage.run({ flags: FLAGS }).ready();
    await stage.converged('acme');
    say(acme.repository('other-001')!, 'production');
    const { came, release } = holdWrite();
    void stage.kubectl('annotate', '--overwrite', 'plus1', 'acme', 'plus1.dev/reconcile-at=kill');
    await came;
    const pending = await stage.read('acme');
    expect(pending.status.pendingWrite).not.to.equal(undefined);
    await first.stop('SIGKILL');
    release();
    await takesOver(second);
    const { status } = await stage.until(
      'acme',
      ({ status: { lastHandledReconcileAt, pendingWrite } }) =>
        lastHandledReconcileAt === 'kill' && pendingWrite === undefined,
      'the pass of the second',
    );
    expect(status.lastPass?.result).to.equal('Succeeded');
    expect(memberNames(acme)).to.deep.equal([...names('member', 2), 'other-001']);
    // The one that was cut off was applied all the same, or the second made it.
    expect(puts()).to.be.within(1, 2);
  });

  it('writes nothing more after it was stopped past its time, and ends with 1', async () => {
    const first = await leader();
    const second = await stage.run({ flags: FLAGS }).ready();
    await stage.converged('acme');
    say(acme.repository('other-002')!, 'production');
    const { pid = 0 } = first.process;
    // Stopped at the read just before the write: what it wants to write next is all it waits for.
    const stopped = new Promise<void>((resolve) => {
      let reads = 0;
      stage.github.on('response', ({ path, method }) => {
        if (method !== 'GET' || !/\/rulesets\/\d+/.test(path) || (reads += 1) !== 2) return;
        process.kill(pid, 'SIGSTOP');
        resolve();
      });
    });
    void stage.kubectl('annotate', '--overwrite', 'plus1', 'acme', 'plus1.dev/reconcile-at=stop');
    await stopped;
    await takesOver(second);
    await stage.until('acme', ({ status }) => status.lastHandledReconcileAt === 'stop', 'the pass of the second');
    expect(memberNames(acme)).to.contain('other-002');
    const before = puts();
    const startMs = performance.now();
    process.kill(pid, 'SIGCONT');
    expect(await first.ended).to.equal(1);
    expect(performance.now() - startMs).to.be.below(10_000);
    expect(puts()).to.equal(before);
    expect(first.lines.some(({ code }) => code === 'PLUS1_LEASE_LOST')).to.equal(true);
    await stage.converged('acme');
  });

  it('ends with 1, and writes nothing, when it cannot renew', async () => {
    const proxy = await stage.cluster.proxy();
    const first = stage.run({ flags: FLAGS, server: proxy.url });
    await eventually(() => first.leads(), { what: 'the leader' });
    // Its first pass must have ended: one that still runs may see what is said now, and write it while it may.
    await stage.pass('acme');
    say(acme.repository('other-003')!, 'production');
    proxy.inject({ kind: 'hang' }, { when: ({ url }) => url.includes('/leases/') });
    const before = puts();
    const startMs = performance.now();
    expect(await first.ended).to.equal(1);
    expect(performance.now() - startMs).to.be.within(20_000, 45_000);
    expect(puts()).to.equal(before);
  });
});
