import { expect } from 'chai';
import fc from 'fast-check';
import { durationMs, formatDuration, parseDuration } from '../../pkg/api/index.js';

describe('durations', () => {
  const good: Record<string, number> = {
    '0s': 0,
    '1ms': 1,
    '1s': 1_000,
    '1m': 60_000,
    '1h': 3_600_000,
    '1h30m': 5_400_000,
    '1h0m5s': 3_605_000,
    '1.5h': 5_400_000,
    '0.25s': 250,
    '1m1ms': 60_001,
    '168h': 604_800_000,
  };
  for (const [text, ms] of Object.entries(good)) {
    it(`${text} is ${ms} ms`, () => {
      expect(parseDuration(text)).to.equal(ms);
      expect(durationMs(text)).to.equal(ms);
    });
  }

  for (const text of [
    '',
    '1',
    'h',
    '1d',
    '1H',
    '-1s',
    '+1s',
    '.5h',
    '1.h',
    '1 h',
    ' 1h',
    '1h\n',
    '1e3s',
    '1us',
    '１h',
  ]) {
    it(`${JSON.stringify(text)} is none`, () => {
      expect(parseDuration(text)).to.equal(undefined);
      expect(() => durationMs(text)).to.throw(TypeError);
    });
  }

  it('are shown in at most two units, the largest first', () => {
    const shown = [0, 400, 45_000, 60_000, 5_400_000, 5_405_000, 3_605_000, 604_800_000, -5].map(formatDuration);
    expect(shown).to.deep.equal(['0s', '0s', '45s', '1m', '1h30m', '1h30m', '1h5s', '168h', '0s']);
  });

  it('of whole seconds in two units come back as they were', () => {
    fc.assert(
      fc.property(fc.nat(700), fc.nat(59), (hours, minutes) => {
        const ms = (hours * 60 + minutes) * 60_000;
        expect(parseDuration(formatDuration(ms))).to.equal(ms);
      }),
    );
  });
});
