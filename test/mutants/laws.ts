/**
 * One fault for each law of docs/design/architecture.md, and the file of tests that must turn red by it. Most of them are among those that
 * chaos must notice too.
 */
import { MUTANTS, type Edits } from '../chaos/mutants/table.js';
import { partsOf } from '../chaos/mutants/plant.js';

export interface LawMutant {
  law: number;
  name: string;
  parts: readonly Edits[];
  /** A file of tests. */
  test: string;
}

const ofChaos = (law: number, name: string, test: string): LawMutant => {
  const mutant = MUTANTS.find((each) => each.name === name && each.law === law);
  if (mutant === undefined) throw new Error(`chaos has no fault called ${name} against law ${law}`);
  return { law, name, parts: partsOf(mutant), test };
};

export const LAW_MUTANTS: readonly LawMutant[] = [
  ofChaos(1, 'who is not listed is gone at once', 'test/governance/membership/gone-laws.test.ts'),
  ofChaos(2, 'the grace period runs from the last observation', 'test/governance/membership/laws.test.ts'),
  ofChaos(3, 'the branches of the ruleset are written by us', 'test/github/conditions.test.ts'),
  ofChaos(4, 'the ruleset is not read again before the PUT', 'test/reconciler/pass/superseded.test.ts'),
  ofChaos(5, 'a policy that only observes is written for', 'test/reconciler/pass/pass.test.ts'),
  {
    law: 6,
    name: 'a key that is added during its run is forgotten',
    parts: [
      {
        file: 'pkg/controller/queue.ts',
        edits: [['    if (this.#dirty.has(key)) this.#enqueue(key);', '    this.#dirty.delete(key);']],
      },
    ],
    test: 'test/controller/queue.test.ts',
  },
  {
    law: 7,
    name: 'a memory that is damaged is believed',
    parts: [
      {
        file: 'pkg/policies/folder/state-text.ts',
        edits: [['  if (fault === undefined) return;', "  if (fault !== '') return;"]],
      },
    ],
    test: 'test/policies/folder/damaged-state.test.ts',
  },
  ofChaos(8, 'a secret that an answer repeats is told', 'test/github/secrecy.test.ts'),
  ofChaos(9, 'reading goes on below a fifth of the limit', 'test/github/limits.test.ts'),
];
