/**
 * A change of a ruleset of ours whose outcome nobody knows. GitHub may apply it minutes later, and it carries the whole membership: who entered
 * by a newer one leaves by it. So its mark stays in the status until it is too old for that. Pure.
 */
import type { OwnedStatus } from '../../api/index.js';
import { membersHash, sha256 } from '../../base/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import { SETTLED_AFTER_MS } from '../memory/open-write.js';
import { stillOpen } from './creations.js';

export type Left = Pick<OwnedRuleset, 'members' | 'enforcement'>;

const hashOf = ({ members = new Set(), enforcement }: Left): string =>
  `sha256:${sha256(`${enforcement} ${membersHash([...members])}`)}`;

/** From when on a write that was kept then is not applied any more; undefined where that is so. One from the future counts from now. */
export function openUntilMs(startTime: string | undefined, nowMs: number): number | undefined {
  if (startTime === undefined) return undefined;
  const startMs = Date.parse(startTime);
  const untilMs = (startMs <= nowMs ? startMs : nowMs) + SETTLED_AFTER_MS;
  return untilMs > nowMs ? untilMs : undefined;
}

/** Without marks that are over. */
export function withoutOver({ change, creations: all, ...known }: OwnedStatus, nowMs: number): OwnedStatus {
  const isOpen = openUntilMs(change?.startTime, nowMs) !== undefined;
  const creations = stillOpen({ creations: all }, nowMs);
  return { ...known, ...(change && isOpen && { change }), ...(creations.length > 0 && { creations }) };
}

/** With the mark of a change that is about to be sent. Of two that are open no read tells which was applied. */
export function withChange({ change, ...known }: OwnedStatus, to: Left, nowMs: number): OwnedStatus {
  const hash = hashOf(to);
  const isOne = change === undefined || change.sha256 === hash;
  return { ...known, change: { startTime: new Date(nowMs).toISOString(), ...(isOne && { sha256: hash }) } };
}

/** Until when the ruleset may become another one by an open write of ours, Unix ms; undefined where it may not. */
export function mayChangeUntilMs(
  { change, deleteTime }: Pick<OwnedStatus, 'change' | 'deleteTime'>,
  live: Left,
  nowMs: number,
): number | undefined {
  const isSame = change?.sha256 === hashOf(live);
  const times = [openUntilMs(isSame ? undefined : change?.startTime, nowMs), openUntilMs(deleteTime, nowMs)];
  const open = times.filter((ms) => ms !== undefined);
  return open.length === 0 ? undefined : Math.max(...open);
}
