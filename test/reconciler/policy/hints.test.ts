/** When a hint calls for a pass: at once, merged, or not at all. */
import { expect } from 'chai';
import { PassHints } from '../../../pkg/reconciler/policy/hints.js';
import { VirtualClock } from '../../fakes/clock.js';

const KEY = { namespace: 'default', name: 'acme' };
const OTHER = { namespace: 'default', name: 'other' };

describe('Hints', () => {
  let clock: VirtualClock;
  let hints: PassHints;
  /** Times at which a look was called for, s. */
  let due: number[];

  beforeEach(() => {
    clock = new VirtualClock();
    due = [];
    hints = new PassHints({
      clock,
      onDue: ({ name }) => void (name === KEY.name && due.push(clock.monotonic() / 1_000)),
    });
  });

  /** A look with a pass, which takes so long. */
  async function pass(ms = 0, rests = true): Promise<string | undefined> {
    hints.begin(KEY);
    const call = hints.take(KEY);
    await clock.advance(ms);
    hints.rests(KEY, rests);
    hints.end(KEY);
    return call;
  }

  it('call for a pass at once where the last one began long ago', async () => {
    await pass();
    await clock.advance(60_000);
    hints.hint(KEY);
    expect(due).to.deep.equal([60]);
    expect(await pass()).to.equal('hint');
  });

  it('call for nothing before the first pass, and of no other policy', async () => {
    hints.hint(KEY);
    await pass();
    hints.hint(OTHER);
    await clock.advance(60_000);
    expect(due).to.deep.equal([]);
    expect(await pass()).to.equal(undefined);
  });

  it('start one pass in five seconds, however many come', async () => {
    await pass();
    const starts: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      hints.hint(KEY);
      if (due.length > 0) {
        due.length = 0;
        starts.push(clock.monotonic() / 1_000);
        await pass();
      }
      await clock.advance(100);
    }
    expect(starts).to.have.length.within(5, 7);
    for (const [at, start] of starts.slice(1).entries()) expect(start - (starts[at] ?? 0)).to.be.at.least(5);
  });

  it('that come while a pass runs call for another one, five seconds after its start', async () => {
    await pass();
    await clock.advance(60_000);
    hints.begin(KEY);
    hints.take(KEY);
    hints.hint(KEY);
    hints.hint(KEY);
    await clock.advance(2_000);
    hints.rests(KEY, true);
    hints.end(KEY);
    expect(due).to.deep.equal([]);
    await clock.advance(10_000);
    expect(due).to.deep.equal([65]);
    expect(await pass()).to.equal('hint');
  });

  it('are answered by any pass that begins', async () => {
    await pass();
    hints.hint(KEY);
    await clock.advance(1_000);
    expect(await pass()).to.equal('hint');
    await clock.advance(60_000);
    expect(due).to.deep.equal([]);
  });

  it('end no wait of a policy that fails', async () => {
    await pass(0, false);
    hints.hint(KEY);
    await clock.advance(60_000);
    expect(due).to.deep.equal([]);
    hints.begin(KEY);
    hints.take(KEY);
    hints.hint(KEY);
    hints.rests(KEY, false);
    hints.end(KEY);
    await clock.advance(60_000);
    expect(due).to.deep.equal([]);
    expect(await pass()).to.equal(undefined);
  });

  it('are gone on with by the next pass where they ask for it, once', async () => {
    await pass();
    hints.again(KEY);
    expect([await pass(), await pass()]).to.deep.equal(['again', undefined]);
  });

  it('go with their policy, and with them their timer', async () => {
    await pass();
    hints.hint(KEY);
    expect(clock.timers).to.equal(1);
    hints.forget(KEY);
    expect(clock.timers).to.equal(0);
    hints.end(KEY);
    hints.hint(KEY);
    expect(due).to.deep.equal([]);
  });
});
