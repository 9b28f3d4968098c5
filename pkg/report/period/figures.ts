/** The figures of one day, as the specification names them. */
import { FINDING_STATUSES, PASS_RESULTS, type FindingStatus } from '../../api/index.js';
import { isMapping } from '../../base/index.js';
import { isProved, type Change } from '../history/changes.js';
import { exposureFigures, type ExposureFigures } from '../history/exposures.js';
import type { History } from '../history/history.js';
import { DAY_MS } from '../history/period.js';
import type { DaySummary } from '../history/summaries.js';

export interface ComplianceStatus {
  total_repositories: number;
  production_repositories: number;
  governed_repositories: number;
  ungoverned_repositories: number;
  /** One decimal; null where there is no production repository: nothing to govern is no success. */
  compliance_percentage: number | null;
}

/** Null where the day had no complete pass, or none that is told of. */
export function complianceStatus(day: DaySummary | undefined): ComplianceStatus | null {
  const { compliance } = day ?? {};
  if (!isMapping(compliance)) return null;
  const count = (key: string): number => (typeof compliance[key] === 'number' ? compliance[key] : 0);
  const { percentage } = compliance;
  return {
    total_repositories: count('total'),
    production_repositories: count('production'),
    governed_repositories: count('governed'),
    ungoverned_repositories: count('ungoverned'),
    compliance_percentage: typeof percentage === 'number' ? percentage : null,
  };
}

export type AnalysisSummary = Record<FindingStatus, number>;

/** All ten statuses. */
export function analysisSummary(day: DaySummary | undefined): AnalysisSummary | null {
  const { findings } = day ?? {};
  if (findings === null || findings === undefined) return null;
  return Object.fromEntries(FINDING_STATUSES.map((status) => [status, findings[status] ?? 0])) as AnalysisSummary;
}

export interface ChangesApplied {
  repositories_added: number;
  repositories_removed: number;
  total_modifications: number;
}

/** What Plus1 changed, and GitHub proved, between two times (RFC 3339). */
export function changesApplied(changes: readonly Change[], since: string, until: string): ChangesApplied {
  const proved = changes.filter((change) => isProved(change) && change.time >= since && change.time < until);
  const added = proved.filter(({ action }) => action === 'enter').length;
  const removed = proved.length - added;
  return { repositories_added: added, repositories_removed: removed, total_modifications: added + removed };
}

export type Passes = Record<'full' | 'quick', Record<string, number>>;

/** With zeros. Of a type or a result of a later version as well. */
export function passesOf(days: readonly (DaySummary | undefined)[]): Passes {
  const passes: Passes = { full: zeros(), quick: zeros() };
  for (const day of days)
    for (const [kind, results] of Object.entries(day?.passes ?? {})) {
      const own = kind === 'quick' ? passes.quick : passes.full;
      for (const [result, count] of Object.entries(results)) own[result] = (own[result] ?? 0) + count;
    }
  return passes;
}

const zeros = (): Record<string, number> => Object.fromEntries(PASS_RESULTS.map((result) => [result, 0]));

/** How many repositories an exemption decided about: as of the last complete pass, else by the records. */
export function exemptedOn(date: string, { days, exemptedByDay }: History): number {
  const compliance = days.get(date)?.compliance;
  if (isMapping(compliance) && typeof compliance['exempted'] === 'number') return compliance['exempted'];
  return exemptedByDay.get(date) ?? 0;
}

/** Of one day. */
export function exposureOn(date: string, { exposures }: Pick<History, 'exposures'>): ExposureFigures {
  const startMs = Date.parse(date);
  return exposureFigures(exposures, startMs, startMs + DAY_MS);
}
