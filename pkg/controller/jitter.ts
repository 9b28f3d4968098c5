/**
 * Spreads delays, because keys that were started together would otherwise tick together for ever. Hazard: a delay up to
 * a moment that someone else named (a rate limit's reset) may only grow, or it is wasted.
 */

/** Flux's default for intervals: https://fluxcd.io/flux/components/source/options/ (`--interval-jitter-percentage`). */
const JITTER_SHARE = 0.05;

/** `ms` ± 5 %. `random` is in [0, 1). */
export function jitter(ms: number, random: () => number): number {
  return Math.max(0, Math.round(ms * (1 + JITTER_SHARE * (2 * random() - 1))));
}

/** `ms` and up to 5 % more. */
export function jitterLater(ms: number, random: () => number): number {
  return Math.ceil(ms * (1 + JITTER_SHARE * random()));
}
