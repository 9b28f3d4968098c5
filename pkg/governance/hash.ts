/**
 * The two fingerprints: of a plan, which an approval is bound to, and of a membership, which drift is told by.
 * Hazard: what goes into them is public; a change of the canonical form invalidates every approval given and reports
 * drift where there is none.
 */
import { createHash } from 'node:crypto';
import type { PlanItem } from './types.js';

/** `sha256:` over the ruleset's id and the sorted [id, status] of all that leave. Names and sentences do not count. */
export function planHash(rulesetID: number, leaving: readonly PlanItem[]): string {
  const pairs = leaving.map(({ id, status }) => [id, status] as const).sort(([a], [b]) => a - b);
  return sha256(JSON.stringify({ leaving: pairs, rulesetID }));
}

/** `sha256:` over the sorted ids, each once. */
export function membersHash(ids: Iterable<number>): string {
  return sha256(JSON.stringify([...new Set(ids)].sort((a, b) => a - b)));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
