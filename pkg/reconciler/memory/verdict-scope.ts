/** What kept verdicts are verdicts of: which ruleset of which organization, and the settings that they were judged by. */
import type { PolicySpec } from '../../api/index.js';
import { sha256 } from '../../base/index.js';
import { JUDGEMENT, type JudgeSettings } from '../../catalog/index.js';
import { claimOf, hostOf } from '../../policies/index.js';
import type { KnownRepositories } from './verdict-cache-shape.js';

/** Ids mean something on one host alone, and a membership is that of one ruleset. */
export function ownerOf(spec: PolicySpec): string {
  const { apiURL, organization, ruleset } = claimOf(spec);
  return [hostOf(apiURL), organization.toLowerCase(), ruleset].join(' ');
}

/**
 * Of what was kept, what is of that ruleset, and what is of its organization: exit clocks go on where a policy names another ruleset, and so
 * does what ends them.
 */
export function keptFor(
  owner: string,
  kept: KnownRepositories | undefined,
): Record<'ours' | 'near', Partial<KnownRepositories>> {
  // Neither a host nor a login has a blank.
  const placeOf = (of: string): string => of.split(' ', 2).join(' ');
  if (kept?.owner === undefined) return { ours: {}, near: {} };
  const isNear = placeOf(kept.owner) === placeOf(owner);
  return { ours: kept.owner === owner ? kept : {}, near: isNear ? kept : {} };
}

/**
 * By name, so that a setting of the judge that is not hashed does not compile: its old verdicts would be believed for ever. A change of the
 * judge counts by `JUDGEMENT`, not by `KNOWN_VERSION`, which would forget the members, the holds and all else that passes remember as well.
 */
export function settingsHash({ catalog: { paths, productionLifecycles } }: PolicySpec): string {
  const judged: Record<keyof JudgeSettings, unknown> = { productionLifecycles };
  return sha256(JSON.stringify([paths, judged, JUDGEMENT]));
}
