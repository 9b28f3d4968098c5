/** The journal against GitHub's own history of the ruleset: a version of theirs without a record of ours, or a write of ours without one of theirs. */
import type { Change } from '../history/changes.js';
import type { History } from '../history/history.js';

/** A version of the ruleset, as GitHub's history has it. */
export interface RulesetVersion {
  version: number;
  /** RFC 3339. */
  time: string;
  /** Who saved it; null where GitHub does not say. */
  actor: string | null;
}

export interface Reconciliation {
  /** GitHub keeps 180 days: of the time before that nothing can be compared. RFC 3339. */
  since: string;
  versions: number;
  /** Saved by somebody, and no record tells of a change near that time. */
  without_record: RulesetVersion[];
  /** Proved by our records, and no version was saved near that time. */
  without_version: { time: string; plan_hash: string | null }[];
}

/** A version is saved when a PUT is answered; its record follows within seconds, that of a change by others with the next pass. */
const NEAR_MS = 120_000;

/** `sinceMs`: from when on GitHub has versions. Unix ms. */
export function reconcile(
  { changes, notable, period }: Pick<History, 'changes' | 'notable' | 'period'>,
  versions: readonly RulesetVersion[],
  sinceMs: number,
): Reconciliation {
  const since = new Date(Math.max(sinceMs, Date.parse(period.since))).toISOString();
  const own = versions.filter(({ time }) => isWithin(time, since, period.until));
  const writes = writesOf(changes).filter(({ time }) => time >= since);
  const isNear = (a: string, b: string): boolean => Math.abs(Date.parse(a) - Date.parse(b)) <= NEAR_MS;
  // What others changed is seen by the next pass, so that its record comes later.
  const seen = [
    ...changes.filter(({ outcome }) => outcome === 'seen').map(({ time }) => time),
    ...notable.filter(({ kind }) => kind === 'RulesetChanged').map(({ time }) => time),
  ].sort();
  return {
    ...{ since, versions: own.length },
    without_record: own.filter(
      ({ time }) => !writes.some((write) => isNear(write.time, time)) && !seen.some((later) => later >= time),
    ),
    without_version: writes.filter(({ time }) => !own.some((version) => isNear(version.time, time))),
  };
}

const isWithin = (time: string, since: string, until: string): boolean =>
  Date.parse(time) >= Date.parse(since) && Date.parse(time) < Date.parse(until);

function writesOf(changes: readonly Change[]): { time: string; plan_hash: string | null }[] {
  const writes = new Map<string, { time: string; plan_hash: string | null }>();
  for (const { outcome, time, plan_hash, chain, sequence } of changes)
    if (outcome === 'proved') writes.set(`${chain}/${sequence}`, { time, plan_hash });
  return [...writes.values()];
}
