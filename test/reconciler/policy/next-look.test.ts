import { expect } from 'chai';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { nextLook } from '../../../pkg/reconciler/policy/next-look.js';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 22, 10);
const TERMS = { minIntervalMs: 0, retryMs: 5_000, nowMs: NOW + 1_000 };

describe('The next look at a policy whose write may still be applied', () => {
  const ended = { error: undefined, result: 'Succeeded', endMs: NOW, settlesMs: NOW + 11 * MINUTE } as const;

  for (const schedule of [
    { interval: '168h', timeout: '30m' },
    { cron: '0 4 * * *', timeout: '30m' },
  ]) {
    it(`comes when the write is settled, not before, with ${JSON.stringify(schedule)}`, () => {
      expect(nextLook(ended, { ...TERMS, schedule })).to.deep.equal({
        atMs: TERMS.nowMs + 11 * MINUTE,
        result: { kind: 'wait', ms: 11 * MINUTE },
      });
    });
  }

  it('comes by the schedule where that is sooner', () => {
    const schedule = { interval: '1m', timeout: '30m' };
    expect(nextLook(ended, { ...TERMS, schedule }).result).to.deep.equal({ kind: 'requeueAfter', ms: MINUTE });
  });

  it('backs off where that time is over and the write is open all the same, since the local clock is wrong', () => {
    const schedule = { interval: '1h', timeout: '30m' };
    const overdue = { ...ended, result: 'Incomplete', settlesMs: NOW - MINUTE } as const;
    const { atMs, result } = nextLook(overdue, { ...TERMS, schedule });
    expect([atMs, result.kind]).to.deep.equal([TERMS.nowMs + TERMS.retryMs, 'retry']);
  });

  it('comes at once where that time came while the pass ran', () => {
    const schedule = { interval: '1h', timeout: '30m' };
    expect(nextLook({ ...ended, settlesMs: NOW - 1_000 }, { ...TERMS, schedule }).result).to.deep.equal({
      kind: 'wait',
      ms: 0,
    });
  });

  it('is a retry after a failure', () => {
    const error = new Plus1Error('PLUS1_WRITE_UNPROVED', 'x');
    const schedule = { interval: '1h', timeout: '30m' };
    expect(nextLook({ ...ended, error, result: 'Failed' }, { ...TERMS, schedule }).result.kind).to.equal('retry');
  });
});
