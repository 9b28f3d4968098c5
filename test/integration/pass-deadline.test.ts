/** Kind: one bound with two owners. `schedule.timeout` has one timer: that of the loop, or that of `sync`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import sinon from 'sinon';
import { passDeadline } from '../../cmd/plus1/pass-deadline.js';
import { hasCode } from '../../pkg/errors/index.js';
import { town } from '../builders.js';
import { startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { Loop, MINUTE } from '../loop/loop.js';
import { plus1, temporaryFolder } from './cli.js';
import { Scene } from './passes.js';

const silence = (github: GitHubSimulator): void => {
  github.faults.when(() => true, { kind: 'timeout' }, Infinity);
};

/** Ends when the simulator was asked something. */
async function wasAsked(github: GitHubSimulator): Promise<void> {
  const end = performance.now() + 30_000;
  while (github.requests.length === 0) {
    if (performance.now() > end) throw new Error('the simulator was asked nothing');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('The bound on a pass', function () {
  afterEach(() => sinon.restore());

  it('is not set by the pass itself: its signal is all that ends it', async () => {
    const scene = await Scene.open(town({ members: 2 }));
    const timeout = sinon.spy(AbortSignal, 'timeout');
    const timer = sinon.spy(globalThis, 'setTimeout');
    try {
      expect((await scene.pass({ schedule: { timeout: '7m' } })).error).to.equal(undefined);
    } finally {
      await scene.close();
    }
    expect(timeout.args.map(([ms]) => ms)).to.not.include(7 * MINUTE);
    expect(timer.args.map(([, ms]) => ms)).to.not.include(7 * MINUTE);
  });

  it('is that of the clock of the loop, and the condition says TimedOut', async () => {
    const loop = await Loop.open({ organizations: [town({ members: 2 })] });
    try {
      loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h', timeout: '1m' } }));
      await loop.start();
      silence(loop.github);
      loop.github.requests.length = 0;
      await loop.clock.advance((loop.clock.nextDue ?? 0) - loop.clock.monotonic());
      await wasAsked(loop.github);
      await loop.clock.advance(MINUTE);
      await loop.settle();
      expect(loop.ready('acme')).to.equal('False TimedOut');
      expect(loop.condition('acme', 'Ready')?.message).to.match(/^PLUS1_TIMEOUT: .*schedule\.timeout/);
      expect(loop.logged('Reconcile failed').map(({ code }) => code)).to.deep.equal(['PLUS1_TIMEOUT']);
    } finally {
      loop.github.faults.clear();
      await loop.close();
    }
  });

  it('holds for sync as well, which has no loop', async () => {
    const github = await startGitHub({ organizations: [town({ members: 2 })] });
    const timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      silence(github);
      const policy = join(temporaryFolder(), 'policy.json');
      const spec = { organization: 'acme', github: {}, schedule: { timeout: '2m' } };
      const object = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' }, spec };
      writeFileSync(policy, JSON.stringify(object));
      const running = plus1(['sync', '-f', policy], { github });
      await wasAsked(github);
      timers.tick(2 * MINUTE);
      const { code, stderr } = await running;
      expect(code).to.equal(1);
      expect(stderr).to.match(/PLUS1_TIMEOUT: the pass ran longer than 2m\. Fix: raise schedule\.timeout/);
    } finally {
      timers.restore();
      await github.close();
    }
  });

  it('leaves no timer behind a pass that ends in time, and passes on who stopped it', () => {
    const timers = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stop = new AbortController();
    const inTime = passDeadline(stop.signal, '1m');
    inTime.cancel();
    expect(timers.countTimers()).to.equal(0);
    const late = passDeadline(new AbortController().signal, '1m');
    timers.tick(MINUTE - 1);
    expect(late.signal.aborted).to.equal(false);
    timers.tick(1);
    expect(hasCode(late.signal.reason, 'PLUS1_TIMEOUT')).to.equal(true);
    const reason = new Error('SIGTERM');
    stop.abort(reason);
    expect(inTime.signal.reason).to.equal(reason);
  });
});
