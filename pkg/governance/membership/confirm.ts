/**
 * Who must be asked about once more before what was seen counts against it. A commit proves that a file cannot have changed, not
 * that one answer about it was right: GitHub has said "no such file", without an error, of one that is there. A row of the
 * listing that says that a repository is archived is one answer too.
 */
import {
  durationMs,
  EXEMPTED,
  GONE,
  type Exemption,
  type ExitClock,
  type LiveRuleset,
  type PolicySpec,
} from '../../api/index.js';
import { isBlind } from '../findings/evidence.js';
import type { Finding } from '../findings/finding.js';
import { isDue, MAX_CLOCKS } from './exit-clocks.js';
import { rulesOf } from './policy-plan.js';
import { rollbackRules, type Restored } from './rollback-plan.js';
import { findingsByID } from './subject.js';

export interface Doubtful {
  findings: readonly Finding[];
  live: LiveRuleset;
  /** The exit clocks that run. */
  clocks: readonly ExitClock[];
  /** The membership that a rollback of this pass restores: then nobody waits for a grace period. */
  restored?: Restored | undefined;
}

/**
 * Members that must be asked about once more: in this pass their exit clock would start, or they would leave. While the grace
 * period runs nobody is asked about, so that an organization at rest costs nothing.
 */
export function toConfirm({ findings, live, clocks, restored }: Doubtful, spec: PolicySpec, now: number): Finding[] {
  if (isBlind(findings)) return [];
  const { due, starting } = divided({ findings, live, clocks, restored }, spec, now, isByFile);
  return [...due, ...starting];
}

/**
 * Members whose name must be asked for once more: those that an exemption releases by their name, where their clock would start or they
 * would leave; and, where an exemption governs somebody by name, all that would leave for any other reason. A row of the listing may
 * show an old name, or that of another repository.
 */
export function toNameAgain(doubtful: Doubtful, spec: PolicySpec, now: number): Finding[] {
  const named = (spec.exemptions ?? []).filter(isByName);
  // Most policies have none, and there may be 100,000 findings.
  if (named.length === 0) return [];
  const released = divided(doubtful, spec, now, ({ exemption }) => exemption !== undefined && isByName(exemption));
  const isGoverningByName = named.some(({ effect }) => effect === 'Govern');
  const others = isGoverningByName ? divided(doubtful, spec, now, isByFile).due : [];
  return [...released.due, ...released.starting, ...others];
}

/**
 * Members that an exemption releases by their id, where their clock would start or they would leave. No file and no name decides about
 * them, and so nothing is asked twice; a look that reads some repositories only must be one at them.
 */
export function toSee(doubtful: Doubtful, spec: PolicySpec, now: number): Finding[] {
  if ((spec.exemptions ?? []).every(isByName)) return [];
  const { due, starting } = divided(
    doubtful,
    spec,
    now,
    ({ exemption }) => exemption !== undefined && !isByName(exemption),
  );
  return [...due, ...starting];
}

/** Files and the listing decide about it, no exemption. */
const isByFile = ({ exemption }: Finding): boolean => exemption === undefined;

const isByName = ({ repositoryID }: Exemption): boolean => repositoryID === undefined;

/** Of the members that `isOne` is true of and something speaks against: who would leave in this pass, and whose exit clock would start. */
function divided(
  { findings, live, clocks, restored }: Doubtful,
  spec: PolicySpec,
  now: number,
  isOne: (finding: Finding) => boolean,
): { due: Finding[]; starting: Finding[] } {
  const settings = { graceMs: restored === undefined ? durationMs(spec.exit.gracePeriod) : 0, now };
  const { effectOf } = restored === undefined ? rulesOf(spec) : rollbackRules(restored, spec);
  const ofMembers = findings.filter(({ id }) => live.members.has(id));
  const contrary = [...findingsByID(ofMembers, effectOf).values()].filter(
    (finding) => isOne(finding) && effectOf(finding) === 'contrary',
  );
  // Who is listed is not gone, and a clock of an exemption does not count for a file, nor the other way round.
  const running = new Map(clocks.filter(({ reason }) => reason !== GONE).map((clock) => [clock.id, clock]));
  const clockOf = ({ id, exemption }: Finding): ExitClock | undefined => {
    const clock = running.get(id);
    return (clock?.reason === EXEMPTED) === (exemption !== undefined) ? clock : undefined;
  };
  const due = contrary.filter((finding) => isDue({ effect: 'contrary' }, clockOf(finding), settings));
  const starting = contrary
    .filter((finding) => settings.graceMs > 0 && clockOf(finding) === undefined)
    .sort((a, b) => a.id - b.id)
    // Those beyond the last place get no clock in this pass.
    .slice(0, Math.max(0, MAX_CLOCKS - running.size));
  return { due: spec.mode === 'EnterOnly' ? [] : due, starting };
}
