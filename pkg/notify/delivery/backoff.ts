/** When a message that was not delivered is tried again. Pure. */
import type { FailureReason } from '../channels/channel.js';

/** After a day a message is given up. */
export const GIVE_UP_MS = 24 * 3_600_000;

const STEPS_MS = [5_000, 30_000, 120_000, 300_000, 600_000, 1_800_000];
const LONGEST_MS = 3_600_000;

/** A person must change something: nothing works any sooner. */
const FOR_PEOPLE_MS = 600_000;
const FOR_PEOPLE: ReadonlySet<FailureReason> = new Set([
  ...(['SecretNotFound', 'SecretNotAllowed', 'SecretInvalid', 'DestinationRefused', 'Unauthorized'] as const),
]);

/** How long to wait at least after a try that failed for that reason, ms. */
export const leastMs = (reason: FailureReason): number => (FOR_PEOPLE.has(reason) ? FOR_PEOPLE_MS : 0);

/**
 * The wait after so many tries, ms: at least what the channel asked for, and a little more for some, so that the messages of one outage
 * do not all come at once. `random`: in [0, 1).
 */
export function waitMs(tries: number, afterMs: number | undefined, random: () => number): number {
  const step = STEPS_MS[Math.max(0, tries - 1)] ?? LONGEST_MS;
  return Math.max(afterMs ?? 0, step) + Math.floor(random() * 0.2 * step);
}
