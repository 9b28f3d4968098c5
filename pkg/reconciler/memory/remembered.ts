/**
 * What is kept of a pass beside the verdicts: enough to explain it to a person, and to hold the next pass against it. It lies
 * with them in the cache, so that to lose it costs an explanation, never a decision. Pure.
 */
import type { Departed, KeptPlan, Missed, Remembered } from './verdict-cache-shape.js';
import type { Change } from '../../governance/index.js';
import { toldExemptions } from './ending-exemptions.js';
import { isRulesetMissing, offWithoutSight, protectionOf } from '../protection.js';
import type { ActResult, PassOutcome, PassObservation } from '../types.js';

/** A list for people, who ask about what left lately. */
const MAX_LEFT = 500;
/** Plans of one hold: an approver looks at one of the last. */
const MAX_HELD = 16;

/** What is kept after a pass; what the pass learned nothing of stays. */
export function remember(outcome: Omit<PassOutcome, 'status' | 'result'>, before: Remembered): Remembered {
  const { seen, acted, error } = outcome;
  if (seen === undefined || acted === undefined)
    return isRulesetMissing(error) || offWithoutSight(outcome) !== undefined ? { ...before, governed: [] } : before;
  const { protectedIDs, production } = protectionOf(seen, acted, error);
  return {
    ...before,
    // After a PUT that nobody knows the outcome of, what is there is not what was left: any difference would be drift.
    ...(acted.pending ? {} : { members: sorted(acted.live.members) }),
    governed: sorted(protectedIDs),
    ...(seen.complete ? { production } : {}),
    left: departed(acted, outcome, before.left ?? []),
    exemptions: toldExemptions(outcome),
    held: heldPlans(outcome, acted, before.held ?? []),
    waiting: waiting(acted, outcome.endMs, new Map(before.waiting)),
    absent: missed(seen, acted, { endMs: outcome.endMs, before: before.absent ?? [] }),
  };
}

/** As long as something is held. A time that is not trusted says nothing of the hold. */
function heldPlans(
  { request, seen }: Omit<PassOutcome, 'status' | 'result'>,
  { decision: { heldPlan, held } }: ActResult,
  before: readonly KeptPlan[],
): KeptPlan[] {
  if (seen?.skewed === true) return [...before];
  if (heldPlan === undefined || request.policy.spec.mode === 'Observe') return [];
  const pairs = (changes: readonly Change[]): [number, string][] => changes.map(({ id, status }) => [id, status]);
  const now = [heldPlan, ...(held === undefined ? [] : [held])].map(({ hash, entering, leaving }) => ({
    ...{ hash, entering: pairs(entering), leaving: pairs(leaving) },
  }));
  const byHash = new Map(
    [...before]
      .reverse()
      .concat(now)
      .map((plan) => [plan.hash, plan]),
  );
  return [...byHash.values()].reverse().slice(0, MAX_HELD);
}

/** Since when, of those that this pass would have let in and that are no members after it. */
function waiting(
  { decision, live }: ActResult,
  endMs: number,
  before: ReadonlyMap<number, number>,
): [number, number][] {
  return decision.plan.enter.filter(({ id }) => !live.members.has(id)).map(({ id }) => [id, before.get(id) ?? endMs]);
}

/** A list that broke off proves nothing about who is missing from it: then only what was missed before stays so. */
function missed(
  { findings, absent, complete, isQuick }: PassObservation,
  { decision, live }: ActResult,
  { endMs, before }: { endMs: number; before: readonly Missed[] },
): Missed[] {
  const listed = new Set(findings.map(({ id }) => id));
  const isWhole = isQuick !== true && (complete || absent.some(({ fate }) => fate !== 'unknown'));
  const known = new Map(before.map((each) => [each.id, each]));
  const items = new Map([...decision.plan.retain, ...decision.plan.leave].map((item) => [item.id, item]));
  return [...live.members].flatMap((id): Missed[] => {
    const [earlier, item] = [known.get(id), items.get(id)];
    if (listed.has(id)) return [];
    if (!isWhole || item === undefined) return earlier === undefined ? [] : [earlier];
    return [{ id, name: item.name, since: earlier?.since ?? new Date(endMs).toISOString(), reason: item.reason }];
  });
}

const sorted = (ids: ReadonlySet<number>): number[] => [...ids].sort((a, b) => a - b);

function departed(
  { decision, live, written }: ActResult,
  { endMs, request }: Pick<PassOutcome, 'endMs' | 'request'>,
  before: readonly Departed[],
): Departed[] {
  const clocks = new Map(request.status.leaving?.map((clock) => [clock.id, clock]));
  const time = new Date(endMs).toISOString();
  const now = (written ? decision.toLeave : []).map(({ id, name, status, reason }): Departed => {
    const { commit, author } = clocks.get(id) ?? {};
    return { id, name, time, status, reason, ...(commit && { commit }), ...(author && { author }) };
  });
  const ids = new Set(now.map(({ id }) => id));
  const others = before.filter(({ id }) => !ids.has(id) && !live.members.has(id));
  return [...now, ...others].slice(0, MAX_LEFT);
}
