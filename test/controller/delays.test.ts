import { expect } from 'chai';
import fc from 'fast-check';
import { Backoff, jitter, jitterLater } from '../../pkg/controller/index.js';
import { DelayHeap } from '../../pkg/controller/delay-heap.js';
import { Fifo } from '../../pkg/controller/fifo.js';

describe('backoff', () => {
  it('doubles from 750 ms to 15 min, key by key', () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 13 }, () => backoff.when('a') / 1_000);
    expect(waits).to.deep.equal([0.75, 1.5, 3, 6, 12, 24, 48, 96, 192, 384, 768, 900, 900]);
    expect(backoff.when('b')).to.equal(750);
  });

  it('stays at 15 min however often a key fails', () => {
    const backoff = new Backoff();
    for (let failure = 0; failure < 5_000; failure += 1) backoff.when('a');
    expect(backoff.when('a')).to.equal(900_000);
    expect(backoff.failures('a')).to.equal(5_001);
  });

  it('starts again for a key that was forgotten', () => {
    const backoff = new Backoff();
    backoff.when('a');
    backoff.when('a');
    backoff.forget('a');
    expect(backoff.failures('a')).to.equal(0);
    expect(backoff.when('a')).to.equal(750);
  });
});

describe('jitter', () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const delay = fc.integer({ min: 0, max: 1_000_000_000 });

  it('keeps a delay within 5 % on both sides', () => {
    fc.assert(
      fc.property(delay, share, (ms, random) => {
        const spread = jitter(ms, () => random);
        expect(spread).to.be.within(Math.floor(ms * 0.95), Math.ceil(ms * 1.05));
      }),
    );
    expect([jitter(1_000, () => 0), jitter(1_000, () => 0.5), jitter(1_000, () => 1)]).to.deep.equal([
      950, 1_000, 1_050,
    ]);
  });

  it('only ever lengthens a wait that someone else named', () => {
    fc.assert(
      fc.property(delay, share, (ms, random) => {
        const spread = jitterLater(ms, () => random);
        expect(spread).to.be.within(ms, Math.ceil(ms * 1.05));
      }),
    );
  });
});

describe('the delay heap', () => {
  const key = fc.integer({ min: 0, max: 40 }).map(String);
  const due = fc.integer({ min: 0, max: 30 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), key, due }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), key, due }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const), key, due }) },
  );

  it('gives the keys in the order of a sorted list', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 200 }), (steps) => {
        const heap = new DelayHeap();
        let list: { key: string; due: number }[] = [];
        const take = (now: number): void => {
          const first = list.toSorted((a, b) => a.due - b.due).find((entry) => entry.due <= now);
          list = list.filter((entry) => entry !== first);
          expect(heap.takeDue(now)).to.equal(first?.key);
        };
        for (const { kind, key, due } of steps) {
          const known = list.find((entry) => entry.key === key);
          if (kind === 'take') take(due);
          else if (kind === 'remove') {
            expect(heap.remove(key)).to.equal(known !== undefined);
            list = list.filter((entry) => entry !== known);
          } else {
            heap.add(key, due);
            if (known === undefined || due < known.due) {
              list = [...list.filter((entry) => entry !== known), { key, due }];
            }
          }
          expect(heap.size).to.equal(list.length);
          expect(heap.firstDue).to.equal(list.length === 0 ? undefined : Math.min(...list.map((entry) => entry.due)));
        }
        while (list.length > 0) take(Infinity);
      }),
    );
  });
});

describe('keys of one heap that are due together', () => {
  it('leave in the order in which they came, no matter who asks again for the same time', () => {
    const heap = new DelayHeap();
    for (const key of ['a', 'b', 'c', 'a']) heap.add(key, 10);
    expect([heap.takeDue(10), heap.takeDue(10), heap.takeDue(10)]).to.deep.equal(['a', 'b', 'c']);
  });
});

describe('the line', () => {
  it('gives what an array would, however long it gets', () => {
    const line = new Fifo<number>();
    const array: number[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      line.push(index);
      array.push(index);
      if (index % 3 === 0) expect(line.shift()).to.equal(array.shift());
      if (index % 97 === 0) {
        expect(line.remove(index - 5)).to.equal(array.includes(index - 5));
        if (array.includes(index - 5)) array.splice(array.indexOf(index - 5), 1);
      }
      expect(line.length).to.equal(array.length);
    }
    while (array.length > 0) expect(line.shift()).to.equal(array.shift());
    expect(line.shift()).to.equal(undefined);
  });

  it('does not find again what was served', () => {
    const line = new Fifo<string>();
    line.push('a');
    line.push('b');
    line.shift();
    expect(line.remove('a')).to.equal(false);
  });
});
