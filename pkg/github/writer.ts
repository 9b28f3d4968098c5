/** The writing client: one method that writes. It is a class of its own so that what is not given it cannot write. */
import type { LiveRuleset } from '../api/index.js';
import { abortReason } from '../base/index.js';
import { redactValues, redactValuesInError } from './requester/redact-values.js';
import type { Identity } from './credentials/identity.js';
import { NEEDS_ADMINISTRATION, permissionMissing } from './forbidden.js';
import type { MapContext } from './map-context.js';
import { mapError } from './map-error.js';
import type { Plus1Error } from '../errors/index.js';
import type { Grant } from './requester/grant.js';
import type { LatestSend } from './requester/latest-send.js';
import type { Patience } from './requester/patience.js';
import type { WriteChain } from './requester/chains.js';
import type { Requester } from './requester/requester.js';
import { writeMembers } from './rulesets/write-members.js';
import type { GitHubWriter, WriteOptions, WriteOutcome } from './types.js';

interface WriterParts {
  identity: Identity;
  patience: Patience;
  /** Asked last of all, when a write leaves. */
  latest: LatestSend;
}

export class RulesetWriter implements GitHubWriter {
  readonly #requester: Requester<WriteChain>;
  readonly #identity: Identity;
  readonly #patience: Patience;
  readonly #latest: LatestSend;

  constructor(requester: Requester<WriteChain>, { identity, patience, latest }: WriterParts) {
    this.#requester = requester;
    this.#identity = identity;
    this.#patience = patience;
    this.#latest = latest;
  }

  /** A write never waits by itself: a caller that waited must read the ruleset again before it is sent. */
  async sitOut(limit: Plus1Error, signal: AbortSignal): Promise<void> {
    const pause = this.#patience.pauseOf(limit);
    if (pause === undefined) throw limit;
    await this.#patience.sitOut(pause, signal);
  }

  async writeMembers(
    organization: string,
    live: LiveRuleset,
    members: readonly number[],
    signal: AbortSignal,
    { essential = false, sendByMs = Number.POSITIVE_INFINITY }: WriteOptions = {},
  ): Promise<WriteOutcome> {
    const context = this.#context(organization, live, signal);
    if (signal.aborted) throw mapError(abortReason(signal), context);
    const redacted = (error: unknown): Plus1Error =>
      redactValuesInError(mapError(error, context), this.#identity.secrets());
    const redact = (text: string): string => redactValues(text, this.#identity.secrets());
    const write = { organization, live, members, essential, redact, context };
    const outcome = await this.#latest
      .during(sendByMs, () => writeMembers(this.#requester, write))
      .catch((error: unknown) => {
        throw redacted(error);
      });
    return 'error' in outcome ? { ...outcome, error: redacted(outcome.error) } : outcome;
  }

  /** GitHub answers 404 in place of 403 to a write that is not allowed; the ruleset was read a moment ago. */
  #context(organization: string, live: LiveRuleset, signal: AbortSignal): MapContext {
    const { kind, fineGrained } = this.#identity;
    const what = `write the ruleset ${live.name} of ${organization}`;
    const granted = (): Grant['permissions'] | undefined => this.#identity.known()?.permissions;
    const { code, message, fix } = permissionMissing({ what, kind, fineGrained, granted }, NEEDS_ADMINISTRATION);
    return {
      what,
      kind,
      fineGrained,
      granted,
      signal,
      notFound: { code, message: `${message}, or the ruleset was just deleted`, fix },
    };
  }
}
