/** What is true when a chain or a file of it begins, by what the pass saw. Pure. */
import type { PolicySpec, PolicyStatus } from '../../api/index.js';
import type { Snapshot } from '../../journal/index.js';
import type { PassObservation } from '../types.js';
import { exemptionsInForce } from './exemptions.js';
import { exposedIDs } from './exposure.js';
import { asJSON } from './policy-changed.js';
import { redacted } from './redacted.js';
import { rulesetRest } from './ruleset-changed.js';

export interface SnapshotInput {
  spec: PolicySpec;
  /** As it was before the pass. */
  status: PolicyStatus;
  /** Absent where the pass saw nothing. */
  seen?: PassObservation | undefined;
  /** Unix ms. */
  nowMs: number;
}

export function snapshotOf({ spec, status, seen, nowMs }: SnapshotInput): Snapshot {
  const known = { hold: null, exemptions: [], spec: asJSON(spec) };
  if (seen === undefined) return redacted({ ...known, members: [], repositories: [], ungoverned: [], unseen: true });
  const now = new Date(nowMs).toISOString();
  const { ruleset, findings } = seen;
  const rest = rulesetRest(ruleset);
  // A chain that takes the place of another one: since when each is exposed, that one knows; the status knows the oldest.
  const since = status.journal === undefined ? now : (status.compliance?.ungovernedSince ?? now);
  const exposed = exposedIDs({ ...sightOf(seen), live: ruleset, members: ruleset.members }, []);
  return redacted<Snapshot>({
    ...known,
    // Of a policy that another chain has records of already: what that one says has begun does not begin again.
    exemptions: status.journal === undefined ? [] : exemptionsInForce(spec.exemptions, nowMs),
    members: [...ruleset.members].sort((a, b) => a - b),
    repositories: findings.map(({ id, name, status: found }) => [id, name, found, now]),
    ungoverned: [...exposed].sort((a, b) => a - b).map((id) => [id, since]),
    // Of a policy that another chain has records of already: its generation is no news in this one.
    ...(status.journal !== undefined &&
      status.observedGeneration !== undefined &&
      status.observedGeneration >= 0 && { generation: status.observedGeneration }),
    ...(rest !== undefined && { ruleset: rest }),
  });
}

/** The part of a pass that exposure is judged by. */
export const sightOf = (
  seen: PassObservation,
): Pick<PassObservation, 'findings' | 'branches'> & { isWhole: boolean } => ({
  findings: seen.findings,
  branches: seen.branches,
  isWhole: isWholeListing(seen),
});

/** As many repositories as GitHub counts: only then one that is missing is not in the organization. */
export const isWholeListing = ({ findings, totalCount, isQuick }: PassObservation): boolean =>
  isQuick !== true && findings.length >= totalCount;
