/** Plan: who would enter and leave, for one view of the ruleset. Pure, and made again where the ruleset changed under the pass. */
import type { LiveRuleset } from '../../api/index.js';
import {
  isBlind,
  policyPlan,
  rollbackPlan,
  type Memory,
  type Observation,
  type Plan,
  type Restored,
} from '../../governance/index.js';
import { recall } from '../memory/write-mark.js';
import type { PassRequest, PassObservation } from '../types.js';
import { isRolledBack } from './rollback.js';

export interface Moment {
  /** The start of the pass, Unix ms. */
  now: number;
  /** The same by the clock that is behind, the local one or GitHub's. By this a grace period or a window is over. Without it, `now`. */
  dueMs?: number;
  /**
   * When the pass had seen everything, Unix ms, by the clock that is ahead. From this a clock or a window runs. Without it, `now`.
   */
  seenMs?: number;
  /** Ids that GitHub named when it refused a write in this pass. */
  refused?: ReadonlySet<number> | undefined;
  /** Who was to enter, and is not there any more, as a refusal and a look-up by id say. */
  lost?: ReadonlySet<number> | undefined;
  /** Who would leave by a write of this pass that is not proved. */
  again?: ReadonlySet<number> | undefined;
  /** What people approved. */
  approvals?: Memory['approvals'];
  /** Since when those that ought to be members are none. */
  waitingSince?: Memory['waitingSince'];
  /** The membership that a rollback of this pass restores. */
  restored?: Restored | undefined;
  /** An earlier pass began that rollback: its grace period is not waived again. */
  isBegun?: boolean;
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
  request: PassRequest,
  seen: PassObservation,
  live: LiveRuleset,
  { now, dueMs = now, seenMs = now, refused, lost, again, stays, approvals, waitingSince, restored, isBegun }: Moment,
): Planned {
  const { policy, status, forgets } = request;
  const { spec } = policy;
  const recalled = recall(status, live, { now, isTrusted: !seen.skewed, sight: seen.lastWrite, again });
  const kept = stays !== undefined && { freezeReason: stays, again: undefined };
  const memory: Memory = {
    ...{ ...recalled, ...kept },
    ...(refused && { refused }),
    ...(forgets && { forgets }),
    ...(waitingSince && { waitingSince }),
    ...((isBegun === true || isRolledBack(request)) && { rolledBack: true }),
  };
  const planOf = (observed: Observation, against: Memory, at: number): Plan =>
    restored === undefined
      ? policyPlan(observed, live, spec, against, at)
      : rollbackPlan(restored, observed, { live, spec, memory: against, now: at });
  // None of them is a member: nobody leaves by that.
  const findings = lost === undefined ? seen.findings : seen.findings.filter(({ id }) => !lost.has(id));
  const observation = { findings, absent: seen.absent, isBlind: isBlind(seen.findings), seenMs };
  if (!seen.skewed) {
    const approved = { ...memory, ...(approvals && { approvals }) };
    return { plan: planOf(observation, memory, dueMs), memory: approved, now: dueMs };
  }
  const still = {
    ...memory,
    again: undefined,
    ...stillOpen(memory, Math.max(now, latest(memory))),
    freezeReason: "stays while the local clock and GitHub's differ by more than 5 minutes",
  };
  // Not before any clock of the memory, so that those which this pass would start take no place from those that run.
  const late = Math.max(now, latest(memory));
  const lateSeen = { ...observation, seenMs: Math.max(seenMs, late) };
  return { plan: planOf(lateSeen, still, late), memory: still, now: late, frozenTo: memory };
}

/** The latest start of a clock of the memory, Unix ms. */
const latest = ({ leaving }: Memory): number =>
  Math.max(-Infinity, ...leaving.map(({ since }) => Date.parse(since)).filter(Number.isFinite));

/** With a time that cannot be trusted no window ends: that of the entries runs on, whenever it began. */
function stillOpen({ entryWindow }: Memory, now: number): Pick<Memory, 'entryWindow'> {
  return entryWindow === undefined ? {} : { entryWindow: { ...entryWindow, startTime: new Date(now).toISOString() } };
}
