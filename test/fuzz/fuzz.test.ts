/** A short part of `make fuzz`: random inputs for each parser of what others wrote, another sample in each run. */
import { expect } from 'chai';
import { runsOf, SEED } from '../sample.js';
import { commandOf, play } from './play.js';
import { shown } from './shown.js';
import { TARGETS } from './table.js';

describe('What others wrote', function () {
  this.timeout(300_000);

  for (const target of TARGETS)
    it(`never breaks its parser: ${target.name}`, async () => {
      const cases = runsOf(30 * target.weight, 4 * target.weight).numRuns;
      const { failure } = await play(target, { cases, seed: SEED });
      if (failure === undefined) return;
      const { input, error } = failure;
      expect.fail(`${String(error)}\ninput: ${shown(input)}\nagain: ${commandOf(target.name, failure)}`);
    });
});
