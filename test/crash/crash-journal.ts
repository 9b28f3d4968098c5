/** Records one story of the journal, and cuts it. */
import { join } from 'node:path';
import { tryCuts, tryTwice, type Outcome } from './cuts.js';
import { newGiven, restartJournal, tellJournal, type Given } from './journal-story.js';
import type { Mark, Operation } from './operation.js';
import { seeded } from './random.js';
import { Recorder } from './recorder.js';

export interface JournalCrash {
  seed: number;
  /** Passes of the story. */
  steps: number;
  /** Of the boundaries, from 0 to 1. */
  share: number;
  /** Makes an empty folder. */
  folder: () => string;
  /** What a process would have done that is less careful. */
  change?: (operations: readonly Operation[]) => readonly Operation[];
  /** The process is killed, and the power is cut after the next one. */
  isTwice?: boolean;
}

export async function crashJournal({ seed, steps, share, folder, change, isTwice }: JournalCrash): Promise<Outcome> {
  const root = folder();
  const recorder = new Recorder(root);
  const given = newGiven(seeded(seed), (mark) => recorder.mark(mark));
  await recorder.during(() => tellJournal(root, given, steps));
  const [random, chance] = [seeded(seed + 1), seeded(seed + 2)];
  const cuts = {
    ...{ root, random, operations: change?.(recorder.operations) ?? recorder.operations, scratch: join(folder(), 'x') },
    isChosen: () => share === 1 || chance() < share,
  };
  const start = (state: string, marks: readonly Mark[], mark: Given['mark'] = () => undefined): Promise<string[]> =>
    restartJournal(state, { ...given, random: seeded(seed + 3), mark }, marks);
  return isTwice === true
    ? tryTwice({ ...cuts, start })
    : tryCuts({ ...cuts, start: (state, marks) => start(state, marks) });
}
