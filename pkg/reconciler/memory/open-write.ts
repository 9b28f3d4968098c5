/**
 * A write whose outcome nobody knows, and that a read does not show. GitHub may still apply it: a PUT that was on its way when
 * its process died, or that got no answer, was seen to take effect minutes later. Who would leave by it stays counted until
 * then, and nobody else leaves: otherwise `guards.maxLeaving` would let as many leave once more, and the late write the first.
 */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { MAX_CLOCKS, type Decision } from '../../governance/index.js';
import type { ActResult, PassOutcome, PassObservation } from '../types.js';

/** So long after its start a write that still does not show is not applied any more. */
export const SETTLED_AFTER_MS = 600_000;

/** What an open write is measured with. */
export interface WriteMoment {
  /** The start of the pass, Unix ms: by a later time the write would seem older than it is. */
  now: number;
  /** False where that time cannot be trusted: then nothing shows how old the write is. */
  isTrusted: boolean;
}

export interface OpenWrite {
  /** Who would leave by it, and is a member as last read. */
  ids: ReadonlySet<number>;
  /** From when on a read that does not show it settles it, Unix ms. */
  untilMs: number;
}

/**
 * The write of this memory that may still be applied; undefined where there is none, where the ruleset shows it, where
 * nobody leaves by it, and where it is old. One from the future (the clock was ahead when it began) counts from now.
 */
export function openWrite(
  status: PolicyStatus,
  live: LiveRuleset,
  { now, isTrusted }: WriteMoment,
): OpenWrite | undefined {
  const ids = stillMembers(status, live);
  if (status.pendingWrite === undefined || ids.size === 0) return undefined;
  const startMs = Date.parse(status.pendingWrite.startTime);
  const isPast = startMs <= now;
  if (isTrusted && isPast && now - startMs >= SETTLED_AFTER_MS) return undefined;
  return { ids, untilMs: (isPast ? startMs : now) + SETTLED_AFTER_MS };
}

interface Measured extends Pick<PassOutcome, 'startMs'> {
  seen?: Pick<PassObservation, 'skewed'> | undefined;
  acted?: ActResult | undefined;
}

/**
 * As the decision of a pass measured it. Where somebody left, the time was trusted and no write was open, whatever later
 * answers said of the time.
 */
export function writeMoment({ seen, acted, startMs }: Measured): WriteMoment {
  const hasLeft = acted?.written === true && acted.decision.toLeave.length > 0;
  return { now: startMs, isTrusted: hasLeft || seen?.skewed !== true };
}

/** Those who bear the mark of the open write and are members all the same. */
export function stillMembers({ leaving = [], pendingWrite }: PolicyStatus, live: LiveRuleset): Set<number> {
  if (pendingWrite === undefined) return new Set();
  const marked = leaving.filter(({ id, dueTime }) => dueTime === pendingWrite.startTime && live.members.has(id));
  return new Set(marked.map(({ id }) => id));
}

/** The write that may still be applied after a pass. */
export function openAfter(pass: Measured & Pick<PassOutcome, 'request'>): OpenWrite | undefined {
  const { acted, request } = pass;
  return acted && openWrite(acted.intended ?? request.status, acted.live, writeMoment(pass));
}

/** Why nobody leaves, for a sentence about one member, or about all. */
export function openWriteText({ untilMs }: OpenWrite): string {
  return `until ${new Date(Math.ceil(untilMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')}: an earlier write has no known outcome, and GitHub may still apply it`;
}

/**
 * What goes on of an open write in the status after a pass: its mark, its count, and the marks of those who would leave by
 * it, but for who is in production again: no clock may run on for such a one, so that its count is never taken back.
 * `endMs` is the end of the pass; undefined where its time cannot be trusted.
 */
export function openFields(
  { pendingWrite, window, leaving = [] }: PolicyStatus,
  { clocks, plan }: Pick<Decision, 'clocks' | 'plan'>,
  { ids }: OpenWrite,
  endMs: number | undefined,
): Pick<PolicyStatus, 'pendingWrite' | 'window' | 'leaving'> {
  if (pendingWrite === undefined) return { leaving: clocks };
  const isAhead = endMs !== undefined && !(Date.parse(pendingWrite.startTime) <= endMs);
  const startTime = isAhead ? new Date(endMs).toISOString() : pendingWrite.startTime;
  const running = new Map([...leaving, ...clocks].map((clock) => [clock.id, clock]));
  const stays = new Set(plan.stay);
  const marked = [...ids].flatMap((id) => {
    const clock = stays.has(id) ? undefined : running.get(id);
    return clock === undefined ? [] : [{ ...clock, dueTime: startTime }];
  });
  return {
    ...(window === undefined ? {} : { window }),
    leaving: [...marked, ...clocks.filter(({ id }) => !ids.has(id))].slice(0, MAX_CLOCKS),
    pendingWrite: { ...pendingWrite, startTime },
  };
}
