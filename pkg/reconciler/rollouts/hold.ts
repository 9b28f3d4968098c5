/** The hold before the first Active stage: who waits, what an approval of it names, and what has become of those that were given. Pure. */
import {
  durationMs,
  MAX_ROLLOUT_ENTRIES,
  type ImpactWord,
  type PolicySpec,
  type RolloutStatus,
} from '../../api/index.js';
import {
  approvalVerdicts,
  approvedBy,
  countingApprovals,
  countingApprovers,
  holdFields,
  holdTimes,
  planHash,
  type ApprovalVerdict,
  type Covered,
  type GivenApproval,
  type PlanPairs,
} from '../../governance/index.js';
import { sha256 } from '../../base/index.js';
import { canonicalRule } from '../../rollout/index.js';
import { wordOf, type KeptImpact } from './impact.js';

type KeptHold = NonNullable<RolloutStatus['hold']>;

export interface HoldSight {
  uid: string;
  /** What they get to know. */
  rules: readonly unknown[];
  guards: PolicySpec['guards'];
  /** As the pass before left it. */
  hold?: KeptHold | undefined;
  impact?: KeptImpact | undefined;
  given: readonly GivenApproval[];
  nowMs: number;
  nameOf: (id: number) => string;
}

/** Those who wait, each with what the impact said of it when the hold began. */
function waitingOf({ hold, impact }: HoldSight, ids: readonly number[]): { id: number; impact: ImpactWord }[] {
  const said = new Map(hold?.members?.map((member) => [member.id, member.impact]));
  return ids.map((id) => ({ id, impact: said.get(id) ?? wordOf(impact, id) }));
}

/** What an approval covers: the rules are part of each word, since nobody approves others than those that he saw. */
function pairsOf(sight: HoldSight, ids: readonly number[]): Covered[] {
  const rules = sha256(canonicalRule(sight.rules)).slice(0, RULES_DIGITS);
  return waitingOf(sight, ids).map(({ id, impact }) => ({ id, status: `${impact} ${rules}`, scope: 'enter' }));
}

const RULES_DIGITS = 16;

const hashOf = (uid: string, pairs: readonly Covered[]): string =>
  planHash({ assignment: 'candidate', target: uid, entering: pairs, leaving: [] });

/** True where the rules are others than when the hold began: it begins again, with what is known of these. */
export function hasOtherRules(sight: HoldSight): boolean {
  const { uid, hold } = sight;
  if (hold?.members === undefined) return false;
  const ids = hold.members.map(({ id }) => id);
  return hashOf(uid, pairsOf(sight, ids)) !== hold.planHash;
}

/** Whether those may enter now. */
export function isReleased(sight: HoldSight, members: readonly number[]): boolean {
  const pairs = pairsOf(sight, members);
  const counting = countingApprovals(sight.given, planOf(sight, pairs), termsOf(sight));
  return pairs.length > 0 && pairs.every(approvedBy(counting, sight.guards.approval, 'enter'));
}

/** The hold as it goes on, or begins. Its members stay as they were when it began, as far as they are kept. */
export function heldOn(sight: HoldSight, members: readonly number[]): KeptHold {
  const { uid, guards, hold, nowMs, nameOf } = sight;
  const timeoutMs = durationMs(guards.approval.timeout);
  const times = holdTimes(hold, { timeoutMs, now: nowMs });
  const pairs = pairsOf(sight, members);
  return {
    planHash: hashOf(uid, pairs),
    ...holdFields(times, { timeoutMs, beginMs: nowMs }),
    ...{ count: members.length, approvals: countingApprovers(verdictsOf(sight, members, 'held')) },
    ...(pairs.length <= MAX_ROLLOUT_ENTRIES && {
      members: waitingOf(sight, members).map(({ id, impact }) => ({ id, name: nameOf(id), impact })),
    }),
  };
}

/** What has become of the approvals. `isWritten`: the stage that they released has begun. */
export function verdictsOf(
  sight: HoldSight,
  members: readonly number[],
  state: 'held' | 'begun' | 'over',
): ApprovalVerdict[] {
  const pairs = pairsOf(sight, members);
  const isWritten = state === 'begun';
  return approvalVerdicts(sight.given, planOf(sight, pairs), termsOf(sight), {
    ...{ approved: isWritten ? pairs : [], isWritten, isHeld: state === 'held' },
  });
}

/** Of an older hash nothing is known: an approval of it covers what its giver saw, and that is not kept. */
const planOf =
  ({ uid }: HoldSight, pairs: readonly Covered[]): PlanPairs =>
  (hash) =>
    hash === hashOf(uid, pairs) ? pairs : undefined;

function termsOf({ guards: { approval }, hold, nowMs }: HoldSight): Parameters<typeof countingApprovals>[2] {
  const times = holdTimes(hold, { timeoutMs: durationMs(approval.timeout), now: nowMs });
  return { rules: approval, hold: times, now: nowMs };
}
