/** The gauges of rollouts, set whole, so that one that was deleted leaves no series. */
import type { Series } from './series.js';

type PolicySeries = Series<'policy' | 'organization'>;

/** Of one rollout. */
export interface RolloutCounts {
  /** Its name. */
  rollout: string;
  /** From 1; 0 before the first. */
  stage: number;
  /** Of the stage that runs; absent where nobody looked yet. */
  pushes?: { passed: number; failed: number; bypassed: number };
}

const RESULTS = ['passed', 'failed', 'bypassed'] as const;

/** Of one policy. */
export function rolloutGauges(series: PolicySeries): (counts: readonly RolloutCounts[]) => void {
  let known: ReadonlySet<string> = new Set();
  return (counts) => {
    const named = new Set(counts.map(({ rollout }) => rollout));
    for (const rollout of known) if (!named.has(rollout)) remove(series, rollout);
    for (const { rollout, stage, pushes } of counts) {
      series.set('plus1_rollout_stage', { rollout }, stage);
      for (const result of RESULTS)
        if (pushes === undefined) series.remove('plus1_rollout_pushes', { rollout, result });
        else series.set('plus1_rollout_pushes', { rollout, result }, pushes[result]);
    }
    known = named;
  };
}

function remove(series: PolicySeries, rollout: string): void {
  series.remove('plus1_rollout_stage', { rollout });
  for (const result of RESULTS) series.remove('plus1_rollout_pushes', { rollout, result });
}
