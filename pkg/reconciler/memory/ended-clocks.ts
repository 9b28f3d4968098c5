/**
 * Exit clocks that a look ended while its status could not be kept: a full disk, an API server that refuses. The next look reads
 * the old text, in which such a clock still runs, and the next contrary answer would let the repository leave long before its grace
 * period. The cache of verdicts knows as well who was seen, but it may lie on the same disk.
 */
import type { ExitClock, PolicyStatus } from '../../api/index.js';
import { keyString, type PolicyKey, type PolicyRecord } from '../../policies/index.js';

export class EndedClocks {
  /** By policy; a clock is known by its repository, its reason and its start. */
  readonly #ended = new Map<string, Set<string>>();

  /** Before `after` is kept in place of `before`. */
  add(key: PolicyKey, before: PolicyStatus, after: PolicyStatus): void {
    const running = new Set(after.leaving?.map(idOf));
    const gone = (before.leaving ?? []).map(idOf).filter((id) => !running.has(id));
    if (gone.length === 0) return;
    this.#ended.set(keyString(key), new Set([...(this.#ended.get(keyString(key)) ?? []), ...gone]));
  }

  /** That status is what the next look reads: only what it still shows as running must be remembered. */
  kept(key: PolicyKey, { leaving = [] }: PolicyStatus): void {
    const ended = this.#ended.get(keyString(key));
    if (ended === undefined) return;
    const shown = leaving.map(idOf).filter((id) => ended.has(id));
    if (shown.length === 0) this.#ended.delete(keyString(key));
    else this.#ended.set(keyString(key), new Set(shown));
  }

  /** The record as it was read, without them. */
  without(record: PolicyRecord | undefined): PolicyRecord | undefined {
    const ended = record && this.#ended.get(keyString(record.key));
    if (record?.status.leaving === undefined || ended === undefined) return record;
    const leaving = record.status.leaving.filter((clock) => !ended.has(idOf(clock)));
    return { ...record, status: { ...record.status, leaving } };
  }

  forget(key: PolicyKey): void {
    this.#ended.delete(keyString(key));
  }
}

const idOf = ({ id, reason, since }: ExitClock): string => `${id} ${reason} ${since}`;
