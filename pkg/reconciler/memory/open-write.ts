/**
 * A write whose outcome nobody knows, and that a read does not show. GitHub may still apply it: a PUT that was on its way when
 * its process died, or that got no answer, was seen to take effect minutes later. Who would leave by it stays counted until
 * then, and nobody else leaves: otherwise `guards.maxLeaving` would let as many leave once more, and the late write the first.
 *
 * A PUT carries the whole membership. So one by which others only enter is open as well: applied late, it takes out again who
 * entered after it, and until that is over nothing that a read shows is certain to stay.
 */
import type { EntryWindow, LiveRuleset, PolicyStatus } from '../../api/index.js';
import { membersHash } from '../../base/index.js';
import { MAX_CLOCKS, type Decision } from '../../governance/index.js';
import { MAX_DEVIATION_MS } from '../max-deviation.js';
import type { ActResult, PassOutcome, PassObservation } from '../types.js';

/** Not sent so soon after its intent was kept, a write is not sent by that intent: between the two it may have waited for a limit. */
export const SENT_WITHIN_MS = 60_000;

/** So long after it was sent a write that still does not show is not applied any more. */
const APPLIED_WITHIN_MS = 600_000;

/** The clock of the intent may have been so much behind, and the one that measures it so much ahead, and both were trusted. */
const CLOCKS_APART_MS = 2 * MAX_DEVIATION_MS;

/** The same, counted from its intent: nothing else is kept of a write whose process was killed. */
export const SETTLED_AFTER_MS = SENT_WITHIN_MS + APPLIED_WITHIN_MS + CLOCKS_APART_MS;

/** Until when the write of that intent may be sent, Unix ms by the time of its pass. */
export function sendByMs({ pendingWrite }: PolicyStatus): number {
  return Date.parse(pendingWrite?.startTime ?? '') + SENT_WITHIN_MS;
}

/** From when on the open write of that memory is settled, whatever a read shows, Unix ms; undefined where none is open. */
export function settledMs(pendingWrite: PolicyStatus['pendingWrite'] | undefined): number | undefined {
  const startMs = Date.parse(pendingWrite?.startTime ?? '');
  return Number.isNaN(startMs) ? undefined : startMs + SETTLED_AFTER_MS;
}

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
  /** From when on it is settled, whatever a read shows, Unix ms. */
  untilMs: number;
}

/**
 * The write of this memory that may still be applied; undefined where there is none, where the ruleset shows it, and where it is old.
 *
 * The ruleset shows it where its whole membership is the one that was sent, and a repository entered by it. That those went who were
 * to leave shows nothing: GitHub takes out one that is deleted, and an administrator may take out any. Neither does any read show which
 * of several writes was applied, so that an intent that is kept while another write is open has no hash to compare with. One from the
 * future (the clock was ahead when it began) counts from now.
 */
export function openWrite(
  status: PolicyStatus,
  live: LiveRuleset,
  { now, isTrusted }: WriteMoment,
): OpenWrite | undefined {
  if (status.pendingWrite === undefined || isShown(status.pendingWrite, live)) return undefined;
  const startMs = Date.parse(status.pendingWrite.startTime);
  const isPast = startMs <= now;
  if (isTrusted && isPast && now - startMs >= SETTLED_AFTER_MS) return undefined;
  return { ids: stillMembers(status, live), untilMs: (isPast ? startMs : now) + SETTLED_AFTER_MS };
}

type PendingWrite = NonNullable<PolicyStatus['pendingWrite']>;

/** Whether that read shows the write. */
export function isShown({ membersHash: sent }: PendingWrite, live: LiveRuleset): boolean {
  return sent !== undefined && sent === membersHash([...live.members]);
}

/** The mark of a write that lets somebody enter has the hash of what it sends; not while another one is open. */
export function markOf(decision: Decision, startTime: string, open: OpenWrite | undefined): PendingWrite {
  const isProvable = open === undefined && decision.toEnter.length > 0;
  return { planHash: decision.plan.hash, startTime, ...(isProvable && { membersHash: membersHash(decision.target) }) };
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
export function stillMembers(status: PolicyStatus, live: LiveRuleset): Set<number> {
  return new Set(markedBy(status).filter((id) => live.members.has(id)));
}

/** Those whose entry is counted because of the open write, and that are no members all the same. */
export function stillOutside({ pendingWrite }: PolicyStatus, live: LiveRuleset): number[] {
  return (pendingWrite?.entering ?? []).filter((id) => !live.members.has(id));
}

/**
 * The memory beside that window of entries. Whom an open write marks was counted in the window that ran at its intent: in one that began since
 * they are not, and nobody may be taken back from it, nor enter uncounted.
 */
export function besideWindow(status: PolicyStatus, after: EntryWindow | undefined): PolicyStatus {
  const { pendingWrite: open, entryWindow } = status;
  if (open?.entering === undefined || after === undefined || after.startTime === entryWindow?.startTime) return status;
  const { entering: _counted, ...pendingWrite } = open;
  return { ...status, pendingWrite };
}

/**
 * The memory that an act leaves. Where a later write was proved, the membership is what that one made of it, and shows nothing of an
 * earlier one that is still open, though both sent the same.
 */
export function memoryAfter(
  { intended, written }: { intended?: PolicyStatus | undefined; written: boolean },
  status: PolicyStatus,
): PolicyStatus {
  const memory = intended ?? status;
  return written ? withoutProof(memory) : memory;
}

/** The memory whose open write is settled by no read any more, but by time alone. */
export function withoutProof(status: PolicyStatus): PolicyStatus {
  if (status.pendingWrite?.membersHash === undefined) return status;
  const { membersHash: _membersHash, ...pendingWrite } = status.pendingWrite;
  return { ...status, pendingWrite };
}

/**
 * The memory whose open write is open whatever ruleset is read, for the name of a ruleset may lead to another one and back. Its marks
 * are gone, since who is a member of the other one may have left the first: they bear its time, and it is a millisecond later now.
 */
export function ofAnyRuleset(status: PolicyStatus): PolicyStatus {
  const { pendingWrite: open, ...rest } = withoutProof(status);
  if (open === undefined) return status;
  const { entering: _entering, ...pendingWrite } = open;
  const startMs = Date.parse(pendingWrite.startTime);
  // One that cannot be read is settled by no time, and marks nobody.
  const startTime = Number.isNaN(startMs) ? pendingWrite.startTime : isoOf(startMs + 1);
  return { ...rest, pendingWrite: { ...pendingWrite, startTime } };
}

function markedBy({ leaving = [], pendingWrite }: PolicyStatus): number[] {
  if (pendingWrite === undefined) return [];
  return leaving.filter(({ dueTime }) => dueTime === pendingWrite.startTime).map(({ id }) => id);
}

/** The write that may still be applied after a pass. */
export function openAfter(pass: Measured & Pick<PassOutcome, 'request'>): OpenWrite | undefined {
  const { acted, request } = pass;
  return acted && openWrite(memoryAfter(acted, request.status), acted.live, writeMoment(pass));
}

/** Why nobody leaves, for a sentence about one member, or about all. */
export function openWriteText({ untilMs }: OpenWrite): string {
  return `until ${new Date(Math.ceil(untilMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')}: an earlier write has no known outcome, and GitHub may still apply it`;
}

/**
 * What goes on of an open write in the status after a pass. `endMs` is the end of the pass; undefined where its time cannot be
 * trusted.
 */
export function openFields(
  status: PolicyStatus,
  decision: Pick<Decision, 'clocks' | 'plan'>,
  open: OpenWrite,
  endMs: number | undefined,
): OpenFields {
  const { pendingWrite } = status;
  if (pendingWrite === undefined) return { leaving: decision.clocks };
  const isAhead = endMs !== undefined && !(Date.parse(pendingWrite.startTime) <= endMs);
  return withMark(status, decision, open, isAhead ? { ...pendingWrite, startTime: isoOf(endMs) } : pendingWrite);
}

type OpenFields = Pick<PolicyStatus, 'pendingWrite' | 'window' | 'leaving'>;

const isoOf = (ms: number): string => new Date(ms).toISOString();

/**
 * An open write under that mark: its count, and the marks of those who would leave by it, but for who is in production again: no
 * clock may run on for such a one, so that its count is never taken back.
 */
export function withMark(
  { window, leaving = [] }: PolicyStatus,
  { clocks, plan }: Pick<Decision, 'clocks' | 'plan'>,
  { ids }: OpenWrite,
  mark: PendingWrite,
): OpenFields {
  const { startTime } = mark;
  const running = new Map([...leaving, ...clocks].map((clock) => [clock.id, clock]));
  const stays = new Set(plan.stay);
  const marked = [...ids].flatMap((id) => {
    const clock = stays.has(id) ? undefined : running.get(id);
    return clock === undefined ? [] : [{ ...clock, dueTime: startTime }];
  });
  return {
    ...(window === undefined ? {} : { window }),
    leaving: [...marked, ...clocks.filter(({ id }) => !ids.has(id))].slice(0, MAX_CLOCKS),
    pendingWrite: mark,
  };
}
