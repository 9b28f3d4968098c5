/** Who of the checklists is asked about in a pass. Pure. */
import type { Repository } from '../../api/index.js';
import type { BaselineSettings } from '../../baseline/index.js';
import type { KnownChecklist } from './baseline-index.js';

/** Repositories whose code scanning is asked for in one pass, one request each. */
const MOST_SCANS = 100;

export interface DueTerms {
  known: ReadonlyMap<number, KnownChecklist>;
  intervalMs: number;
  nowMs: number;
  /** A person asked for this look. */
  isAsked: boolean;
}

/** A time that lies ahead is of a clock that was wrong. */
const isOver = (atMs: number, forMs: number, nowMs: number): boolean => nowMs < atMs || nowMs - atMs >= forMs;

/** Whose branch is asked about: new ones, those that moved, and those whose interval is over; who waited longest first. */
export function dueBranches(
  repositories: readonly Repository[],
  { known, intervalMs, nowMs, isAsked }: DueTerms,
): Repository[] {
  const askedMs = ({ id }: Repository): number => known.get(id)?.askedMs ?? 0;
  const isDue = (repository: Repository): boolean => {
    const before = known.get(repository.id);
    if (isAsked || before === undefined || before.checks.length === 0 || before.askedMs === 0) return true;
    return before.head !== repository.headCommit || isOver(before.askedMs, intervalMs, nowMs);
  };
  return repositories.filter(isDue).sort((a, b) => askedMs(a) - askedMs(b) || a.id - b.id);
}

/** Whose scans are asked for: those of which none was seen that is young enough, at most so many; who waited longest first. */
export function dueScans(
  repositories: readonly Repository[],
  { tools, maxAgeMs }: BaselineSettings['securityScan'],
  { known, intervalMs, nowMs, isAsked }: DueTerms,
): Repository[] {
  const askedMs = ({ id }: Repository): number => known.get(id)?.scan?.askedMs ?? 0;
  const isDue = (repository: Repository): boolean => {
    const before = known.get(repository.id);
    if (before?.scan === undefined) return true;
    const newest = new Map(before.scan.newest.map(([tool, ms]) => [tool.toLowerCase(), ms]));
    if (tools.every((tool) => (newest.get(tool.toLowerCase()) ?? -Infinity) >= nowMs - maxAgeMs)) return false;
    return isAsked || before.head !== repository.headCommit || isOver(before.scan.askedMs, intervalMs, nowMs);
  };
  return repositories
    .filter(isDue)
    .sort((a, b) => askedMs(a) - askedMs(b) || a.id - b.id)
    .slice(0, MOST_SCANS);
}

/** Whether the custom properties are asked for: one list of the whole organization. */
export function arePropertiesDue(
  repositories: readonly Repository[],
  propertiesMs: number,
  { known, intervalMs, nowMs, isAsked }: DueTerms,
): boolean {
  if (repositories.length === 0) return false;
  const lacks = ({ id }: Repository): boolean =>
    known.get(id)?.checks.every(({ name }) => name !== 'customProperties') ?? true;
  return isAsked || isOver(propertiesMs, intervalMs, nowMs) || repositories.some(lacks);
}
