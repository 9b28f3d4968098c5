import { expect } from 'chai';
import { runAll, runnable, type Runnable } from '../../pkg/controller/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { gate, never, recordingLog, SECOND, untilAborted, type Line } from './builders.js';

const errBoom = new Error('boom');

class World {
  readonly clock = new VirtualClock();
  readonly lines: Line[] = [];
  readonly steps: string[] = [];
  readonly stop = new AbortController();
  result: 'running' | 'stopped' | Error = 'running';

  part(name: string, own: Partial<Runnable> = {}): Runnable {
    const { start = async () => undefined, stop = async () => undefined } = own;
    return {
      name,
      start: (signal, fail) => (this.steps.push(`start ${name}`), start(signal, fail)),
      stop: () => (this.steps.push(`stop ${name}`), stop()),
    };
  }

  async run(...parts: Runnable[]): Promise<this> {
    runAll(parts, { signal: this.stop.signal, clock: this.clock, log: recordingLog(this.lines) }).then(
      () => (this.result = 'stopped'),
      (error: unknown) => (this.result = error as Error),
    );
    await this.clock.advance(0);
    return this;
  }
}

describe('the life of a process', () => {
  it('starts its parts in order and stops them in reverse', async () => {
    const world = new World();
    await world.run(world.part('servers'), world.part('policies'), world.part('controller'));
    expect(world.result).to.equal('running');
    world.stop.abort();
    await world.clock.advance(0);
    expect(world.result).to.equal('stopped');
    expect(world.steps).to.deep.equal([
      'start servers',
      'start policies',
      'start controller',
      'stop controller',
      'stop policies',
      'stop servers',
    ]);
  });

  it('starts a part only when the one before is at work', async () => {
    const world = new World();
    const synced = gate();
    await world.run(world.part('policies', { start: () => synced.passed }), world.part('controller'));
    expect(world.steps).to.deep.equal(['start policies']);
    synced.open();
    await world.clock.advance(0);
    expect(world.steps).to.deep.equal(['start policies', 'start controller']);
  });

  it('stops what was started when a part cannot start, and tells why', async () => {
    const world = new World();
    await world.run(
      world.part('servers'),
      world.part('policies', { start: () => Promise.reject(errBoom) }),
      world.part('controller'),
    );
    expect(world.result).to.equal(errBoom);
    expect(world.steps).to.deep.equal(['start servers', 'start policies', 'stop policies', 'stop servers']);
  });

  it('stops everything when a part fails later', async () => {
    const world = new World();
    let fail: (error: Error) => void = () => undefined;
    const lease = world.part('lease', { start: async (_signal, onFailure) => void (fail = onFailure) });
    await world.run(world.part('servers'), lease, world.part('controller'));
    fail(errBoom);
    await world.clock.advance(0);
    expect(world.result).to.equal(errBoom);
    expect(world.steps.slice(3)).to.deep.equal(['stop controller', 'stop lease', 'stop servers']);
  });

  const waits = [
    { reason: 'a start that heeds the signal', start: (signal: AbortSignal) => untilAborted(signal) },
    { reason: 'a start that heeds nothing', start: () => never() },
  ];
  for (const { reason, start } of waits) {
    it(`stops a follower that still waits for its lease, without an error: ${reason}`, async () => {
      const world = new World();
      await world.run(world.part('servers'), world.part('lease', { start }), world.part('controller'));
      world.stop.abort();
      await world.clock.advance(0);
      expect(world.result, reason).to.equal('stopped');
      expect(world.steps).to.deep.equal(['start servers', 'start lease', 'stop lease', 'stop servers']);
    });
  }

  it('does not let a part that does not stop, or fails to, keep the others from stopping', async () => {
    const world = new World();
    const broken = world.part('policies', { stop: () => Promise.reject(errBoom) });
    await world.run(world.part('servers'), broken, world.part('controller', { stop: () => never() }));
    world.stop.abort();
    await world.clock.advance(30 * SECOND);
    expect(world.result).to.equal('stopped');
    expect(world.steps.slice(3)).to.deep.equal(['stop controller', 'stop policies', 'stop servers']);
    expect(world.lines.map(({ fields }) => fields['part'])).to.deep.equal(['controller', 'policies']);
  });

  it('is over within its bound, even when nothing stops', async () => {
    const world = new World();
    const stuck = ['servers', 'policies', 'controller'].map((name) => world.part(name, { stop: () => never() }));
    await world.run(...stuck);
    world.stop.abort();
    await world.clock.advance(30 * SECOND - 1);
    expect(world.result).to.equal('running');
    await world.clock.advance(1);
    expect(world.result).to.equal('stopped');
    expect(world.steps.slice(3)).to.have.length(3);
  });

  describe('a part made of one function', () => {
    it('works until its stop, which waits for its end', async () => {
      const world = new World();
      const open = gate();
      const loop = runnable('loop', async (signal) => {
        await untilAborted(signal).catch(() => undefined);
        await open.passed;
      });
      await world.run(loop);
      world.stop.abort();
      await world.clock.advance(SECOND);
      expect(world.result).to.equal('running');
      open.open();
      await world.clock.advance(0);
      expect(world.result).to.equal('stopped');
    });

    const ends: { reason: string; run: () => Promise<void>; message: string }[] = [
      {
        reason: 'a loop that ends is a loop that no longer works',
        run: async () => undefined,
        message: 'loop ended by itself',
      },
      { reason: 'its error is the error of the process', run: () => Promise.reject(errBoom), message: 'boom' },
    ];
    for (const { reason, run, message } of ends) {
      it(`fails when it ends unasked: ${reason}`, async () => {
        const world = new World();
        await world.run(world.part('servers'), runnable('loop', run));
        expect(world.result, reason).to.be.instanceOf(Error).with.property('message', message);
        expect(world.steps).to.deep.equal(['start servers', 'stop servers']);
      });
    }
  });
});
