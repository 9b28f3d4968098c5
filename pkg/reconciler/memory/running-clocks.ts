/**
 * Exit clocks that an observation ended before any plan was made: a pass that saw a repository in production and then broke off,
 * or whose process was killed, plans nothing, and the next contrary answer would let the repository leave at once. Pure.
 */
import { EXEMPTED, GONE, type Exemption, type ExitClock, type PolicySpec } from '../../api/index.js';
import { exemptionOf, membershipEffect, type TwoReadings } from '../../governance/index.js';
import type { Held } from './held-repositories.js';

/** What one of them saw of a repository. */
export type Sight = Pick<Held, 'name' | 'status' | 'readMs' | 'seenMs' | 'desiredMs'>;

/** What passes saw of the repositories. */
export interface Sights {
  /** By earlier passes, as the cache has it: only what is later than the start of a clock ends it. */
  before: ReadonlyMap<number, Sight>;
  /** By this pass. */
  learned: ReadonlyMap<number, Sight>;
  /** Ids that the listing of this pass contains, or that a look-up found in the organization. */
  listed: ReadonlySet<number>;
}

/** The clocks that still count. One that is cleared too much costs a grace period; one too few, protection. */
export function runningClocks(
  clocks: readonly ExitClock[],
  { before, learned, listed }: Sights,
  { catalog, exemptions }: Pick<PolicySpec, 'catalog' | 'exemptions'>,
  now: TwoReadings,
): ExitClock[] {
  // What a file says neither starts nor ends the clock of an exemption: the policy does.
  const ends = ({ reason }: ExitClock, { status }: Sight): boolean =>
    reason !== EXEMPTED && (reason === GONE || membershipEffect(status, catalog) === 'desired');
  const isEnded = (clock: ExitClock, seen: Sight): boolean =>
    (isLater(seen, clock) && ends(clock, seen)) || (clock.reason !== EXEMPTED && wasDesiredSince(seen, clock, now));
  return clocks.filter((clock) => {
    const { id, name, reason } = clock;
    const [earlier, seen] = [before.get(id), learned.get(id)];
    if (earlier !== undefined && isEnded(clock, earlier)) return false;
    if (seen === undefined && !listed.has(id)) return true;
    if (reason === GONE || (seen !== undefined && ends(clock, seen))) return false;
    // By every name that it had: `Govern` needs one of them, `Release` all.
    const exemption = exemptionOf({ id, name, alsoNamed: seen?.name ?? name }, exemptions, now);
    return !isAnswered(reason, exemption?.effect);
  });
}

/** True where the policy says the contrary of what the clock runs for: that of an exemption which is none now, any other under `Govern`. */
const isAnswered = (reason: ExitClock['reason'], effect: Exemption['effect'] | undefined): boolean =>
  reason === EXEMPTED ? effect !== 'Release' : effect === 'Govern';

/** False where the start of the clock cannot be read: such a clock counts for nothing, and starts again. */
function isLater({ seenMs, readMs }: Sight, { since }: ExitClock): boolean {
  return (seenMs ?? readMs) > Date.parse(since);
}

/**
 * True where it said meanwhile what makes it a member: the status is of an older copy, or the one that ended this clock was never kept. A
 * sight of the future was made with a wrong clock, and would end every clock until then.
 */
function wasDesiredSince({ desiredMs }: Sight, { since }: ExitClock, { laterMs }: TwoReadings): boolean {
  return desiredMs !== undefined && desiredMs > Date.parse(since) && desiredMs <= laterMs;
}
