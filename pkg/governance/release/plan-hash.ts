/**
 * The fingerprint of a plan, which an approval is bound to. Hazard: what goes into it is public; a change of the canonical
 * form invalidates every approval given.
 */
import { sha256 } from '../../base/index.js';
import type { Change } from './change.js';

/** What a hash stands for. */
export interface HashedPlan {
  /** Of which assignment. Without it, `governed`. */
  assignment?: string;
  /** Id of the ruleset, or the uid of the object. */
  target: number | string;
  /** Who is held that would enter. */
  entering: readonly Change[];
  /** Who leaves, held or not, without those that belong to another owner: they need no approval. */
  leaving: readonly Change[];
}

/**
 * `sha256:` over the canonical JSON of ids and statuses (RFC 8785: keys sorted, no blanks). Names and sentences do not count.
 * https://www.rfc-editor.org/rfc/rfc8785
 */
export function planHash({ assignment = 'governed', target, entering, leaving }: HashedPlan): string {
  const text = JSON.stringify({ assignment, entering: pairs(entering), leaving: pairs(leaving), target });
  return `sha256:${sha256(text)}`;
}

const pairs = (changes: readonly Change[]): (readonly [number, string])[] =>
  changes.map(({ id, status }) => [id, status] as const).sort(([a], [b]) => a - b);
