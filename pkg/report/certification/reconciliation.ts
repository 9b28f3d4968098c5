/** The journal against GitHub's own history of the ruleset: a version of theirs without a record of ours, or a write of ours without one of theirs. */
import type { Change } from '../history/changes.js';
import type { History } from '../history/history.js';
import { earlierLook } from '../history/looks.js';
import { DAY_MS } from '../history/period.js';

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

/** A version is saved when a PUT is answered; its record follows within seconds. */
const NEAR_MS = 120_000;

/** `sinceMs`: from when on GitHub has versions. Unix ms. */
export function reconcile(
  { changes, notable, period, days }: Pick<History, 'changes' | 'notable' | 'period' | 'days'>,
  versions: readonly RulesetVersion[],
  sinceMs: number,
): Reconciliation {
  const since = new Date(Math.max(sinceMs, Date.parse(period.since))).toISOString();
  const own = versions.filter(({ time }) => isWithin(time, since, period.until));
  const writes = writesOf(changes).filter(({ time }) => time >= since);
  const versionOf = paired(writes, own);
  const ours = new Set(versionOf.values());
  const seen = [
    ...changes.filter(({ outcome }) => outcome === 'seen').map(({ time }) => time),
    ...notable.filter(({ kind }) => kind === 'RulesetChanged').map(({ time }) => time),
  ].map((until) => ({ since: lookBefore(until, days), until }));
  return {
    ...{ since, versions: own.length },
    without_record: own.filter(
      (version) => !ours.has(version) && !seen.some((look) => version.time >= look.since && version.time <= look.until),
    ),
    without_version: writes.filter((write) => !versionOf.has(write)),
  };
}

/** The version that each write made: the nearest one, and no version is of two writes. */
function paired<W extends { time: string }>(
  writes: readonly W[],
  versions: readonly RulesetVersion[],
): Map<W, RulesetVersion> {
  const saved = versions.map((version) => ({ version, ms: Date.parse(version.time) }));
  const pairs = writes.flatMap((write) => {
    const ms = Date.parse(write.time);
    const near = saved.filter((each) => Math.abs(each.ms - ms) <= NEAR_MS);
    return near.map((each) => ({ write, version: each.version, apartMs: Math.abs(each.ms - ms) }));
  });
  pairs.sort((a, b) => a.apartMs - b.apartMs);
  const of = new Map<W, RulesetVersion>();
  const taken = new Set<RulesetVersion>();
  for (const { write, version } of pairs) {
    if (of.has(write) || taken.has(version)) continue;
    of.set(write, version);
    taken.add(version);
  }
  return of;
}

/**
 * What others change is seen by the next pass: a record of it tells of versions since the look before, and of no older ones. Where no
 * record tells when that was, a day.
 */
function lookBefore(time: string, days: History['days']): string {
  const { looked_before, unseen_seconds } = earlierLook(time, days);
  if (looked_before !== null) return looked_before;
  const unseenMs = unseen_seconds === null ? DAY_MS : unseen_seconds * 1_000;
  return new Date(Date.parse(time) - unseenMs).toISOString();
}

const isWithin = (time: string, since: string, until: string): boolean =>
  Date.parse(time) >= Date.parse(since) && Date.parse(time) < Date.parse(until);

function writesOf(changes: readonly Change[]): { time: string; plan_hash: string | null }[] {
  const writes = new Map<string, { time: string; plan_hash: string | null }>();
  for (const { outcome, time, plan_hash, chain, sequence } of changes)
    if (outcome === 'proved') writes.set(`${chain}/${sequence}`, { time, plan_hash });
  return [...writes.values()];
}
