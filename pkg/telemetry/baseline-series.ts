/** The gauges of the checklists of one policy. */
import { BASELINE_CHECKS, type BaselineCheck } from '../api/index.js';
import type { Series } from './series.js';

/** Of `status.baseline`. */
export interface BaselineCounts {
  checks: readonly { name: BaselineCheck; pass: number; fail: number; unknown: number; notAvailable: number }[];
}

const RESULTS = [
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['unknown', 'unknown'],
  ['not_available', 'notAvailable'],
] as const;

/** A check that is not asked has no series. */
export function baselineGauges(series: Series<'policy' | 'organization'>, counts: BaselineCounts | undefined): void {
  for (const check of BASELINE_CHECKS) {
    const of = counts?.checks.find(({ name }) => name === check);
    for (const [result, field] of RESULTS) {
      if (of === undefined) series.remove('plus1_baseline_repositories', { check, result });
      else series.set('plus1_baseline_repositories', { check, result }, of[field]);
    }
  }
}
