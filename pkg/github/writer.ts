/** The writing client. It is a class of its own so that what is not given it cannot write. */
import type { LiveRuleset, Targeting } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';
import { NEEDS_ADMINISTRATION } from './forbidden.js';
import { RepositoryWriter } from './isolation/writer.js';
import type { Membership } from './membership/membership.js';
import { OwnedWriter } from './owned-rulesets/writer.js';
import { FileWriter } from './shared-file/writer.js';
import type { WriteChain } from './requester/chains.js';
import type { Patience } from './requester/patience.js';
import type { Requester } from './requester/requester.js';
import type { WriteTurn } from './requester/write-turn.js';
import type { GitHubWriter } from './types.js';
import type { WriteOptions, WriteOutcome } from './write-outcome.js';
import type { WriteSender } from './write-sender.js';

/** What a write needs. */
const NEEDS: Record<Targeting, string> = {
  RepositoryID: NEEDS_ADMINISTRATION,
  CustomProperty: 'organization_custom_properties: write',
};

interface WriterParts {
  targeting: Targeting;
  membership: Membership;
  sender: WriteSender;
  patience: Patience;
  turn: WriteTurn;
}

export class RulesetWriter implements GitHubWriter {
  readonly owned: OwnedWriter;
  readonly isolation: RepositoryWriter;
  readonly sharedFile: FileWriter;
  readonly #requester: Requester<WriteChain>;
  readonly #needs: string;
  readonly #membership: Membership;
  readonly #sender: WriteSender;
  readonly #patience: Patience;
  readonly #turn: WriteTurn;

  constructor(requester: Requester<WriteChain>, { targeting, membership, sender, patience, turn }: WriterParts) {
    this.owned = new OwnedWriter(requester, sender);
    this.isolation = new RepositoryWriter(requester, sender);
    this.sharedFile = new FileWriter(requester, sender);
    this.#needs = NEEDS[targeting];
    this.#membership = membership;
    this.#sender = sender;
    this.#turn = turn;
    this.#requester = requester;
    this.#patience = patience;
  }

  /** A write never waits by itself: a caller that waited must read the ruleset again before it is sent. */
  async sitOut(limit: Plus1Error, signal: AbortSignal): Promise<void> {
    const pause = this.#patience.pauseOf(limit);
    if (pause === undefined) throw limit;
    await this.#patience.sitOut(pause, signal);
  }

  async inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#turn.run(work, signal);
  }

  async writeMembers(
    organization: string,
    live: LiveRuleset,
    members: readonly number[],
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<WriteOutcome> {
    const { essential = false } = options;
    const subject = {
      what: `write the ruleset ${live.name} of ${organization}`,
      ...{ needs: this.#needs, orElse: 'the ruleset was just deleted' },
    };
    return this.#sender.send(subject, signal, options, (means) =>
      this.#membership.write(this.#requester, { organization, live, members, essential, ...means }),
    );
  }
}
