/**
 * The fingerprint of a membership, which drift is found by. Hazard: it is kept in the status; a change of the canonical form
 * reports drift where there is none.
 */
import { sha256 } from '../../base/index.js';

/** `sha256:` over the sorted ids, each once. */
export function membersHash(ids: Iterable<number>): string {
  const text = JSON.stringify([...new Set(ids)].sort((a, b) => a - b));
  return `sha256:${sha256(text)}`;
}
