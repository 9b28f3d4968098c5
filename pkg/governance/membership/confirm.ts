/**
 * Who must be asked about once more before what was seen counts against it. A commit proves that a file cannot have changed, not
 * that one answer about it was right: GitHub has said "no such file", without an error, of one that is there. A row of the
 * listing that says that a repository is archived is one answer too.
 */
import { durationMs, EXEMPTED, GONE, type ExitClock, type LiveRuleset, type PolicySpec } from '../../api/index.js';
import { isBlind } from '../findings/evidence.js';
import type { Finding } from '../findings/finding.js';
import { isDue, MAX_CLOCKS } from './exit-clocks.js';
import { rulesOf } from './policy-plan.js';
import { findingsByID } from './subject.js';

export interface Doubtful {
  findings: readonly Finding[];
  live: LiveRuleset;
  /** The exit clocks that run. */
  clocks: readonly ExitClock[];
}

/**
 * Members that must be asked about once more: in this pass their exit clock would start, or they would leave. While the grace
 * period runs nobody is asked about, so that an organization at rest costs nothing.
 */
export function toConfirm({ findings, live, clocks }: Doubtful, spec: PolicySpec, now: number): Finding[] {
  if (isBlind(findings)) return [];
  const settings = { graceMs: durationMs(spec.exit.gracePeriod), now };
  // Who is listed is not gone, and who is exempted is not asked about: clocks of those kinds count no more for a file.
  const clockOf = new Map(
    clocks.filter(({ reason }) => reason !== GONE && reason !== EXEMPTED).map((clock) => [clock.id, clock]),
  );
  const { effectOf } = rulesOf(spec);
  const contrary = [...findingsByID(findings, effectOf).values()].filter(
    (finding) => live.members.has(finding.id) && finding.exemption === undefined && effectOf(finding) === 'contrary',
  );
  const due = contrary.filter(({ id }) => isDue({ effect: 'contrary' }, clockOf.get(id), settings));
  const starting = contrary
    .filter(({ id }) => settings.graceMs > 0 && !clockOf.has(id))
    .sort((a, b) => a.id - b.id)
    // Those beyond the last place get no clock in this pass.
    .slice(0, Math.max(0, MAX_CLOCKS - clockOf.size));
  return [...(spec.mode === 'EnterOnly' ? [] : due), ...starting];
}
