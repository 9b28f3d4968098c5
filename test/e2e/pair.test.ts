import { expect } from 'chai';
import { runPair } from '../pair/run.js';

/** A short part of `make pair`. */
const SECONDS = 45;

describe('two controllers behind broken networks', function () {
  // The end waits for leases that nobody gave back, and for all policies to converge.
  this.timeout(1_200_000);

  it('break no law, and leave everything as it should be', async () => {
    const { wrong, counts } = await runPair({ seconds: SECONDS, seed: 7 });
    expect(wrong).to.deep.equal([]);
    expect(counts['writes of a known process']).to.be.above(0);
  });
});
