/** Which policies were looked at since the start of the process, and for which of them somebody asked for a look. */
import { keyString, type PolicyRecord, type PolicyKey } from '../../policies/index.js';

export class LookRequests {
  /** Keys that were looked at, whatever came of it. */
  readonly #looked = new Set<string>();
  /** Keys whose first look has begun: what calls for another one is a change, a touch or a person. */
  readonly #begun = new Set<string>();
  /** Keys that somebody asked to be looked at, and that no pass has read for since. */
  readonly #asked = new Set<string>();

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

  /** By a person, or by annotation and no look has ended since. */
  isAsked({ key, reconcileAt, status }: PolicyRecord): boolean {
    const isAnnotated = reconcileAt !== undefined && reconcileAt !== status.lastHandledReconcileAt;
    return this.#asked.has(keyString(key)) || isAnnotated;
  }

  /** Called where a pass begins that answers the request; one that comes while it runs counts for the next pass. */
  take(record: PolicyRecord): boolean {
    const isAsked = this.isAsked(record);
    this.#asked.delete(keyString(record.key));
    return isAsked;
  }

  forget(key: PolicyKey): void {
    for (const keys of [this.#looked, this.#begun, this.#asked]) keys.delete(keyString(key));
  }
}
