/** A report in one sentence, for those who are told that it is there. Pure. */
import { formatDuration } from '../../api/index.js';
import type { History } from '../history/history.js';
import { complianceStatus, changesApplied, exposureOn } from '../period/figures.js';
import { datesOf } from '../history/period.js';

/** How the period ended, what changed in it, and for how much of it nothing is known. `history`: of one day or one week. */
export function reportSummary(history: History): string {
  const { period, changes, gaps } = history;
  const { repositories_added: entered, repositories_removed: left } = changesApplied(
    changes,
    period.since,
    period.until,
  );
  const unknown = gaps.length === 0 ? '' : `; nothing is known of ${formatDuration(gapMs(history))}`;
  return `${period.name}: ${coverage(history)}; ${entered} entered, ${left} left${unknown}`;
}

/** Of the last day that had a complete pass; the time without protection is that of the whole period. */
function coverage(history: History): string {
  const dates = datesOf(history.period);
  const last = dates.map((date) => complianceStatus(history.days.get(date))).findLast((status) => status !== null);
  if (last === undefined || last === null) return 'no complete pass';
  const { production_repositories: production, governed_repositories: governed } = last;
  if (production === 0) return 'no repository is in production';
  const seconds = dates.reduce((sum, date) => sum + exposureOn(date, history).total_seconds, 0);
  return `${governed} of ${production} production repositories are governed, ${formatDuration(seconds * 1_000)} ungoverned in all`;
}

function gapMs({ gaps, period }: History): number {
  const [startMs, endMs] = [Date.parse(period.since), Date.parse(period.until)];
  return gaps.reduce((sum, { since, until }) => {
    const ms = Math.min(endMs, Date.parse(until)) - Math.max(startMs, Date.parse(since));
    return sum + Math.max(0, ms);
  }, 0);
}
