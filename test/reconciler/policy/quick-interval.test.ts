import { expect } from 'chai';
import { quickIntervalMs } from '../../../pkg/reconciler/policy/schedule.js';

const MINUTE = 60_000;

describe('How often a policy gets a quick pass', () => {
  const timeout = '30m';
  for (const [what, schedule, floorMs, everyMs] of [
    ['nothing is said', {}, 0, MINUTE],
    ['the interval alone is said', { interval: '5m' }, 0, MINUTE],
    ['it is said', { interval: '1h', quickInterval: '15s' }, 0, 15_000],
    ['it is switched off', { quickInterval: '0s' }, 0, undefined],
    ['there is a cron expression', { cron: '0 4 * * *' }, 0, undefined],
    ['the interval is as short', { interval: '1m' }, 0, undefined],
    ['the interval is shorter', { interval: '5s', quickInterval: '10s' }, 0, undefined],
    ["the operator's floor is longer", { interval: '10m' }, 5 * MINUTE, 5 * MINUTE],
    ["the operator's floor is as long as the interval", { interval: '10m' }, 10 * MINUTE, undefined],
  ] as const)
    it(`where ${what}: ${everyMs === undefined ? 'never' : `every ${everyMs / 1_000} s`}`, () => {
      expect(quickIntervalMs({ timeout, ...schedule }, floorMs)).to.equal(everyMs);
    });
});
