/**
 * Exit clocks that an observation ended before any plan was made: a pass that saw a repository in production and then broke off,
 * or whose process was killed, plans nothing, and the next contrary answer would let the repository leave at once. Pure.
 */
import { EXEMPTED, GONE, type ExitClock, type PolicySpec } from '../../api/index.js';
import { membershipEffect } from '../../governance/index.js';
import type { KnownRepository } from './verdict-cache-shape.js';

/** What passes saw of the repositories. */
export interface Sights {
  /** By earlier passes, as the cache has it: only what is later than the start of a clock ends it. */
  before: ReadonlyMap<number, KnownRepository>;
  /** By this pass. */
  learned: ReadonlyMap<number, KnownRepository>;
  /** Ids that the listing of this pass contains, or that a look-up found in the organization. */
  listed: ReadonlySet<number>;
}

/** The clocks that still count. One that is cleared too much costs a grace period; one too few, protection. */
export function runningClocks(
  clocks: readonly ExitClock[],
  { before, learned, listed }: Sights,
  catalog: PolicySpec['catalog'],
): ExitClock[] {
  // What a file says neither starts nor ends the clock of an exemption: the policy does.
  const ends = ({ reason }: ExitClock, { status }: KnownRepository): boolean =>
    reason !== EXEMPTED && (reason === GONE || membershipEffect(status, catalog) === 'desired');
  return clocks.filter((clock) => {
    const [earlier, now] = [before.get(clock.id), learned.get(clock.id)];
    if (clock.reason === GONE && listed.has(clock.id)) return false;
    if (now !== undefined && ends(clock, now)) return false;
    return earlier === undefined || !isLater(earlier, clock) || !ends(clock, earlier);
  });
}

/** False where the start of the clock cannot be read: such a clock counts for nothing, and starts again. */
function isLater({ seenMs, readMs }: KnownRepository, { since }: ExitClock): boolean {
  return (seenMs ?? readMs) > Date.parse(since);
}
