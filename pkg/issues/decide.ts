/**
 * What is to be done with one issue. Pure. An owner's will counts: what a person closed stays closed for 30 days, what a person reopened
 * stays open, and nothing is written twice.
 */
import type { FindingStatus } from '../api/index.js';
import { changedComment, closingComment } from './text.js';
import { NO_CAUSE, shortHash } from './marker.js';
import type { IssueMemory, IssueStep, LiveIssue, Want } from './types.js';

export const SNOOZE_MS = 30 * 86_400_000;
/** GitHub takes no issue there: how long nobody tries again. */
export const REFUSED_MS = 7 * 86_400_000;

const NOTHING: IssueStep = { do: 'nothing' };

export interface Moment {
  nowMs: number;
  /** How long a finding must have stood, ms. */
  afterMs: number;
}

/** With when the finding was first seen; one that is over is forgotten, and with it all that waited for it. */
export function seen(memory: IssueMemory, want: Want, nowMs: number): IssueMemory {
  if (want.kind === 'unknown') return memory;
  if (want.kind === 'open') return { ...memory, sinceMs: Math.min(memory.sinceMs ?? nowMs, nowMs) };
  const { sinceMs: _sinceMs, snoozedUntilMs: _snoozedUntilMs, ...rest } = memory;
  return rest;
}

const isRipe = ({ sinceMs }: IssueMemory, { nowMs, afterMs }: Moment): boolean =>
  sinceMs !== undefined && nowMs - sinceMs >= afterMs;

const isSnoozed = ({ snoozedUntilMs = 0 }: IssueMemory, nowMs: number): boolean => snoozedUntilMs > nowMs;

/** Whether an issue is to be looked for, and opened where there is none. */
export function isToOpen(memory: IssueMemory, want: Want, moment: Moment): boolean {
  if (want.kind !== 'open' || memory.number !== undefined || !isRipe(memory, moment)) return false;
  return !isSnoozed(memory, moment.nowMs) && (memory.refused?.untilMs ?? 0) <= moment.nowMs;
}

/** Whether an issue that is known is to be read: nothing is written of one that was not looked at. */
export function isToLookAt(memory: IssueMemory, want: Want, { nowMs }: Moment): boolean {
  if (memory.number === undefined || want.kind === 'unknown' || (memory.refused?.untilMs ?? 0) > nowMs) return false;
  if (want.kind === 'open') return true;
  return memory.state === 'open' || memory.owed !== undefined;
}

/** What GitHub shows, laid over what is remembered. A person who closes it wants to hear nothing of it for a while. */
export function looked(memory: IssueMemory, live: LiveIssue, nowMs: number): IssueMemory {
  if (live.state === memory.state) return memory;
  if (live.state === 'closed') {
    const { isLeftOpen: _isLeftOpen, closedAs: _closedAs, ...others } = memory;
    const rest = { ...others, ...(live.stateReason !== undefined && { closedAs: live.stateReason }) };
    // Its mark tells of a process that closed it and ended before it could remember that.
    if (live.marker?.isClosed === true) return { ...rest, state: 'closed', closedBy: 'plus1', hash: live.marker.hash };
    return { ...rest, state: 'closed', closedBy: 'person', snoozedUntilMs: nowMs + SNOOZE_MS };
  }
  const { snoozedUntilMs: _snoozedUntilMs, closedAs: _closedAs, closedBy, ...rest } = memory;
  return { ...rest, state: 'open', ...(closedBy === 'plus1' && { isLeftOpen: true }) };
}

/** One that was found by its mark, as if it had been looked at all the time. */
export function adopted(
  memory: IssueMemory,
  { number, live }: { number: number; live: LiveIssue },
  nowMs: number,
): IssueMemory {
  const { marker, state } = live;
  const known = { ...memory, number, state, ...(marker && { hash: marker.hash, cause: marker.cause }) };
  if (state === 'open') return known;
  if (marker?.isClosed === true) return { ...known, closedBy: 'plus1' };
  const closedAs = live.stateReason === undefined ? {} : { closedAs: live.stateReason };
  return { ...known, ...closedAs, closedBy: 'person', snoozedUntilMs: nowMs + SNOOZE_MS };
}

/** It was deleted, or is hidden: as if it had been closed. */
export function deleted({ id, sinceMs }: IssueMemory, nowMs: number): IssueMemory {
  return { id, ...(sinceMs !== undefined && { sinceMs }), snoozedUntilMs: nowMs + SNOOZE_MS };
}

/** An issue that was just looked at, and the finding on its repository. */
export interface LookedAt<W extends Want = Want> {
  want: W;
  live: LiveIssue;
  status: FindingStatus;
}

export function decide(memory: IssueMemory, { want, live, status }: LookedAt, moment: Moment): IssueStep {
  if (want.kind === 'unknown') return NOTHING;
  if (want.kind === 'over') return ending(memory, { want, live, status }, moment);
  const write = writing(memory, { want, live, status }, moment);
  if (live.state === 'open') return memory.hash === want.hash ? NOTHING : write;
  return isRipe(memory, moment) && !isQuiet(memory, { want, live, status }, moment)
    ? { ...write, reopen: true }
    : NOTHING;
}

type Over = Extract<Want, { kind: 'over' }>;
type Open = Extract<Want, { kind: 'open' }>;

function ending(memory: IssueMemory, { want, live }: LookedAt<Over>, moment: Moment): IssueStep {
  if (live.state === 'closed' || memory.isLeftOpen === true) return NOTHING;
  const { body, hash, why } = want;
  const comment = closingComment(why, commentKey(memory, hash, moment), hash);
  return { do: 'close', body, hash, cause: NO_CAUSE, comment };
}

/** With a comment where something else is wrong than was told before. */
function writing(
  memory: IssueMemory,
  { want: { body, hash, cause }, status }: LookedAt<Open>,
  moment: Moment,
): Extract<IssueStep, { do: 'write' }> {
  const write = { do: 'write', body, hash, cause, reopen: false } as const;
  const isOther = memory.cause !== undefined && memory.cause !== NO_CAUSE && memory.cause !== cause;
  return isOther ? { ...write, comment: changedComment(status, commentKey(memory, hash, moment), hash) } : write;
}

/** A person closed it. That it is done is no answer to something else that is wrong since. */
function isQuiet(memory: IssueMemory, { want, live }: LookedAt<Open>, { nowMs }: Moment): boolean {
  const isOtherMatter = live.stateReason === 'completed' && memory.cause !== want.cause;
  return memory.closedBy !== 'plus1' && isSnoozed(memory, nowMs) && !isOtherMatter;
}

/** The same for the same change of the same issue. */
const commentKey = ({ number, hash }: IssueMemory, to: string, { nowMs }: Moment): string =>
  shortHash([number, hash, nowMs, to].join(' '));
