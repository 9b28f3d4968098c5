/** Plan: who would enter and leave, for one view of the ruleset. Pure, and made again where the ruleset changed under the pass. */
import type { LiveRuleset } from '../../api/index.js';
import { isBlind, policyPlan, type Memory, type Plan } from '../../governance/index.js';
import { recall } from '../memory/write-mark.js';
import type { PassRequest, PassObservation } from '../types.js';

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

/** A plan with what it was made by, for the guards. */
export interface Planned {
  plan: Plan;
  memory: Memory;
  /** Unix ms. */
  now: number;
  /** Given where the time cannot be trusted: the memory as it stays. */
  frozenTo?: Memory;
}

/** The plan for `live`. */
export function planFor(
  { policy: { spec }, status, forgets }: PassRequest,
  seen: PassObservation,
  live: LiveRuleset,
  { now, seenMs = now, refused, again, stays }: Moment,
): Planned {
  const recalled = recall(status, live, { now, isTrusted: !seen.skewed, sight: seen.lastWrite, again });
  const kept = stays !== undefined && { freezeReason: stays, again: undefined };
  const memory = { ...recalled, ...kept, ...(refused && { refused }), ...(forgets && { forgets }) };
  const observation = { findings: seen.findings, absent: seen.absent, isBlind: isBlind(seen.findings), seenMs };
  if (!seen.skewed) return { plan: policyPlan(observation, live, spec, memory, now), memory, now };
  const still = {
    ...memory,
    again: undefined,
    freezeReason: "stays while the local clock and GitHub's differ by more than 5 minutes",
  };
  // Not before any clock of the memory, so that those which this pass would start take no place from those that run.
  const late = Math.max(now, ...memory.leaving.map(({ since }) => Date.parse(since)).filter(Number.isFinite));
  const lateSeen = { ...observation, seenMs: Math.max(seenMs, late) };
  return { plan: policyPlan(lateSeen, live, spec, still, late), memory: still, now: late, frozenTo: memory };
}
