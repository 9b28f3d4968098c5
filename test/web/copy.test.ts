/** What the thread of the page is told about the policies, and how often it asks. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { PolicyRecord } from '../../pkg/policies/index.js';
import { FRESH_MS, PolicyCopy } from '../../pkg/web/thread/copy.js';
import { Told, withDifference } from '../../pkg/web/thread/difference.js';

const record = (name: string): PolicyRecord => ({
  ...{ key: { namespace: 'a', name }, faults: [], generation: 1, createdMs: 0, uid: name },
  status: {},
});

describe('The copy of the policies', () => {
  it('is what the home has, whatever came, changed, moved and went', () => {
    const pool = Array.from({ length: 8 }, (_, at) => record(String(at)));
    const lists = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 7 })), { maxLength: 8 });
    fc.assert(
      fc.property(lists, (steps) => {
        const told = new Told();
        let copy: PolicyRecord[] = [];
        for (const step of steps) {
          const now = step.map((at) => pool[at] ?? expect.fail());
          const difference = told.update(now);
          if (difference !== undefined) copy = withDifference(copy, difference);
          expect(copy).to.deep.equal(now);
        }
      }),
    );
  });

  it('is sent what changed alone', () => {
    const told = new Told();
    const [a, b, c] = [record('a'), record('b'), record('c')];
    expect(told.update([a, b])).to.deep.equal([a, b]);
    expect(told.update([a, b])).to.equal(undefined);
    const changed = { ...b, generation: 2 };
    expect(told.update([c, a, changed])).to.deep.equal([c, 0, changed]);
    expect(told.update([a])).to.deep.equal([1]);
    expect(told.update([])).to.deep.equal([]);
  });

  it('is asked for once by all who come at once, and no more often than every fifth of a second', async () => {
    let [asked, nowMs] = [0, 1_000];
    const copy = new PolicyCopy(() => (asked += 1), { now: () => nowMs, monotonic: () => nowMs });
    const answer = (name: string): void =>
      copy.take({ kind: 'policies', difference: [record(name)], following: undefined });
    const waiting = Array.from({ length: 200 }, () => copy.refresh());
    expect(asked).to.equal(1);
    answer('a');
    await Promise.all(waiting);
    expect(copy.list()[0]?.key.name).to.equal('a');
    nowMs += FRESH_MS - 1;
    await copy.refresh();
    expect(asked).to.equal(1);
    nowMs += 1;
    const next = copy.refresh();
    expect(asked).to.equal(2);
    answer('b');
    await next;
    expect(copy.list()[0]?.key.name).to.equal('b');
  });

  it('waits for an answer that takes longer', async () => {
    let [asked, nowMs, isDone] = [0, 1_000, false];
    const copy = new PolicyCopy(() => (asked += 1), { now: () => nowMs, monotonic: () => nowMs });
    void copy.refresh().then(() => (isDone = true));
    nowMs += 10 * FRESH_MS;
    const late = copy.refresh();
    expect(asked).to.equal(1);
    await Promise.resolve();
    expect(isDone).to.equal(false);
    copy.take({ kind: 'policies', following: { leader: 'x' } });
    await late;
    expect(isDone).to.equal(true);
    expect(copy.following).to.deep.equal({ leader: 'x' });
  });
});
