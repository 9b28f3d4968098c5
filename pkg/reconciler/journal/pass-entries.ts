/** The records of one pass, derived from what it saw and from what the records say so far. Pure. */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { hasCode, type Plus1Error } from '../../errors/index.js';
import type { Sent } from '../../github/index.js';
import type { Entry, Recorded } from '../../journal/index.js';
import type { PassSight } from '../pass-record.js';
import { stillHeld } from '../held.js';
import { certainMembers, isRulesetMissing, offWithoutSight } from '../protection.js';
import { approvalEntries, expiryEntries } from './approvals.js';
import { exemptionChanges, exemptionsInForce } from './exemptions.js';
import type { ActResult, PassOutcome } from '../types.js';
import { exposedIDs, exposureChanges } from './exposure.js';
import { findingsChanged, repositoryChanges } from './findings-changed.js';
import { holdChanges } from './hold.js';
import { membershipSeen } from './membership-seen.js';
import { policyChanged, type PolicyVersion } from './policy-changed.js';
import { rollbackEntries } from './rolled-back.js';
import { rulesetChanged } from './ruleset-changed.js';
import {
  anomalyEvents,
  contestedEvents,
  errorEvents,
  isSecondaryLimit,
  limitEvents,
  refusedEvents,
} from './security-events.js';
import { isWholeListing, sightOf } from './snapshot.js';
import type { OriginOf } from './write-records.js';

export interface SightInput {
  sight: PassSight;
  version: PolicyVersion;
  /** Nothing of the repositories is recorded in this chain yet, but for the snapshot that it begins with. */
  isFirst: boolean;
  /** Unix ms. */
  nowMs: number;
}

/** Of what a pass saw, before it acts. */
export function sightEntries(recorded: Recorded, { sight, version, isFirst, nowMs }: SightInput): Entry[] {
  const { seen, nameOf } = sight;
  const changes = repositoryChanges(isFirst ? new Map() : recorded.repositories, {
    findings: seen.findings,
    isWhole: isWholeListing(seen),
    originOf: originsOf(sight),
  });
  return [
    ...membershipSeen(recorded, { members: seen.ruleset.members, nameOf }),
    ...rulesetChanged(recorded.ruleset, seen.ruleset),
    ...policyChanged(recorded, version),
    // A time that is not trusted ends and begins nothing: the next pass that knows the time records it.
    ...(seen.skewed ? [] : exemptionChanges(recorded.exemptions, exemptionsInForce(version.spec.exemptions, nowMs))),
    ...findingsChanged(changes),
    ...(isFirst ? [] : anomalyEvents({ changes, before: recorded.repositories.size })),
    ...exposureEntries(recorded, { sight, live: seen.ruleset, members: seen.ruleset.members, isFirst, nowMs }),
  ];
}

/** Who started a change, where somebody looked for that; else the commit at which the files were read, and nobody's name. */
export function originsOf({ seen: { origins, findings } }: Pick<PassSight, 'seen'>): OriginOf {
  // Made with the first question: most passes ask none.
  let commits: ReadonlyMap<number, string | undefined> | undefined;
  return (id) => {
    commits ??= new Map(findings.map((finding) => [finding.id, finding.commit]));
    const commit = commits.get(id);
    return origins?.get(id) ?? (commit === undefined ? undefined : { commit });
  };
}

export interface ExposureInput {
  sight: PassSight;
  live: LiveRuleset;
  /** Whom it targets for certain. */
  members: ReadonlySet<number>;
  isFirst?: boolean;
  nowMs: number;
}

/** Exposures as they are with that membership. */
export function exposureEntries(
  recorded: Recorded,
  { sight: { seen, nameOf }, live, members, isFirst = false, nowMs }: ExposureInput,
): Entry[] {
  const before = isFirst ? new Map<number, string>() : recorded.ungoverned;
  const now = exposedIDs({ ...sightOf(seen), live, members }, before.keys());
  // Those that the snapshot of a new chain names keep its time.
  const since = isFirst ? [...recorded.ungoverned.values()][0] : undefined;
  return exposureChanges({ before, now, nowMs, nameOf, since });
}

export interface EndInput {
  outcome: PassOutcome;
  /** As it was before the pass. */
  previous: PolicyStatus;
  sight: PassSight | undefined;
  sent: Pick<Sent, 'secondaryLimits'>;
  nowMs: number;
}

/** Of how a pass ended, beside what was recorded of it before. */
export function endEntries(recorded: Recorded, { outcome, previous, sight, sent, nowMs }: EndInput): Entry[] {
  const { acted, ruleset, error, status } = outcome;
  const live = acted?.live ?? ruleset;
  const nameOf = sight?.nameOf ?? ((): undefined => undefined);
  return [
    // Of a chain that no pass has seen anything for, no record tells who is a member.
    ...(live === undefined || recorded.isUnseen
      ? []
      : [...membershipSeen(recorded, { members: live.members, nameOf }), ...rulesetChanged(recorded.ruleset, live)]),
    ...exposureAtEnd(recorded, { outcome, sight, nowMs }),
    ...decisionEntries(recorded, outcome),
    ...(outcome.inputs?.entries ?? []),
    ...contestedEvents(status, previous),
    ...refusedEvents(outcome.request.backup?.refusal, status, previous),
    ...(isOfJournal(error) ? [] : errorEvents(error, previous)),
    ...(isSecondaryLimit(error) ? [] : limitEvents(sent)),
  ];
}

/** What guards and people decided, of a pass that came to a decision by a time that can be trusted. */
function decisionEntries(recorded: Recorded, outcome: PassOutcome): Entry[] {
  const { acted, seen, request } = outcome;
  if (acted === undefined || seen?.skewed === true) return [];
  const isObserving = request.policy.spec.mode === 'Observe';
  return [...approvalEntries(outcome), ...(isObserving ? [] : holdEntries(recorded, outcome, acted))];
}

/** The hold that expired is over for the records; the one that goes on gets a record of its own. */
function holdEntries(recorded: Recorded, outcome: PassOutcome, acted: ActResult): Entry[] {
  const { decision, written } = acted;
  const rolledBack = rollbackEntries(recorded, outcome, acted);
  if (rolledBack !== undefined) return rolledBack;
  const expired = expiryEntries(recorded, outcome);
  // Nobody could leave by the last plan of the pass (evidence in doubt, a write that is open): that nothing of it is held says nothing.
  if (outcome.status.hold !== undefined && stillHeld(acted) === undefined) return expired;
  const { approvals = [] } = outcome;
  const sight = { decision, isWritten: written, approvals };
  return [...expired, ...holdChanges(expired.length > 0 ? null : recorded.hold, sight)];
}

function exposureAtEnd(
  recorded: Recorded,
  { outcome, sight, nowMs }: Pick<EndInput, 'outcome' | 'sight' | 'nowMs'>,
): Entry[] {
  const { acted, error } = outcome;
  if (isRulesetMissing(error) || offWithoutSight(outcome) !== undefined) return allExposed(recorded, nowMs);
  if (acted === undefined || sight === undefined) return [];
  return exposureEntries(recorded, { sight, live: acted.live, members: certainMembers(acted), nowMs });
}

/** The ruleset protects nobody, and nobody was counted: the production that was last seen is exposed. */
function allExposed({ repositories, ungoverned, names }: Recorded, nowMs: number): Entry[] {
  const production = [...repositories].filter(([, { status }]) => status === 'valid_production').map(([id]) => id);
  const now = new Set([...ungoverned.keys(), ...production]);
  return exposureChanges({ before: ungoverned, now, nowMs, nameOf: (id) => names.get(id) });
}

/** That the journal fails is told by the status: the journal itself cannot. */
const isOfJournal = (error: Plus1Error | undefined): boolean =>
  hasCode(error, 'PLUS1_JOURNAL_UNAVAILABLE') || hasCode(error, 'PLUS1_JOURNAL_DAMAGED');
