/**
 * Random hostile texts of each kind, from a seed: whatever comes, there is a verdict, at a bounded cost, and nothing raw is
 * printed. HOSTILE_INPUTS sets how many of each kind there are, HOSTILE_SEED where they begin.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { readPolicyDocuments } from '../../pkg/policies/index.js';
import { parseJSON, printable, printableJSON, quote } from '../../pkg/text/index.js';
import { runsOf, SEED } from '../sample.js';
import { verdictOn } from './build.js';
import { hostileName as name, hostileText as hostile } from './random-inputs.js';

const numRuns = Number(process.env['HOSTILE_INPUTS'] ?? runsOf(300, 80).numRuns);
const seed = Number(process.env['HOSTILE_SEED'] ?? SEED);
const RAW = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** Far above what any of them costs; a cost that grows with the square of the size is beyond it. */
const MOST_MS = 2_000;

function costs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

describe('random hostile inputs', () => {
  const check = <T>(arbitrary: fc.Arbitrary<T>, say: (input: T) => readonly string[]): void => {
    let most = 0;
    fc.assert(
      fc.property(arbitrary, (input) => {
        const ms = costs(() => {
          for (const said of say(input)) expect(said).to.not.match(RAW);
        });
        most = Math.max(most, ms);
        expect(ms).to.be.at.most(MOST_MS);
      }),
      { numRuns, seed, endOnFailure: true },
    );
    if (numRuns > 1_000)
      console.log(`        dearest ${Math.round(most)} ms, memory ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  };

  it('end in a verdict as catalogue files', () => {
    check(hostile, (text) => verdictOn(text).reasons.flatMap(({ found, expected, fix }) => [found, expected, fix]));
  }).timeout(3_600_000);

  it('end in faults as policy files', () => {
    check(hostile, (text) => readPolicyDocuments(text).flatMap(({ faults }) => faults));
  }).timeout(3_600_000);

  it('are parsed or refused as answers', () => {
    check(hostile, (text) => {
      try {
        return [printableJSON(parseJSON(text)).trimEnd()];
      } catch (error) {
        expect(error).to.be.instanceOf(SyntaxError);
        return [];
      }
    });
  }).timeout(3_600_000);

  it('are printed as text as names', () => {
    check(name, (text) => [printable(text), quote(text)]);
  }).timeout(3_600_000);
});
