/** A short part of `make chaos`: random runs of the real controller in virtual time, judged by what the simulator saw. */
import { expect } from 'chai';
import { RULESET } from '../builders.js';
import { SEED } from '../sample.js';
import { asExpected } from './invariants/convergence.js';
import { judge } from './invariants/judge.js';
import { runSeed } from './run/run.js';
import { Simulation, TOKEN } from './run/simulation.js';

/** Another part in each run, of those that the long runs have played. */
const SEEDS = 2;
const PLAYED = 10_000;

describe('The controller in random runs', function () {
  this.timeout(300_000);

  for (let index = 0; index < SEEDS; index += 1) {
    const seed = 1 + ((SEED + index) % PLAYED);
    it(`keeps every invariant: make chaos ARGS="--seed ${seed} --seeds 1" repeats it`, async () => {
      expect((await runSeed({ seed })).wrong).to.deep.equal([]);
    });
  }

  it('is the same run whenever it is repeated', async () => {
    const [first, second] = [
      await runSeed({ seed: SEED, isTraced: true }),
      await runSeed({ seed: SEED, isTraced: true }),
    ];
    const plain = ({ trace }: typeof first): string[] =>
      trace.filter((line) => !/ {3}log | is killed| starts /.test(line));
    expect(plain(second)).to.deep.equal(plain(first));
  });

  describe('without any action', () => {
    const MINUTES_30 = 1_800_000;

    /** Of a seed whose organization has something in production. */
    const settled = async (check: (sim: Simulation) => Promise<void>): Promise<void> => {
      const sim = new Simulation(2);
      await sim.during(async () => {
        sim.putPolicy({ ...sim.spec, mode: 'Enforce', exit: { gracePeriod: '0s' } });
        sim.lives.start();
        await sim.pass(MINUTES_30);
        expect(await judge(sim)).to.deep.equal([]);
        asExpected(sim, { isLast: false });
        expect(sim.chronicle.wrong).to.deep.equal([]);
        await check(sim);
      });
    };

    it('breaks the invariants journal and convergence where the membership is another one in the end', () =>
      settled(async (sim) => {
        sim.organization.ruleset(RULESET).setMembers([7]);
        asExpected(sim, { isLast: true });
        const wrong = await judge(sim);
        expect(wrong.some((each) => each.startsWith('journal: its replay is'))).to.equal(true);
        expect(wrong.some((each) => each.startsWith('convergence: '))).to.equal(true);
      }));

    it('breaks the invariant secrets where the token stands in the log', () =>
      settled(async (sim) => {
        sim.line(`refused: Bearer ${TOKEN}`);
        expect(await judge(sim)).to.deep.equal(['secrets: the token stands in the log']);
      }));
  });
});
