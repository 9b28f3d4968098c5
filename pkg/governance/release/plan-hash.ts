/**
 * The fingerprint of a plan, which an approval is bound to. Hazard: what goes into it is public; a change of the canonical
 * form invalidates every approval given.
 */
import { sha256 } from '../../base/index.js';
import type { Change } from './change.js';

/** `sha256:` over the ruleset's id and the sorted [id, status] of all that leave. Names and sentences do not count. */
export function planHash(rulesetID: number, leaving: readonly Change[]): string {
  const pairs = leaving.map(({ id, status }) => [id, status] as const).sort(([a], [b]) => a - b);
  const text = JSON.stringify({ leaving: pairs, rulesetID });
  return `sha256:${sha256(text)}`;
}
