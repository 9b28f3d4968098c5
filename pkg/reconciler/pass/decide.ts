/** Plan and guard for one view of the ruleset: pure, and made anew where the ruleset changed under the pass. */
import { GONE, type LiveRuleset } from '../../api/index.js';
import { guard, isBlind, policyPlan, type Decision, type Memory } from '../../governance/index.js';
import { recall } from '../memory/memory.js';
import type { PassRequest, Seen } from '../types.js';

export interface Moment {
  /** The start of the pass, Unix ms. By this a grace period or a window is over. */
  now: number;
  /** When the pass had seen everything, Unix ms. From this a clock or a window runs. Without it, `now`. */
  seenMs?: number;
  /** Ids that GitHub named when it refused a write in this pass. */
  refused?: ReadonlySet<number> | undefined;
  /** Who would leave by a write of this pass that is not proved. */
  again?: ReadonlySet<number> | undefined;
  /** Why nobody leaves by the write that is planned for: ends the sentence of those who would. */
  stays?: string | undefined;
}

/** The decision for `live`. */
export function decide(
  { policy: { spec }, status, forgets }: PassRequest,
  seen: Seen,
  live: LiveRuleset,
  { now, seenMs = now, refused, again, stays }: Moment,
): Decision {
  const recalled = recall(status, live, { now, isTrusted: !seen.skewed, drift: seen.drift, again });
  const kept = stays !== undefined && { nobodyLeaves: stays, again: undefined };
  const memory = { ...recalled, ...kept, ...(refused && { refused }), ...(forgets && { forgets }) };
  const observation = { findings: seen.findings, absent: seen.absent, isBlind: isBlind(seen.findings), seenMs };
  if (!seen.skewed) return guard(policyPlan(observation, live, spec, memory, now), spec.guards, memory, now);
  const still = {
    ...memory,
    again: undefined,
    nobodyLeaves: "stays while the local clock and GitHub's differ by more than 5 minutes",
  };
  // Not before any clock of the memory, so that those which this pass would start take no place from those that run.
  const late = Math.max(now, ...memory.leaving.map(({ since }) => Date.parse(since)).filter(Number.isFinite));
  const lateSeen = { ...observation, seenMs: Math.max(seenMs, late) };
  return frozen(guard(policyPlan(lateSeen, live, spec, still, late), spec.guards, still, late), memory);
}

/**
 * The decision without anything that was measured, but for who left before the time was found wrong. With a time that
 * cannot be trusted nobody leaves, no clock starts or ends, and no window begins or closes. An observation that clears a
 * clock clears it all the same, since it needs no time: the clock of a repository that was in production in between, or of
 * one that is gone and was seen, must not go on as if it never had been.
 */
export function frozen(decision: Decision, memory: Memory): Decision {
  const { window: counted, ...rest } = decision;
  const after = new Map(decision.plan.clocks.map(({ id, reason }) => [id, reason]));
  const left = new Set(decision.left.map(({ id }) => id));
  // A clock of what is gone, in whose place another kind would start, is cleared too.
  const running = memory.leaving.filter(
    ({ id, reason }) => after.has(id) && (reason !== GONE || after.get(id) === GONE),
  );
  const window = left.size > 0 ? counted : memory.window;
  return {
    ...rest,
    plan: { ...decision.plan, clocks: running },
    clocks: running.filter(({ id }) => !left.has(id)),
    ...(window && { window }),
  };
}
