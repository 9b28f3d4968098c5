/**
 * pace: passes do not follow each other without a pause: 20 of one process never come within a minute, unless GitHub itself names a wait
 * of seconds again and again.
 */
import type { Chronicle, Limits } from '../model/chronicle.js';

const MANY = 20;
const MINUTE = 60_000;

export function pace({ passes, limits }: Chronicle): string[] {
  const lives = new Map<number, number[]>();
  for (const { life, start } of passes) lives.set(life, [...(lives.get(life) ?? []), start]);
  for (const [life, starts] of lives) {
    const isAsked = (from: number): boolean =>
      limits.some((told) => told.life === life && isWait(told) && told.at >= from && told.at < from + MINUTE);
    const first = starts.find(
      (start, index) => (starts[index + MANY - 1] ?? Infinity) - start < MINUTE && !isAsked(start),
    );
    if (first !== undefined)
      return [`pace: process ${life} began ${MANY} passes within a minute at ${new Date(first).toISOString()}`];
  }
  return [];
}

const isWait = ({ retryAt, remaining }: Limits): boolean => retryAt !== undefined || remaining === 0;
