/**
 * Exposure: since when a repository is in production and not governed, by what passes saw. Pure. Hazard: one that could not be
 * read is not known to be governed: its exposure goes on until somebody sees that it ended.
 */
import type { LiveRuleset } from '../../api/index.js';
import type { Data, Entry } from '../../journal/index.js';
import { governs, ungovernedIDs, type Finding } from '../../governance/index.js';

export interface ExposureSight {
  findings: readonly Finding[];
  /** Of the listing. */
  isWhole: boolean;
  branches: ReadonlyMap<number, string | undefined>;
  live: LiveRuleset;
  /** Whom the ruleset targets for certain. */
  members: ReadonlySet<number>;
}

/** Ids that are exposed now. `before`: those that were. */
export function exposedIDs(
  { findings, isWhole, branches, live, members }: ExposureSight,
  before: Iterable<number>,
): Set<number> {
  const branchOf = (id: number): string | undefined => branches.get(id);
  const exposed = new Set(ungovernedIDs(findings, members, live, branchOf));
  const earlier = [...before];
  // Hardly ever was anybody, and there may be thousands of findings.
  if (earlier.length === 0) return exposed;
  const seen = new Map(findings.map((finding) => [finding.id, finding.status]));
  for (const id of earlier) {
    const status = seen.get(id);
    const isUnknown = status === undefined ? !isWhole : status === 'unobserved';
    if (isUnknown && !(members.has(id) && governs(live, branchOf(id)))) exposed.add(id);
  }
  return exposed;
}

export interface ExposureChange {
  /** Since when each was exposed, by the records. */
  before: ReadonlyMap<number, string>;
  now: ReadonlySet<number>;
  /** Unix ms. */
  nowMs: number;
  nameOf: (id: number) => string | undefined;
  /** Since when those are exposed that are so for the first time; default: now. RFC 3339. */
  since?: string | undefined;
}

/** The exposures that started and ended. */
export function exposureChanges({ before, now, nowMs, nameOf, since }: ExposureChange): Entry[] {
  const start = since ?? new Date(nowMs).toISOString();
  const told = (id: number, from: string): Data<'ExposureStarted'>['repositories'][number] => ({
    id,
    name: nameOf(id) ?? `repository ${id}`,
    since: from,
    seconds: secondsSince(from, nowMs),
  });
  const started = [...now].filter((id) => !before.has(id)).map((id) => told(id, start));
  const ended = [...before].filter(([id]) => !now.has(id)).map(([id, from]) => told(id, from));
  const entry = (kind: 'ExposureStarted' | 'ExposureEnded', repositories: typeof started): Entry[] =>
    repositories.length === 0 ? [] : [{ kind, data: { repositories: repositories.sort((a, b) => a.id - b.id) } }];
  return [...entry('ExposureStarted', started), ...entry('ExposureEnded', ended)];
}

/** Never negative: the clock of an earlier pass may have been ahead. */
function secondsSince(from: string, nowMs: number): number {
  const fromMs = Date.parse(from);
  return Number.isNaN(fromMs) ? 0 : Math.max(0, nowMs - fromMs) / 1_000;
}

/** How long all of them together were exposed between two times, in seconds. Unix ms. */
export function exposureBetween(ungoverned: ReadonlyMap<number, string>, fromMs: number, untilMs: number): number {
  let ms = 0;
  for (const since of ungoverned.values()) {
    const startMs = Date.parse(since);
    ms += Math.max(0, untilMs - Math.max(fromMs, Number.isNaN(startMs) ? fromMs : startMs));
  }
  return ms / 1_000;
}
