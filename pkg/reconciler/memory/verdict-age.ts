/** How old a verdict that keeps a repository out may be. */
import type { FindingStatus } from '../../api/index.js';
import { sha256 } from '../../base/index.js';

const HOUR_MS = 3_600_000;

/**
 * A commit proves that a file cannot have changed, not that one answer about it was right, and what is out would otherwise stay out
 * for ever. What GitHub gets wrong most easily ("no such file", half a file) is asked for again within a day, the rest within a week;
 * at 10,000 repositories that is a question or two a pass.
 */
const LONGEST_MS: Partial<Record<FindingStatus, number>> = { missing_file: 24 * HOUR_MS, unreadable: 24 * HOUR_MS };
const LONGEST_OTHER_MS = 7 * 24 * HOUR_MS;

/**
 * The age from which on a verdict of that status is not believed, ms. It differs by `id` and is spread over the second half of the
 * longest one, or what one pass read would all be read again in one pass.
 */
export function longestAgeMs(id: number, status: FindingStatus): number {
  const longest = LONGEST_MS[status] ?? LONGEST_OTHER_MS;
  const share = Number.parseInt(sha256(String(id)).slice(0, 4), 16) / 65_536;
  return (longest / 2) * (1 + share);
}
