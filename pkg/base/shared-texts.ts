/** One text in memory for all that are alike: names of actions and rules, commits and endpoints are the same in thousands of repositories. */
import { isMapping } from './is-mapping.js';

export class SharedTexts {
  readonly #known = new Map<string, string>();

  /** Puts the shared text in place of each within the value, which is JSON, and gives it back. */
  in<T>(value: T): T {
    return this.#shared(value) as T;
  }

  #shared(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) for (const [index, item] of value.entries()) value[index] = this.#shared(item);
    else if (isMapping(value)) for (const key of Object.keys(value)) value[key] = this.#shared(value[key]);
    return value;
  }

  #text(text: string): string {
    const known = this.#known.get(text);
    if (known === undefined) this.#known.set(text, text);
    return known ?? text;
  }
}
