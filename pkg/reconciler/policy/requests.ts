/** Which policies were looked at since the start of the process, and for which of them somebody asked for a look. */
import { isWaiting, keyString, type PolicyRecord, type PolicyKey } from '../../policies/index.js';

export class LookRequests {
  /** Keys that were looked at, whatever came of it. */
  readonly #looked = new Set<string>();
  /** Keys whose first look has begun: what calls for another one is a change, a touch or a person. */
  readonly #begun = new Set<string>();
  /** Keys that somebody asked to be looked at, and that no pass has read for since. */
  readonly #asked = new Set<string>();

  /** The rollback of each key that a pass has begun to carry out: one that a guard holds is not asked for in every pass. */
  readonly #rollbacks = new Map<string, string>();

  begin(key: PolicyKey): void {
    this.#begun.add(keyString(key));
  }

  end(key: PolicyKey): void {
    this.#looked.add(keyString(key));
  }

  hasLooked(key: PolicyKey): boolean {
    return this.#looked.has(keyString(key));
  }

  /** Before the first look, to be asked for is only the start of the process. */
  ask(key: PolicyKey): void {
    if (this.#begun.has(keyString(key))) this.demand(key);
  }

  /** Also before the first look. */
  demand(key: PolicyKey): void {
    this.#asked.add(keyString(key));
  }

  /** By a person, or by annotation and no look has ended since; by a rollback that no pass has begun to carry out. */
  isAsked({ key, reconcileAt, rollback, status }: PolicyRecord): boolean {
    const isAnnotated = reconcileAt !== undefined && reconcileAt !== status.lastHandledReconcileAt;
    const isNew = isWaiting(rollback, status) && this.#rollbacks.get(keyString(key)) !== rollback.to;
    return this.#asked.has(keyString(key)) || isAnnotated || isNew;
  }

  /** Called where a pass begins that answers the request; one that comes while it runs counts for the next pass. */
  take(record: PolicyRecord): boolean {
    const isAsked = this.isAsked(record);
    this.#asked.delete(keyString(record.key));
    if (record.rollback !== undefined) this.#rollbacks.set(keyString(record.key), record.rollback.to);
    return isAsked;
  }

  forget(key: PolicyKey): void {
    for (const keys of [this.#looked, this.#begun, this.#asked, this.#rollbacks]) keys.delete(keyString(key));
  }
}
