/** What kept verdicts are verdicts of: which ruleset of which organization, and the settings that they were judged by. */
import type { PolicySpec } from '../../api/index.js';
import { sha256 } from '../../base/index.js';
import { JUDGEMENT, type JudgeSettings } from '../../catalog/index.js';
import { claimOf, hostOf } from '../../policies/index.js';

/** Ids mean something on one host alone, and a membership is that of one ruleset. */
export function ownerOf(spec: PolicySpec): string {
  const { apiURL, organization, ruleset } = claimOf(spec);
  return [hostOf(apiURL), organization.toLowerCase(), ruleset].join(' ');
}

/**
 * By name, so that a setting of the judge that is not hashed does not compile: its old verdicts would be believed for ever. A change of the
 * judge counts by `JUDGEMENT`, not by `KNOWN_VERSION`, which would forget the members, the holds and all else that passes remember as well.
 */
export function settingsHash({ catalog: { paths, productionLifecycles } }: PolicySpec): string {
  const judged: Record<keyof JudgeSettings, unknown> = { productionLifecycles };
  return sha256(JSON.stringify([paths, judged, JUDGEMENT]));
}
