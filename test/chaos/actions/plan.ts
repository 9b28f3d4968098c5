/** The actions of a run, made from its seed before it begins. */
import { Random } from '../random.js';
import type { Simulation } from '../run/simulation.js';
import { HOUR, type Act, type Acts } from './action.js';
import { HANDS } from './hands.js';
import { OWNERS } from './owners.js';
import { APPROVERS } from './people.js';
import { POLICY_EDITS } from './policy.js';
import { PROCESSES } from './processes.js';
import { TROUBLE } from './trouble.js';

export interface Action {
  /** Since the start, ms. */
  at: number;
  name: string;
  seed: number;
}

const ALL: Acts = { ...OWNERS, ...HANDS, ...POLICY_EDITS, ...APPROVERS, ...TROUBLE, ...PROCESSES };

/** Some runs are quiet, so that all of a long story happens; some are full of trouble. */
function weightOf(name: string, weight: number, wildness: number): number {
  return name in TROUBLE || name in PROCESSES ? weight * wildness : weight;
}

export function planOf(seed: number): { actions: Action[]; lengthMs: number } {
  const random = new Random(seed, 'actions');
  const lengthMs = random.pick([3, 5, 8, 10]) * HOUR;
  const wildness = random.pick([0.1, 0.5, 1, 2]);
  const weighed = Object.entries(ALL).map(([name, [weight]]) => [weightOf(name, weight, wildness), name] as const);
  const actions = Array.from({ length: random.between(8, 26) }, () => ({
    at: random.below(lengthMs),
    name: random.weighed(weighed),
    seed: random.below(2 ** 31),
  }));
  return { actions: actions.sort((a, b) => a.at - b.at), lengthMs };
}

export async function perform(sim: Simulation, { name, seed }: Action): Promise<void> {
  const [, act] = ALL[name] as readonly [number, Act];
  sim.note(`action ${name}`);
  await act(sim, new Random(seed));
}
