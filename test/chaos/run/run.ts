/** One seed from its start to the verdict. */
import { planOf, perform, type Action } from '../actions/plan.js';
import { Simulation } from './simulation.js';
import { calmDown } from './calm.js';
import { leavers } from '../invariants/evidence.js';
import { judge } from '../invariants/judge.js';

export interface RunOptions {
  seed: number;
  /** Which of its actions happen; default: all. */
  only?: readonly number[] | undefined;
  isTraced?: boolean;
}

export interface RunOutcome {
  seed: number;
  actions: readonly Action[];
  /** What was wrong, each beginning with the name of its invariant. */
  wrong: string[];
  counts: ReadonlyMap<string, number>;
  hits: ReadonlyMap<string, number>;
  trace: readonly string[];
  passes: number;
}

function countLeaves({ chronicle, count }: Simulation): void {
  for (const put of chronicle.puts) {
    if (put.appliedAt !== undefined && leavers(put).length > 0) count('leave');
    if (put.released === true) count('released');
  }
  if (chronicle.rolledBack.size > 0) count('rolled-back');
}

export async function runSeed({ seed, only, isTraced = false }: RunOptions): Promise<RunOutcome> {
  const { actions, lengthMs } = planOf(seed);
  const sim = new Simulation(seed, { isTraced });
  const wrong = await sim.during(async () => {
    sim.putPolicy(sim.spec);
    sim.lives.start();
    sim.hooks.start();
    for (const [index, action] of actions.entries()) {
      if (only !== undefined && !only.includes(index)) continue;
      await sim.pass(action.at - sim.timeline.elapsedMs);
      await perform(sim, action);
    }
    await sim.pass(lengthMs - sim.timeline.elapsedMs);
    await calmDown(sim, seed);
    const found = await judge(sim);
    countLeaves(sim);
    return found;
  });
  return {
    seed,
    actions,
    wrong,
    counts: sim.counts,
    hits: sim.weather.hits,
    trace: sim.trace,
    passes: sim.chronicle.passes.length,
  };
}
