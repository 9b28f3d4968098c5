/** Kind: a program whose memory for garbage grows as if it had the machine for itself. */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect } from 'chai';

/**
 * Each round keeps 2 MiB of small objects for two rounds, as one answer after the other is kept until it is judged: what V8 takes for a
 * reason to grow the room for young objects. Prints the greatest size that it had, in MiB, both halves together.
 */
const CHURN = `
import { getHeapSpaceStatistics } from 'node:v8';
import { setImmediate as turn } from 'node:timers/promises';
import { boundCollections } from '${pathToFileURL(join(process.cwd(), 'cmd/plus1/collections.ts')).href}';
if (process.argv[1] === 'bound') boundCollections();
let kept = [];
let greatest = 0;
for (let round = 0; round < 200; round += 1) {
  const made = Array.from({ length: 30_000 }, (_, index) => ({ index, round }));
  kept = [kept[1], made];
  await turn();
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  greatest = Math.max(greatest, young.space_size);
}
console.log(greatest / 1_048_576);
`;

function greatestMiB(how: 'bound' | 'free'): number {
  const args = ['--import', 'tsx', '--input-type=module', '-e', CHURN, how];
  // The settings of this run of the tests are not those of a program.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return Number(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
}

describe('The room for young objects', function () {
  this.timeout(60_000);

  it('stays within 8 MiB, and goes beyond 16 where nobody bounds it', () => {
    expect(greatestMiB('free')).to.be.at.least(16);
    const bound = greatestMiB('bound');
    expect(bound).to.be.within(4, 8);
  });
});
