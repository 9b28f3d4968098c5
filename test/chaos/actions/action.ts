/** Something that happens in a run. Each has random choices of its own, so that the others stay what they are where one is left out. */
import type { Random } from '../random.js';
import type { Simulation } from '../run/simulation.js';

export type Act = (sim: Simulation, random: Random) => void | Promise<void>;

/** By name, with the weight of each. */
export type Acts = Readonly<Record<string, readonly [weight: number, act: Act]>>;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
