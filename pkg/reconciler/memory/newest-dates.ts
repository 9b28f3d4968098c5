/** The newest dates that answers showed of rulesets: GitHub answers from copies, and one that is dated before them is of a copy that lags. */
import type { PassTime } from '../../github/index.js';
import type { KnownRepositories, NewestRuleset } from './verdict-cache-shape.js';

/** So long a date that an earlier pass saw holds: a server that was restored from a copy must not stop a policy for ever. */
const DATE_HOLDS_MS = 3_600_000;

/** How often one that is in doubt is asked for again, after the usual waits. */
export const MAX_REPEATS = 3;

/** Unix ms; undefined where the server tells none. */
export function dateOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The present moment by GitHub's clock, Unix ms, as far as the answers of the pass told it: by a local clock that somebody sets, a date that
 * was seen a minute ago would be hours old.
 */
export const serverMs = (time: Pick<PassTime, 'now' | 'aheadMs' | 'behindMs'>): number =>
  time.now() - (time.aheadMs ?? 0) + (time.behindMs ?? 0);

/** By a clock that was set back the moment lies in the future, and tells no age. */
export const isHeld = ({ seenMs }: NewestRuleset, nowMs: number): boolean => Math.abs(nowMs - seenMs) < DATE_HOLDS_MS;

/**
 * True where that date is before the newest one. The answer to a write may give milliseconds, and a read of what it wrote whole seconds:
 * a date without a fraction may be of any moment of its second. One with a fraction, be it `.000`, is what it says.
 */
export function isBefore(updatedAt: string | undefined, newestMs: number): boolean {
  const updatedMs = dateOf(updatedAt);
  if (updatedMs === undefined) return false;
  const hasFraction = /\d\.\d/.test(updatedAt ?? '');
  return (hasFraction ? updatedMs : updatedMs + 999) < newestMs;
}

type Dated = { id: number; updatedAt?: string };

/** By id, of rulesets that Plus1 made. */
export type NewestDates = Map<number, NewestRuleset>;

export function isOlder(dates: NewestDates, { id, updatedAt }: Dated, nowMs: number): boolean {
  const newest = dates.get(id);
  return newest !== undefined && isHeld(newest, nowMs) && isBefore(updatedAt, newest.updatedMs);
}

/** Takes in what an answer showed. */
export function sawDate(dates: NewestDates, seen: Dated, nowMs: number): void {
  const { id } = seen;
  const updatedMs = dateOf(seen.updatedAt);
  if (updatedMs === undefined || isOlder(dates, seen, nowMs)) return;
  dates.set(id, { id, updatedMs, seenMs: nowMs });
}

type Kept = Pick<KnownRepositories, 'newestRuleset' | 'newestOwned'>;

/**
 * All of them for one policy. A process has them from one pass to the next, also where the cache is not kept or was lost: on a volume that is
 * nearly full it is the first that is not written.
 */
export class HeldDates {
  #owner: string | undefined;
  /** Of the ruleset of the policy. */
  ruleset: NewestRuleset | undefined;
  readonly owned: NewestDates = new Map();

  /** As a pass begins with them: what the cache has of that owner (host, organization and ruleset) counts as well. */
  with(owner: string, { newestRuleset, newestOwned = [] }: Kept): this {
    if (this.#owner !== owner) this.clear();
    this.#owner = owner;
    this.ruleset = later(this.ruleset, newestRuleset);
    for (const kept of newestOwned) this.owned.set(kept.id, later(this.owned.get(kept.id), kept) ?? kept);
    return this;
  }

  clear(): void {
    this.ruleset = undefined;
    this.owned.clear();
  }

  /** To be kept. */
  at(nowMs: number): Kept {
    const newestOwned = [...this.owned.values()].filter((each) => isHeld(each, nowMs));
    return { ...(this.ruleset && { newestRuleset: this.ruleset }), ...(newestOwned.length > 0 && { newestOwned }) };
  }
}

/** The one that was seen last: what a process knows is mostly younger than what it kept. */
function later(a: NewestRuleset | undefined, b: NewestRuleset | undefined): NewestRuleset | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.seenMs > a.seenMs ? b : a;
}
