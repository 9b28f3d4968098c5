/** What the process remembers of exit clocks that ended in a status which nobody kept. */
import { expect } from 'chai';
import type { ExitClock, PolicyStatus } from '../../../pkg/api/index.js';
import type { PolicyRecord } from '../../../pkg/policies/index.js';
import { EndedClocks } from '../../../pkg/reconciler/memory/ended-clocks.js';

const KEY = { namespace: 'default', name: 'acme' };
const clock = (id: number, since = '2026-11-01T00:00:00Z'): ExitClock => ({
  ...{ id, name: `r-${id}`, reason: 'valid_non_production', since, dueTime: '2026-11-02T00:00:00Z' },
});
const status = (...leaving: ExitClock[]): PolicyStatus => ({ leaving });
const running = (ended: EndedClocks, kept: PolicyStatus): number[] =>
  (ended.without({ key: KEY, status: kept } as PolicyRecord)?.status.leaving ?? []).map(({ id }) => id);

describe('Exit clocks that ended in a status that was not kept', () => {
  it('stay ended for each later look at the old status, and run again only from a new start', () => {
    const ended = new EndedClocks();
    ended.add(KEY, status(clock(1), clock(2)), status(clock(2)));
    for (let look = 1; look <= 2; look += 1) expect(running(ended, status(clock(1), clock(2)))).to.deep.equal([2]);
    expect(running(ended, status(clock(1, '2026-11-09T00:00:00Z')))).to.deep.equal([1]);
  });

  it('are remembered while an older status, which was kept too late, shows them', () => {
    const ended = new EndedClocks();
    ended.add(KEY, status(clock(1), clock(2)), status(clock(2)));
    ended.add(KEY, status(clock(2)), status());
    ended.kept(KEY, status(clock(2)));
    expect(running(ended, status(clock(1), clock(2)))).to.deep.equal([1]);
    ended.kept(KEY, status());
    expect(running(ended, status(clock(2)))).to.deep.equal([2]);
  });

  it('are of one policy, and forgotten with it', () => {
    const ended = new EndedClocks();
    ended.add({ ...KEY, name: 'other' }, status(clock(1)), status());
    expect(running(ended, status(clock(1)))).to.deep.equal([1]);
    ended.add(KEY, status(clock(1)), status());
    ended.forget(KEY);
    expect(running(ended, status(clock(1)))).to.deep.equal([1]);
  });
});
