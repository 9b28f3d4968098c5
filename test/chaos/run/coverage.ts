/** What the seeds of a run have played, and whether that is enough to believe that nothing was wrong. */
import { ALL_FAULTS } from '../../fakes/github/index.js';
import type { RunOutcome } from './run.js';

/** Shares of the seeds in which something must have happened. */
export const SHARES: Readonly<Record<string, { least: number; what: string }>> = {
  hold: { least: 0.05, what: 'a guard held a plan' },
  'killed-between': { least: 0.05, what: 'a process died between a PUT and its outcome' },
  leave: { least: 0.2, what: 'somebody left' },
  'rolled-back': { least: 0.05, what: 'a rollback was carried out' },
  released: { least: 0.05, what: 'an approval released somebody' },
};
/** Of each kind of fault, over a run of that many seeds or more. */
const LEAST_HITS = 50;
const SEEDS_FOR_HITS = 2_000;
/** Fewer seeds than that prove no share. */
const SEEDS_FOR_SHARES = 100;

export class Coverage {
  readonly #seeds = new Map<string, number>();
  readonly #hits = new Map<string, number>(ALL_FAULTS.map(({ kind }) => [kind, 0]));
  #runs = 0;
  #passes = 0;

  add({ counts, hits, passes }: RunOutcome): void {
    this.#runs += 1;
    this.#passes += passes;
    for (const what of counts.keys()) this.#seeds.set(what, (this.#seeds.get(what) ?? 0) + 1);
    for (const [kind, times] of hits) this.#hits.set(kind, (this.#hits.get(kind) ?? 0) + times);
  }

  /** What is too little. */
  get lacks(): string[] {
    const shares = Object.entries(SHARES).filter(([name, { least }]) => this.#share(name) < least);
    const few = [...this.#hits].filter(([, times]) => times < LEAST_HITS);
    return [
      ...(this.#runs < SEEDS_FOR_SHARES ? [] : shares).map(
        ([name, { least, what }]) =>
          `${percent(this.#share(name))} of the seeds where ${what}; at least ${percent(least)} is wanted`,
      ),
      ...(this.#runs < SEEDS_FOR_HITS ? [] : few).map(
        ([kind, times]) => `${times} faults of the kind ${kind}; at least ${LEAST_HITS} are wanted`,
      ),
    ];
  }

  /** For people. */
  toString(): string {
    const names = [...this.#seeds]
      .sort(([, a], [, b]) => b - a)
      .map(([name, seeds]) => `${name} ${percent(seeds / this.#runs)}`);
    const hits = [...this.#hits].map(([kind, times]) => `${kind} ${times}`);
    return [
      `${this.#runs} seeds, ${this.#passes} passes`,
      `of the seeds: ${names.join(', ')}`,
      `faults: ${hits.join(', ')}`,
    ].join('\n');
  }

  #share(name: string): number {
    return (this.#seeds.get(name) ?? 0) / Math.max(1, this.#runs);
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
