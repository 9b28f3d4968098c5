/** Makes a failing run smaller: actions are left out as long as the same invariant is broken. */
import { runSeed, type RunOutcome } from './run.js';

/** Each try is a run. */
const MOST_TRIES = 60;

const nameOf = (wrong: string): string => wrong.slice(0, wrong.indexOf(':'));

/** The indexes of the actions that are enough. */
export async function shrink({ seed, actions, wrong }: RunOutcome): Promise<number[]> {
  const names = new Set(wrong.map(nameOf));
  let kept = actions.map((_, index) => index);
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1 && tries < MOST_TRIES;) {
    let isSmaller = false;
    for (let at = 0; at < kept.length && tries < MOST_TRIES;) {
      const only = kept.toSpliced(at, size);
      tries += 1;
      const outcome = await runSeed({ seed, only });
      if (outcome.wrong.some((each) => names.has(nameOf(each)))) {
        kept = only;
        isSmaller = true;
      } else at += size;
    }
    if (size === 1 && !isSmaller) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return kept;
}
