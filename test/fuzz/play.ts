/** Plays the cases of one target: counts them, measures each, and makes the first one that fails smaller. */
import fc from 'fast-check';
import type { Target } from './target.js';

/** Far above what any input may cost, ms of processor time. What grows with the square of its size is beyond it. */
export const MOST_MS = 2_000;

export interface Played {
  name: string;
  cases: number;
  /** How many the parser took. */
  taken: number;
  /** Processor time of the dearest case, ms. */
  peakMs: number;
  failure?: Failure;
}

export interface Failure {
  seed: number;
  /** Of fast-check: leads to the smallest input that fails. */
  path: string;
  input: unknown;
  error: unknown;
}

export interface Wanted {
  cases: number;
  seed: number;
  /** Plays that case alone. */
  path?: string | undefined;
}

export async function play({ name, inputs, judge }: Target, { cases, seed, path }: Wanted): Promise<Played> {
  const played: Played = { name, cases: 0, taken: 0, peakMs: 0 };
  const property = fc.asyncProperty(inputs, async (input) => {
    const before = process.cpuUsage();
    played.cases += 1;
    if (await judge(input)) played.taken += 1;
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    played.peakMs = Math.max(played.peakMs, ms);
    if (ms > MOST_MS) throw new Error(`it took ${Math.round(ms)} ms of processor time; at most ${MOST_MS} are allowed`);
  });
  const only = path === undefined ? {} : { path, endOnFailure: true };
  const outcome = await fc.check(property, { numRuns: path === undefined ? cases : 1, seed, ...only });
  if (!outcome.failed) return played;
  const { counterexample, counterexamplePath, errorInstance } = outcome;
  return {
    ...played,
    failure: { seed, path: counterexamplePath ?? '', input: counterexample?.[0], error: errorInstance },
  };
}

/** The command that plays a failing case again. */
export const commandOf = (name: string, { seed, path }: Failure): string =>
  `make fuzz ARGS="--target ${name} --seed ${seed} --path ${path}"`;
