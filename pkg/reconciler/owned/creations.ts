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
  const others = (known?.creations ?? []).filter((each) => each.sha256 !== hash);
  if (others.length >= MAX_OPEN_CREATIONS) return undefined;
  const creation = { sha256: hash, sent: keptBody(body), startTime: new Date(nowMs).toISOString() };
  return { name: body.name, purpose, creations: [...others, creation] };
}

/** It is there, under that id: what was open is over, for GitHub has a name once. */
export const made = ({ name, purpose }: OwnedStatus, id: number): OwnedStatus => ({ name, purpose, id });

/** Without that creation; undefined where nothing is left of it. */
export function without({ creations = [], ...known }: OwnedStatus, hash: string): OwnedStatus | undefined {
  const left = creations.filter((each) => each.sha256 !== hash);
  if (left.length > 0) return { ...known, creations: left };
  return known.id === undefined ? undefined : known;
}

/** About to be deleted. */
export const leaving = (known: OwnedStatus, nowMs: number): OwnedStatus => ({
  ...known,
  deleteTime: new Date(nowMs).toISOString(),
});

/** True where GitHub does not apply it any more, if it did not so far. One from the future, or without a time, counts as open. */
export const isOver = ({ startTime }: OpenCreation, nowMs: number): boolean =>
  nowMs - Date.parse(startTime) >= SETTLED_AFTER_MS;
