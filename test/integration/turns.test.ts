/**
 * Kind of fault: a pass that looks at all repositories in one stretch. Beside other work, 100,000 of them kept the loop for 12 s: the lock of
 * the state folder gave no sign of life, and the pass failed.
 */
import { expect } from 'chai';
import { town } from '../builders.js';
import { Scene } from './passes.js';

/** Rounds of the event loop between two steps: what `ownTurn` leaves to others. */
const ROUNDS = 4;

describe('A pass without anything to ask', () => {
  it('leaves the loop to others between its steps', async () => {
    const scene = await Scene.open(town({ members: 3, others: 3 }));
    let rounds = 0;
    let isOver = false;
    const tick = (): void => {
      rounds += 1;
      if (!isOver) setImmediate(tick);
    };
    try {
      await scene.pass();
      await scene.pass();
      const marks: number[] = [];
      const mark = async (): Promise<void> => void marks.push(rounds);
      setImmediate(tick);
      await scene.pass({}, { dependencies: { record: { observed: mark, keepStatus: mark } } });
      const [observed = 0, kept = 0] = marks;
      // Before and after the plan, before the look at the rules, and before all is published.
      expect(marks).to.have.length(2);
      expect(kept - observed).to.be.at.least(4 * ROUNDS);
    } finally {
      isOver = true;
      await scene.close();
    }
  });
});
