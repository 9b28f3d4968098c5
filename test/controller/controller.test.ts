/** Every rule of the reconcile contract, by name. */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import { RECONCILE_RESULTS, type ControllerMetrics, type Reconcile, type Result } from '../../pkg/controller/index.js';
import { gate, Harness, HOUR, MINUTE, SECOND } from './builders.js';

const errBoom = new Error('boom');
const INTERVAL: Result = { kind: 'requeueAfter', ms: 10 * MINUTE };

/** Gives these one after the other, and then `done`; an Error is thrown. */
function script(...results: (Result | Error)[]): Reconcile {
  return async () => {
    const next = results.shift() ?? { kind: 'done' };
    if (next instanceof Error) throw next;
    return next;
  };
}

describe('the controller', () => {
  describe('when a key runs again', () => {
    const cases: { name: string; reason: string; results: (Result | Error)[]; random?: number; times: number[] }[] = [
      {
        name: 'done',
        reason: 'success asks for nothing: only an add brings the key back',
        results: [{ kind: 'done' }],
        times: [0],
      },
      {
        name: 'requeueAfter',
        reason: 'the key comes back after its delay',
        results: [{ kind: 'requeueAfter', ms: MINUTE }],
        times: [0, MINUTE],
      },
      {
        name: 'requeueAfter with the least jitter',
        reason: 'an interval is spread by 5 % to both sides',
        results: [{ kind: 'requeueAfter', ms: MINUTE }],
        random: 0,
        times: [0, 57 * SECOND],
      },
      {
        name: 'requeueAfter with the most jitter',
        reason: 'an interval is spread by 5 % to both sides',
        results: [{ kind: 'requeueAfter', ms: MINUTE }],
        random: 1,
        times: [0, 63 * SECOND],
      },
      {
        name: 'requeueAfter of nothing',
        reason: 'a result that asks for now must not spin',
        results: [{ kind: 'requeueAfter', ms: 0 }],
        times: [0, 750],
      },
      {
        name: 'an error',
        reason: 'failures back off from 750 ms, doubling',
        results: [errBoom, errBoom, errBoom, errBoom],
        times: [0, 750, 2_250, 5_250, 11_250],
      },
      {
        name: 'an error after success',
        reason: 'success forgets the failures, or the next trouble would start with the wait of the last',
        results: [errBoom, errBoom, { kind: 'requeueAfter', ms: MINUTE }, errBoom],
        times: [0, 750, 2_250, 62_250, 63_000],
      },
      {
        name: 'a terminal error',
        reason: 'trying again does not help: the key waits for a change',
        results: [{ kind: 'terminal', error: errBoom }],
        times: [0],
      },
      {
        name: 'a terminal error with an interval',
        reason: 'a secret may have been fixed, and nothing watches secrets',
        results: [{ kind: 'terminal', error: errBoom, retryAfterMs: 10 * MINUTE }],
        times: [0, 10 * MINUTE],
      },
      {
        name: 'a terminal error after failures',
        reason: 'it forgets the failures',
        results: [errBoom, errBoom, { kind: 'terminal', error: errBoom, retryAfterMs: MINUTE }, errBoom],
        times: [0, 750, 2_250, 62_250, 63_000],
      },
    ];
    for (const { name, reason, results, random = 0.5, times } of cases) {
      it(`${name}: ${reason}`, async () => {
        const harness = new Harness(script(...results), { random: () => random }).start('a');
        await harness.clock.advance(HOUR);
        expect(harness.times('a'), reason).to.deep.equal(times);
      });
    }

    it('runs a waiting key at once when something changed, and counts its interval from then', async () => {
      const harness = new Harness(async () => INTERVAL).start('a');
      await harness.clock.advance(MINUTE);
      harness.controller.add('a');
      await harness.clock.advance(11 * MINUTE);
      expect(harness.times('a')).to.deep.equal([0, MINUTE, 11 * MINUTE]);
    });

    it('runs a key again that was added during its run, instead of waiting for its interval', async () => {
      const open = gate();
      const harness = new Harness(async () => (await open.passed, INTERVAL)).start('a');
      await harness.clock.advance(SECOND);
      harness.controller.add('a');
      harness.controller.add('a');
      open.open();
      await harness.clock.advance(MINUTE);
      expect(harness.times('a')).to.deep.equal([0, SECOND]);
    });
  });

  it('waits no longer after failures than the key allows', async () => {
    const harness = new Harness(script(...Array.from({ length: 20 }, () => errBoom)), {
      longestRetryMs: () => 3 * SECOND,
    });
    harness.start('a');
    await harness.clock.advance(60 * SECOND);
    const gaps = harness.times('a').map((at, index, all) => at - (all[index - 1] ?? 0));
    expect(gaps.slice(1, 6)).to.deep.equal([750, 1_500, 3_000, 3_000, 3_000]);
  });

  describe('what goes wrong in a run', () => {
    const broken: { name: string; reason: string; reconcile: Reconcile; panics: 0 | 1; message: string }[] = [
      {
        name: 'an error',
        reason: 'the world failed, not the program',
        reconcile: script(errBoom),
        panics: 0,
        message: 'Error: boom',
      },
      {
        name: 'an error of the catalogue',
        reason: 'told with its own code',
        reconcile: script(new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', 'GitHub answered 502')),
        panics: 0,
        message: 'GitHub answered 502',
      },
      {
        name: 'a TypeError',
        reason: 'the program is at fault',
        reconcile: async () => (undefined as unknown as { then: Result }).then,
        panics: 1,
        message: 'TypeError: Cannot read properties of undefined',
      },
      {
        name: 'a thrown string',
        reason: 'nothing but an Error may be thrown',
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what must not happen is what is tested
        reconcile: async () => Promise.reject('no error at all'),
        panics: 1,
        message: 'no error at all',
      },
      {
        name: 'a throw before the first await',
        reason: 'a worker must survive what is no promise',
        reconcile: () => {
          throw errBoom;
        },
        panics: 1,
        message: 'Error: boom',
      },
      {
        name: 'no result',
        reason: 'a reconciler that forgets to answer must not lose its key',
        reconcile: async () => undefined as unknown as Result,
        panics: 1,
        message: 'TypeError',
      },
      {
        name: 'a delay that is no number',
        reason: 'it would lose the key without a word',
        reconcile: async () => ({ kind: 'requeueAfter', ms: Number.NaN }),
        panics: 1,
        message: 'answered requeueAfter with the time NaN',
      },
    ];
    for (const { name, reason, reconcile, panics, message } of broken) {
      it(`${name} is caught, counted, logged once and tried again: ${reason}`, async () => {
        const harness = new Harness(reconcile).start('a', 'b');
        await harness.clock.advance(0);
        expect(
          harness.runs.map(({ key }) => key),
          'the worker goes on',
        ).to.deep.equal(['a', 'b']);
        const ofA = harness.lines.filter(({ fields }) => fields['key'] === 'a');
        expect(ofA).to.have.length(1);
        expect(ofA[0]?.level).to.equal('error');
        expect(ofA[0]?.fields).to.include({ controller: 'policies', reconcileID: 'id-1' });
        expect(ofA[0]?.fields['error']).to.contain(message);
        const { counts } = harness.metrics;
        expect(counts['panics'] ?? 0, reason).to.equal(panics * (counts['errors'] ?? 0));
        expect(counts['terminal'] ?? 0).to.equal(0);
        await harness.clock.advance(750);
        expect(harness.times('a')).to.deep.equal([0, 750]);
      });
    }

    it('counts a terminal error in its own series and as an error', async () => {
      const harness = new Harness(script({ kind: 'terminal', error: errBoom })).start('a');
      await harness.clock.advance(0);
      expect(harness.metrics.counts).to.include({ terminal: 1, errors: 1, 'reconcile:error': 1 });
      expect(harness.lines.map(({ msg }) => msg)).to.deep.equal(['Reconcile waits for a change']);
    });

    it('names the key as it is told to', async () => {
      const harness = new Harness(script(errBoom), { keyField: 'policy' }).start('default/a');
      await harness.clock.advance(0);
      expect(harness.lines[0]?.fields).to.include({ policy: 'default/a' }).and.not.have.property('key');
    });

    it('puts no stack trace into the line of a plain failure, and one into that of a panic', async () => {
      const harness = new Harness(script(errBoom, new TypeError('oops'))).start('a', 'b');
      await harness.clock.advance(0);
      expect(harness.lines.map(({ msg, fields }) => [msg, 'stack' in fields])).to.deep.equal([
        ['Reconcile failed', false],
        ['Reconcile panicked', true],
      ]);
    });
  });

  describe('workers', () => {
    it('never runs a key twice at once, and never more keys than there are workers', async () => {
      let inFlight = 0;
      let most = 0;
      const keys = new Set<string>();
      const harness: Harness = new Harness(
        async (key) => {
          expect(keys.has(key)).to.equal(false);
          keys.add(key);
          most = Math.max(most, (inFlight += 1));
          await harness.sleep(SECOND);
          keys.delete(key);
          inFlight -= 1;
          return { kind: 'requeueAfter', ms: SECOND };
        },
        { concurrency: 3 },
      ).start('a', 'b', 'c', 'd', 'e');
      for (let round = 0; round < 50; round += 1) {
        for (const key of 'abcde') harness.controller.add(key);
        await harness.clock.advance(300);
      }
      expect(most).to.equal(3);
      expect(harness.metrics.gauges).to.include({ maxConcurrent: 3, activeWorkers: 3 });
      expect(harness.metrics.counts['panics']).to.equal(undefined);
    });

    it('gives each run an id of its own', async () => {
      const harness = new Harness(script(errBoom)).start('a');
      await harness.clock.advance(MINUTE);
      expect(harness.runs.map(({ reconcileID }) => reconcileID)).to.deep.equal(['id-1', 'id-2']);
    });

    it('takes keys before it runs, and works on them once it does', async () => {
      const harness = new Harness(script());
      harness.controller.add('a');
      await harness.clock.advance(MINUTE);
      expect(harness.runs).to.deep.equal([]);
      harness.start();
      await harness.clock.advance(0);
      expect(harness.times('a')).to.deep.equal([MINUTE]);
    });

    it('measures runs', async () => {
      const harness: Harness = new Harness(async () => {
        await harness.sleep(2 * SECOND);
        return INTERVAL;
      }).start('a');
      await harness.clock.advance(SECOND);
      expect(harness.metrics.gauges['activeWorkers']).to.equal(1);
      expect(harness.metrics.unfinished()).to.deep.equal({ seconds: 1, longestSeconds: 1 });
      await harness.clock.advance(SECOND);
      expect(harness.metrics.gauges['activeWorkers']).to.equal(0);
      expect(harness.metrics.observed).to.deep.include({ reconcileTime: [2], workDuration: [2] });
      expect(harness.metrics.counts).to.deep.equal({ adds: 1, retries: 1, 'reconcile:requeue_after': 1 });
      for (const name of Object.keys(harness.metrics.counts).filter((each) => each.startsWith('reconcile:'))) {
        expect(RECONCILE_RESULTS).to.include(name.slice('reconcile:'.length));
      }
    });

    it('ends with an error when something injected throws, rather than go on one worker short', async () => {
      const metrics: ControllerMetrics = new Harness(script()).metrics;
      const faulty = Object.assign(metrics, {
        reconcileTime: () => {
          throw errBoom;
        },
      });
      const harness = new Harness(script(), { metrics: faulty }).start('a');
      const rejected = harness.finished.then(
        () => 'ended',
        (error: unknown) => error,
      );
      await harness.clock.advance(0);
      expect(await rejected).to.equal(errBoom);
    });
  });

  describe('forget', () => {
    it('ends the wait of a key that is gone', async () => {
      const harness = new Harness(async () => INTERVAL).start('a');
      await harness.clock.advance(MINUTE);
      harness.controller.forget('a');
      await harness.clock.advance(HOUR);
      expect(harness.times('a')).to.deep.equal([0]);
      expect(harness.clock.timers).to.equal(0);
    });

    it('forgets its failures', async () => {
      const harness = new Harness(script(errBoom, errBoom, errBoom, errBoom)).start('a');
      await harness.clock.advance(3 * SECOND);
      harness.controller.forget('a');
      harness.controller.add('a');
      await harness.clock.advance(750);
      expect(harness.times('a')).to.deep.equal([0, 750, 2_250, 3_000, 3_750]);
    });

    const late: { reason: string; result: Result | Error }[] = [
      { reason: 'an interval', result: INTERVAL },
      { reason: 'a failure', result: errBoom },
      { reason: 'a wait', result: { kind: 'wait', ms: HOUR } },
    ];
    for (const { reason, result } of late) {
      it(`does not bring back a key that went during its run: ${reason}`, async () => {
        const open = gate();
        const harness = new Harness(async () => {
          await open.passed;
          if (result instanceof Error) throw result;
          return result;
        }).start('a');
        await harness.clock.advance(SECOND);
        harness.controller.add('a');
        harness.controller.forget('a');
        open.open();
        await harness.clock.advance(HOUR);
        expect(harness.times('a')).to.deep.equal([0]);
        expect(harness.clock.timers, reason).to.equal(0);
      });
    }

    it('lets a key that came again during its last run start afresh', async () => {
      const open = gate();
      const harness = new Harness(async () => (await open.passed, INTERVAL)).start('a');
      await harness.clock.advance(SECOND);
      harness.controller.forget('a');
      harness.controller.add('a');
      open.open();
      await harness.clock.advance(10 * MINUTE);
      expect(harness.times('a')).to.deep.equal([0, SECOND, 10 * MINUTE + SECOND]);
    });
  });
});
