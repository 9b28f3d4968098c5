/** Plan and guard for one view of the ruleset: pure, and made anew where the ruleset changed under the pass. */
import type { LiveRuleset } from '../api/index.js';
import { guard, isBlind, plan, type Decision } from '../governance/index.js';
import { recall } from './memory.js';
import type { PassRequest, Seen } from './types.js';

export interface Moment {
  /** Unix ms. */
  now: number;
  /** Ids that GitHub named when it refused a write in this pass. */
  refused?: ReadonlySet<number>;
}

/** The decision for `live`. */
export function decide(
  { policy: { spec }, status, forgets }: PassRequest,
  seen: Seen,
  live: LiveRuleset,
  { now, refused }: Moment,
): Decision {
  const memory = { ...recall(status, live, seen.drift), ...(refused && { refused }), ...(forgets && { forgets }) };
  const observation = { findings: seen.findings, absent: seen.absent, isBlind: isBlind(seen.findings) };
  if (!seen.skewed) return guard(plan(observation, live, spec, memory, now), spec, memory, now);
  // With a clock that cannot be trusted only entering is safe: nobody leaves, no clock starts or ends, no window closes.
  const frozen = { ...memory, nobodyLeaves: "stays while the local clock and GitHub's differ by more than 5 minutes" };
  const decision = guard(plan(observation, live, spec, frozen, now), spec, frozen, now);
  const { window: _window, ...rest } = decision;
  const clocks = [...memory.leaving];
  return { ...rest, plan: { ...decision.plan, clocks }, clocks, ...(memory.window && { window: memory.window }) };
}
