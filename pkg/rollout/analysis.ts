/** Whether a stage has proved itself. Three answers: a stage without enough pushes proves nothing, and no time makes it healthy. */
import { durationMs, formatDuration, type RolloutSpec, type RolloutStage } from '../api/index.js';
import type { Tally } from './suites.js';

export type Verdict =
  /** A limit is exceeded. */
  | { state: 'Failed'; message: string }
  /** Its time is not over yet. */
  | { state: 'Soaking'; message: string }
  /** Its time is over, and too little is known. */
  | { state: 'Inconclusive'; message: string }
  | { state: 'Healthy'; message: string };

export interface StageSight {
  tally: Tally;
  /** When the stage began, and when the pass looked, Unix ms. */
  sinceMs: number;
  nowMs: number;
  members: number;
}

/** `stage`: the one that runs. */
export function judgeStage(spec: Pick<RolloutSpec, 'analysis'>, stage: RolloutStage, sight: StageSight): Verdict {
  const failure = failureOf(spec.analysis, sight);
  if (failure !== undefined) return { state: 'Failed', message: failure };
  const { tally, sinceMs, nowMs } = sight;
  const { minPushes } = spec.analysis;
  const judged = tally.passed + tally.failed;
  if (nowMs < sinceMs + durationMs(stage.soak)) {
    const message = `${counts(tally)}; it lasts ${formatDuration(durationMs(stage.soak))} at least`;
    return { state: 'Soaking', message };
  }
  if (judged < minPushes)
    return { state: 'Inconclusive', message: `${counts(tally)}; it needs ${minPushes} that were judged` };
  if (!tally.isWhole)
    return { state: 'Inconclusive', message: `${counts(tally)}; not all rule suites of the stage could be read` };
  return { state: 'Healthy', message: counts(tally) };
}

function failureOf(
  { maxFailedPushes, maxFailingRepositories }: RolloutSpec['analysis'],
  { tally, members }: StageSight,
): string | undefined {
  if (tally.failed > maxFailedPushes)
    return `${tally.failed} pushes failed, analysis.maxFailedPushes is ${maxFailedPushes}: ${namesOf(tally)}`;
  const most = shareOf(maxFailingRepositories, members);
  if (tally.repositories.length > most)
    return `pushes failed in ${tally.repositories.length} repositories, analysis.maxFailingRepositories is ${maxFailingRepositories} (${most} of ${members}): ${namesOf(tally)}`;
  return undefined;
}

/** A percentage is rounded up. */
const shareOf = (share: number | string, members: number): number =>
  typeof share === 'number' ? share : Math.ceil((members * Number.parseInt(share, 10)) / 100);

const MAX_NAMES = 10;

function namesOf({ repositories }: Tally): string {
  const shown = repositories.slice(0, MAX_NAMES).map(({ name, failed }) => `${name} (${failed})`);
  const more = repositories.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const counts = ({ passed, failed, bypassed }: Tally): string =>
  `${passed} pushes passed, ${failed} failed, ${bypassed} bypassed the rules`;
