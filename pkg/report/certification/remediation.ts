/** Findings that owners can correct: how many came and went, and how old those are that are left. */
import type { Finding } from '../history/findings.js';
import type { History } from '../history/history.js';
import { DAY_MS } from '../history/period.js';

export interface RemediationStatus {
  /** In the month. */
  opened: number;
  closed: number;
  /** At its end. */
  open: number;
  /** Of them, by days. */
  open_by_age: { under_7_days: number; from_7_days: number; from_30_days: number; from_90_days: number };
  open_by_status: Record<string, number>;
  /** `none`: the file names no owner, or the journal does not say. */
  open_by_owner: Record<string, number>;
}

export function remediationStatus({ findings, period }: Pick<History, 'findings' | 'period'>): RemediationStatus {
  const open = findings.filter(({ until }) => until === null);
  const untilMs = Date.parse(period.until);
  const days = open.map(({ since }) => (untilMs - Date.parse(since)) / DAY_MS);
  const aged = (from: number, until: number): number => days.filter((age) => age >= from && age < until).length;
  return {
    opened: findings.filter(({ since }) => since >= period.since).length,
    closed: findings.filter(({ until }) => until !== null).length,
    open: open.length,
    open_by_age: {
      under_7_days: aged(-Infinity, 7),
      from_7_days: aged(7, 30),
      from_30_days: aged(30, 90),
      from_90_days: aged(90, Infinity),
    },
    open_by_status: countBy(open, ({ status }) => status),
    open_by_owner: countBy(open, ({ owner }) => owner ?? 'none'),
  };
}

function countBy(findings: readonly Finding[], wordOf: (finding: Finding) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(wordOf(finding), (counts.get(wordOf(finding)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
