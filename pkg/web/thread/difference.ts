/**
 * What changed among the policies since the thread of the page was told. A home puts a new record in the place of one that changed, so that
 * equal means the same object: comparing costs nothing, and what did not change is never copied.
 */
import type { PolicyRecord } from '../../policies/index.js';
import type { Difference } from './messages.js';

/** On the side of the passes: what was told. */
export class Told {
  #told: readonly PolicyRecord[] = [];

  /** What the other side has to be told; undefined where it knows all of it. */
  update(now: readonly PolicyRecord[]): Difference | undefined {
    const before = this.#told;
    if (now.length === before.length && now.every((record, at) => record === before[at])) return undefined;
    const places = new Map(before.map((record, at) => [record, at]));
    this.#told = [...now];
    return now.map((record) => places.get(record) ?? record);
  }
}

/** On the side of the page: the policies after what was told. */
export const withDifference = (before: readonly PolicyRecord[], difference: Difference): PolicyRecord[] =>
  difference.flatMap((each) => (typeof each === 'number' ? (before[each] ?? []) : each));
