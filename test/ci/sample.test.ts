/** How much of a long table a run plays. */
import { expect } from 'chai';
import { runsOf, sampleOf, SEED, sizeOf, USUAL_RUNS } from '../sample.js';

const NUMBERS = Array.from({ length: 100 }, (_, index) => index);

/** By what the run was asked for: all, what `npx mocha FILE` plays, or a third of that. */
const byRun = <T>(whole: T, file: T, sample: T): T => {
  const asked = process.env['PLUS1_TESTS'];
  return asked === 'whole' ? whole : asked === 'sample' ? sample : file;
};

describe('the sample of a table', () => {
  it('is all of it in CI, a part in a run of a file, and a third of that in make test', () => {
    expect(sampleOf(NUMBERS, 30, 'table')).to.have.length(byRun(100, 30, 10));
    expect(runsOf(500, 100)).to.deep.equal({ numRuns: byRun(500, 100, 34) });
    expect(runsOf(60)).to.deep.equal({ numRuns: byRun(60, 60, 20) });
    expect(USUAL_RUNS).to.equal(byRun(100, 100, 34));
  });

  it('is never empty, and keeps the order', () => {
    expect(sampleOf(NUMBERS, 1, 'one').length).to.equal(byRun(100, 1, 1));
    const chosen = sampleOf(NUMBERS, 30, `order ${SEED}`);
    expect(chosen).to.deep.equal([...chosen].sort((a, b) => a - b));
  });

  it('makes nothing smaller in make test whose size is what a test is about', () => {
    expect(sizeOf(1_000, 110)).to.equal(byRun(1_000, 110, 110));
  });
});
