/** One ruleset of ours in the status, before and after its creation. Pure. */
import { MAX_OPEN_CREATIONS, type OpenCreation, type OwnedPurpose, type OwnedStatus } from '../../api/index.js';
import type { RulesetBody } from '../../github/index.js';
import { SETTLED_AFTER_MS } from '../memory/open-write.js';
import { bodyHash, keptBody } from './sent-ruleset.js';

/** With a creation that is about to be sent; undefined where too many are open. */
export function begun(
  known: OwnedStatus | undefined,
  { purpose, body }: { purpose: OwnedPurpose; body: RulesetBody },
  nowMs: number,
): OwnedStatus | undefined {
  const hash = bodyHash(body);
  const before = known?.creations ?? [];
  const others = before.filter((each) => each.sha256 !== hash);
  if (others.length >= MAX_OPEN_CREATIONS) return undefined;
  // Of those that sent the same the last one is kept beside it: that one may be applied after it, and the others not longer than that one.
  const again = before.findLast((each) => each.sha256 === hash);
  const creation = { sha256: hash, sent: keptBody(body), startTime: new Date(nowMs).toISOString() };
  const hasRoom = again !== undefined && others.length + 1 < MAX_OPEN_CREATIONS;
  return { name: body.name, purpose, creations: [...others, ...(hasRoom ? [again] : []), creation] };
}

/**
 * It is there, under that id. `open`: creations that may still be applied. GitHub has a name once, so that none of them is while it stands;
 * one that comes after its end would make it again. That of a template is never deleted by Plus1, and found by its name where it is there again.
 */
export const made = ({ name, purpose }: OwnedStatus, id: number, open: readonly OpenCreation[]): OwnedStatus => ({
  ...{ name, purpose, id },
  ...(open.length > 0 && purpose !== 'Template' && { creations: [...open] }),
});

/** It went; undefined where no creation may make it again. */
export function went(known: OwnedStatus, nowMs: number): OwnedStatus | undefined {
  const creations = stillOpen(known, nowMs);
  const { name, purpose } = known;
  return creations.length === 0 ? undefined : { name, purpose, creations };
}

/** Those that GitHub may still apply. */
export const stillOpen = (
  { creations = [] }: { creations?: OwnedStatus['creations'] | undefined },
  nowMs: number,
): OpenCreation[] => creations.filter((each) => !isOver(each, nowMs));

/** Without that creation; undefined where nothing is left of it. */
export function without(
  { creations = [], ...known }: OwnedStatus,
  { sha256, startTime }: OpenCreation,
): OwnedStatus | undefined {
  const left = creations.filter((each) => each.sha256 !== sha256 || each.startTime !== startTime);
  if (left.length > 0) return { ...known, creations: left };
  return known.id === undefined ? undefined : known;
}

/** About to be deleted: no creation of it is open any more. */
export const leaving = ({ creations: _over, ...known }: OwnedStatus, nowMs: number): OwnedStatus => ({
  ...known,
  deleteTime: new Date(nowMs).toISOString(),
});

/** True where GitHub does not apply it any more, if it did not so far. One from the future, or without a time, counts as open. */
export const isOver = ({ startTime }: OpenCreation, nowMs: number): boolean =>
  nowMs - Date.parse(startTime) >= SETTLED_AFTER_MS;
