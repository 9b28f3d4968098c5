/** The window of the guards: where it begins, and the moment at which it is over. */
import { expect } from 'chai';
import { planHash, runningWindow, withStart } from '../../../pkg/governance/release/index.js';
import { at, HOUR, NOW } from '../builders.js';

const times = (now: number): { now: number; seenMs: number } => ({ now, seenMs: now + 60_000 });
const window = (startMs: number): { startTime: string; members: number; left: number } => ({
  startTime: at(startMs),
  members: 10,
  left: 3,
});

describe('The start of a window', () => {
  it('stays where it is in the past, or now', () => {
    for (const startMs of [NOW - HOUR, NOW]) expect(withStart(window(startMs), NOW)).to.deep.equal(window(startMs));
    expect(withStart(undefined, NOW)).to.equal(undefined);
  });

  it('is now where it lies in the future or cannot be read: what was counted stays counted', () => {
    for (const startTime of [at(NOW + HOUR), 'yesterday'])
      expect(withStart({ ...window(0), startTime }, NOW)).to.deep.equal({
        startTime: at(NOW).replace('.000Z', 'Z'),
        members: 10,
        left: 3,
      });
  });
});

describe('A window', () => {
  it('runs until its length has passed, and not a millisecond longer', () => {
    const start = NOW - 24 * HOUR;
    expect(runningWindow(window(start + 1), '24h', times(NOW))).to.deep.equal(window(start + 1));
    expect(runningWindow(window(start), '24h', times(NOW))).to.equal(undefined);
    expect(runningWindow(undefined, '24h', times(NOW))).to.equal(undefined);
  });
});

describe('The hash of a plan', () => {
  it('is over ids and statuses in the order of ids, and over nothing else', () => {
    const item = (id: number, status: string, name: string): { id: number; status: string; name: string } => ({
      id,
      status,
      name,
    });
    const [one, two] = [item(2, 'missing_file', 'b'), item(10, 'excluded', 'a')];
    const hash = planHash({ target: 7, entering: [], leaving: [two, one] });
    // echo -n '{"assignment":"governed","entering":[],"leaving":[[2,"missing_file"],[10,"excluded"]],"target":7}' | sha256sum
    expect(hash).to.equal('sha256:62c1f133aa69cb5e0a6504f1a42ee737dbe7780aa8aa5c480a51a445b3cf3e1d');
    expect(planHash({ target: 7, entering: [], leaving: [one, { ...two, name: 'other' } as never] })).to.equal(hash);
    expect(planHash({ target: 8, entering: [], leaving: [one, two] })).to.not.equal(hash);
    expect(planHash({ target: 7, entering: [one, two], leaving: [] })).to.not.equal(hash);
  });
});
