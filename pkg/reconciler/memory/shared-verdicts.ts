/** One verdict in memory for all that are alike: most repositories of an organization say the same at the same line of their files. */
import type { Verdict } from '../../catalog/index.js';
import type { KnownRepository, KnownRules } from './verdict-cache-shape.js';

export class SharedVerdicts {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #rules = new Map<string, KnownRules>();
  readonly #texts = new Map<string, string>();

  /** The one that was shared before, where it is the same. Nobody may change it. */
  verdict(verdict: Verdict): Verdict {
    return shared(this.#verdicts, JSON.stringify(verdict), verdict);
  }

  /** Puts what is shared in the place of what is the same, within what was just read of a file, and gives it back. */
  within(known: KnownRepository): KnownRepository {
    const { verdict, rules, author } = known;
    known.status = shared(this.#texts, known.status, known.status) as KnownRepository['status'];
    if (verdict !== undefined) known.verdict = this.verdict(verdict);
    if (rules !== undefined)
      known.rules = shared(this.#rules, `${rules.rulesetID} ${rules.sight} ${rules.atMs}`, rules);
    if (author !== undefined) known.author = shared(this.#texts, author, author);
    return known;
  }
}

function shared<T>(all: Map<string, T>, key: string, value: T): T {
  const known = all.get(key);
  if (known === undefined) all.set(key, value);
  return known ?? value;
}
