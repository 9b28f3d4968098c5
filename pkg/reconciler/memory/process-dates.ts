/** The newest dates of rulesets that this process saw, for each policy. */
import { keyString, type PolicyKey } from '../../policies/index.js';
import { HeldDates } from './newest-dates.js';

export class ProcessDates {
  readonly #dates = new Map<string, HeldDates>();

  of(key: PolicyKey): HeldDates {
    const id = keyString(key);
    const known = this.#dates.get(id) ?? new HeldDates();
    this.#dates.set(id, known);
    return known;
  }

  forget(key: PolicyKey): void {
    this.#dates.delete(keyString(key));
  }
}
