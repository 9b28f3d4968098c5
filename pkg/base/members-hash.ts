/**
 * The fingerprint of a membership, which drift is found by. Hazard: it is kept in the status and in the records of the journal; a
 * change of the canonical form reports drift where there is none, and damage where nothing was changed.
 */
import { sha256 } from './hash.js';

/** `sha256:` over the sorted ids, each once. */
export function membersHash(ids: Iterable<number>): string {
  const text = JSON.stringify([...new Set(ids)].sort((a, b) => a - b));
  return `sha256:${sha256(text)}`;
}
