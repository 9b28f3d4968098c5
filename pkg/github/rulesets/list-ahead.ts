/**
 * Requests the list of rulesets at the same time as the organization. Neither request needs the answer of the other, and sent in
 * sequence they take one round trip more. The list is requested once and not retried. If no answer came, `findRuleset` requests it again.
 */
import { linkSignals } from '../../base/index.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import { firstPage } from './list-rulesets.js';

interface Asked {
  organization: string;
  answer: Promise<RESTAnswer | undefined>;
  stop: (why: Error) => void;
}

export class ListAhead {
  readonly #requester: Requester;
  #asked: Asked | undefined;

  constructor(requester: Requester) {
    this.#requester = requester;
  }

  begin(organization: string, signal: AbortSignal): void {
    const linked = linkSignals(signal);
    const answer = firstPage(this.#requester, organization, { chain: 'once', signal: linked.signal })
      .catch(() => undefined)
      .finally(() => linked.release());
    this.#asked = { organization, answer, stop: (why) => linked.abort(why) };
  }

  /** What was asked for that organization; for one look only, since it is of now. */
  async take(organization: string): Promise<RESTAnswer | undefined> {
    const asked = this.#asked;
    this.#asked = undefined;
    return asked?.organization.toLowerCase() === organization.toLowerCase() ? asked.answer : undefined;
  }

  /** Gives it up. When this returns, nothing of it runs on. */
  async end(): Promise<void> {
    this.#asked?.stop(new Error('nobody needs the list of rulesets'));
    await this.#asked?.answer;
    this.#asked = undefined;
  }
}
