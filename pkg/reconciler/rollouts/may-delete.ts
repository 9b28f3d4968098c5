/** Whether the candidate of a completed rollout may go, asked in the turn of its deletion. */
import { Plus1Error } from '../../errors/index.js';
import type { GitHubReader, OwnedRuleset } from '../../github/index.js';
import { stillNeeded } from '../../rollout/index.js';
import type { ActResult, PassObservation } from '../types.js';
import { seenAs } from './carry-out.js';

export interface DeleteSight {
  pass: {
    seen: Pick<PassObservation, 'organization'>;
    acted: Pick<ActResult, 'live'>;
    deps: { reader: Pick<GitHubReader, 'readRuleset'> };
  };
  isGone: (id: number) => boolean;
  nameOf: (id: number) => string;
}

/**
 * What the pass read of the main ruleset may be minutes old by then, and its owner may have taken the rules out since: then nothing but the
 * candidate has them. Throws.
 */
export async function requireFolded(
  live: OwnedRuleset,
  { pass: { acted, seen, deps }, isGone, nameOf }: DeleteSight,
  signal: AbortSignal,
): Promise<void> {
  const main = await deps.reader.readRuleset(seen.organization.login, acted.live.id, signal, { essential: true });
  const candidate = seenAs(live);
  const members = new Set([...candidate.members].filter((id) => !isGone(id)));
  const needed = stillNeeded({ ...candidate, members }, main, nameOf);
  if (needed !== undefined)
    throw new Plus1Error('PLUS1_INTERRUPTED', `its candidate stays: ${needed}, since this pass looked at it first`);
}
