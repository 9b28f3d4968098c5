/** How long a key waits for a time that somebody named, and that a request for it ends every wait. */
import { expect } from 'chai';
import { Plus1Error } from '../../pkg/errors/index.js';
import type { Reconcile, Result } from '../../pkg/controller/index.js';
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
  describe('a known wait', () => {
    const reset = Date.UTC(2026, 10, 22, 10, 40);
    const YEAR = 365 * 24 * HOUR;
    /** Every hour at 40 minutes past. */
    const hourly = (afterMs: number): number => reset + HOUR * (Math.floor((afterMs - reset) / HOUR) + 1);
    const told: { name: string; reason: string; result: Result | Error }[] = [
      { name: 'returned', reason: 'a rate limit is no failure', result: { kind: 'wait', ms: 40 * MINUTE } },
      {
        name: 'thrown',
        reason: 'an error of the catalogue that knows when it is over is the same wait',
        result: new Plus1Error('PLUS1_RATE_LIMITED', 'the limit is reached', { retryAt: reset }),
      },
    ];
    for (const { name, reason, result } of told) {
      for (const random of [0, 0.999]) {
        it(`${name}: ${reason}, and is never cut short (random ${random})`, async () => {
          const harness = new Harness(script(result), { random: () => random }).start('a');
          await harness.clock.advance(HOUR);
          const [, second = 0] = harness.times('a');
          expect(second, reason).to.be.within(40 * MINUTE, 42 * MINUTE);
          expect(harness.metrics.counts).to.include({ 'reconcile:requeue_after': 1 });
          expect(harness.metrics.counts).to.not.have.any.keys('errors', 'reconcile:error');
          expect(harness.lines).to.deep.equal([]);
        });
      }
    }

    it('comes to the minute where it is a time of the wall clock, whatever the random number, and though that clock was set', async () => {
      for (const kind of ['at', 'terminal'] as const) {
        for (const shift of [0, -90 * SECOND, 10 * MINUTE]) {
          const at = { untilMs: reset, next: hourly };
          const result: Result = kind === 'at' ? { kind, ...at } : { kind, error: errBoom, retryAt: at };
          const harness = new Harness(script(result), { random: () => 0.999 });
          harness.start('a');
          await harness.clock.advance(20 * MINUTE);
          harness.clock.shiftWallClock(shift);
          await harness.clock.advance(HOUR);
          expect(harness.times('a'), `${kind} ${shift}`).to.deep.equal([0, 40 * MINUTE - shift]);
          expect(harness.metrics.observed['reconcileTime'], 'a leg is no run').to.have.length(2);
        }
      }
    });

    describe('for a time of the wall clock, which is set back', () => {
      const ahead = (): Result => ({ kind: 'at', untilMs: hourly(reset - MINUTE + YEAR), next: hourly });

      it('during the wait: the first such time after that counts', async () => {
        const harness = new Harness(script(ahead()));
        harness.clock.shiftWallClock(YEAR);
        harness.start('a');
        await harness.clock.advance(20 * MINUTE);
        harness.clock.shiftWallClock(-YEAR);
        await harness.clock.advance(21 * MINUTE);
        expect(harness.times('a')).to.deep.equal([0, 40 * MINUTE]);
      });

      it('between the run and its wait: the same', async () => {
        const harness = new Harness(script(ahead())).start('a');
        await harness.clock.advance(41 * MINUTE);
        expect(harness.times('a')).to.deep.equal([0, 40 * MINUTE]);
      });

      it('by a small step right after it came: it does not come twice', async () => {
        const harness: Harness = new Harness(async () => ({
          kind: 'at',
          untilMs: hourly(harness.clock.now()),
          next: hourly,
        }));
        harness.start('a');
        await harness.clock.advance(40 * MINUTE + 1);
        harness.clock.shiftWallClock(-SECOND);
        await harness.clock.advance(HOUR);
        expect(harness.times('a')).to.deep.equal([0, 40 * MINUTE]);
        await harness.clock.advance(2 * SECOND);
        expect(harness.times('a')).to.deep.equal([0, 40 * MINUTE, 100 * MINUTE + SECOND]);
      });
    });

    it('that an error names is as long as it was told, though the wall clock was set back during the run', async () => {
      for (const shift of [-HOUR, -YEAR, HOUR]) {
        const harness: Harness = new Harness(async () => {
          const error = new Plus1Error('PLUS1_RATE_LIMITED', 'the limit', { retryAt: harness.clock.now() + MINUTE });
          harness.clock.shiftWallClock(harness.runs.length === 1 ? shift : 0);
          throw error;
        });
        harness.start('a');
        await harness.clock.advance(100 * SECOND);
        expect(harness.times('a')[1], `${shift}`).to.be.within(MINUTE, 65 * SECOND);
      }
    });

    it('is believed for two hours at the most', async () => {
      const harness = new Harness(script({ kind: 'wait', ms: YEAR })).start('a');
      await harness.clock.advance(3 * HOUR);
      expect(harness.times('a')).to.have.length(2);
      expect(harness.times('a')[1]).to.be.within(2 * HOUR, 2.1 * HOUR);
    });

    /** What a request does must not depend on what the run that it came in the middle of asks for. */
    const asked: { waits: string; result: Result | Error }[] = [
      { waits: 'an interval', result: INTERVAL },
      { waits: 'a cron time', result: { kind: 'at', untilMs: reset, next: hourly } },
      { waits: 'a rate limit', result: { kind: 'wait', ms: 40 * MINUTE } },
      { waits: 'a backoff', result: errBoom },
      { waits: 'a person', result: { kind: 'terminal', error: errBoom } },
      {
        waits: 'a person, and a cron time',
        result: { kind: 'terminal', error: errBoom, retryAt: { untilMs: reset, next: hourly } },
      },
      { waits: 'nothing', result: { kind: 'done' } },
    ];
    for (const { waits, result } of asked) {
      it(`that comes to wait for ${waits} ends at once where the key was asked for during its run, and once`, async () => {
        const open = gate();
        const harness = new Harness(async () => {
          await open.passed;
          if (harness.runs.length > 1) return { kind: 'done' };
          if (result instanceof Error) throw result;
          return result;
        }).start('a');
        await harness.clock.advance(SECOND);
        harness.controller.add('a');
        harness.controller.add('a');
        open.open();
        await harness.clock.advance(0);
        expect(harness.times('a')).to.deep.equal([0, SECOND]);
        await harness.clock.advance(2 * HOUR);
        expect(harness.times('a')).to.deep.equal([0, SECOND]);
      });
    }

    it('for a cron time goes on after a run that was asked for', async () => {
      const open = gate();
      const harness: Harness = new Harness(async () => {
        await open.passed;
        return { kind: 'at', untilMs: hourly(harness.clock.now()), next: hourly };
      }).start('a');
      await harness.clock.advance(SECOND);
      harness.controller.add('a');
      open.open();
      await harness.clock.advance(2 * HOUR);
      expect(harness.times('a')).to.deep.equal([0, SECOND, 40 * MINUTE, 100 * MINUTE]);
    });

    it('ends where somebody asks for the key, also in the moment in which a leg of it ends', async () => {
      for (const at of [90 * SECOND, MINUTE]) {
        const harness = new Harness(script({ kind: 'at', untilMs: reset, next: hourly }));
        harness.clock.setTimeout(() => harness.controller.add('a'), at);
        harness.start('a');
        await harness.clock.advance(HOUR);
        expect(harness.times('a')).to.deep.equal([0, at]);
      }
    });

    it('holds no worker: others run meanwhile', async () => {
      const harness = new Harness(async (key) => (key === 'a' ? { kind: 'wait', ms: HOUR } : { kind: 'done' })).start(
        'a',
        'b',
        'c',
      );
      await harness.clock.advance(0);
      expect(harness.runs.map(({ key }) => key)).to.deep.equal(['a', 'b', 'c']);
    });

    it('does not spin when it is over already, as with a clock that is behind', async () => {
      const harness = new Harness(async () => ({ kind: 'wait', ms: -HOUR })).start('a');
      await harness.clock.advance(7_500);
      expect(harness.times('a')).to.have.length(11);
    });
  });
});
