/** The time of a pass against GitHub's clock. Kind: two readings of one moment, of which the wrong one is taken. */
import { expect } from 'chai';
import { CheckedTime } from '../../pkg/github/requester/pass-time.js';
import { VirtualClock } from '../fakes/clock.js';

describe('How far the time of a pass is from the clock of GitHub', () => {
  const START_MS = Date.parse('2026-11-22T12:00:00.400Z');
  const after = (...dates: (string | null)[]): [number, number, number | undefined] => {
    const time = new CheckedTime({ now: () => START_MS, monotonic: () => 0 });
    for (const date of dates) time.see(date);
    return [time.aheadMs, time.behindMs, time.deviationMs];
  };
  const at = (text: string): string => new Date(`2026-11-22T${text}Z`).toUTCString();

  it('is nothing before an answer tells the time, and nothing within a second', () => {
    expect(after()).to.deep.equal([0, 0, undefined]);
    expect(after(null, 'never')).to.deep.equal([0, 0, undefined]);
    expect(after(at('12:00:00'))).to.deep.equal([0, 0, 400]);
    expect(after(at('11:59:59'))).to.deep.equal([400, 0, 1_400]);
  });

  it('is behind by the most, and ahead by the least, that an answer shows: the way of an answer looks like being ahead', () => {
    expect(after(at('12:02:00'), at('12:01:50'))).to.deep.equal([0, 119_600, 119_600]);
    expect(after(at('11:56:00'), at('11:55:45'))).to.deep.equal([239_400, 0, 254_400 + 1_000]);
  });

  it('goes on from the start by the monotonic clock', async () => {
    const clock = new VirtualClock(START_MS);
    const time = new CheckedTime(clock);
    await clock.advance(60_000);
    time.see(at('12:01:00'));
    expect([time.aheadMs, time.behindMs]).to.deep.equal([0, 0]);
  });
});
