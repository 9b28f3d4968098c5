/** Reads of the rulesets that Plus1 makes itself. */
import { RequestError } from '@octokit/request-error';
import { Plus1Error } from '../../errors/index.js';
import type { Identity } from '../credentials/identity.js';
import type { MapContext } from '../map-context.js';
import { mapError, rootOf } from '../map-error.js';
import type { Grant } from '../requester/grant.js';
import { redactValuesInError } from '../requester/redact-values.js';
import type { Requester } from '../requester/requester.js';
import { hiddenRulesets } from '../rulesets/hidden-rulesets.js';
import { listRulesets } from '../rulesets/list-rulesets.js';
import { decodeOwned } from './decode.js';
import type { OwnedRuleset, OwnedRulesetReader, RulesetRow } from './types.js';

export class OwnedReader implements OwnedRulesetReader {
  readonly #requester: Requester;
  readonly #identity: Identity;

  constructor(requester: Requester, identity: Identity) {
    this.#requester = requester;
    this.#identity = identity;
  }

  async list(organization: string, signal: AbortSignal): Promise<readonly RulesetRow[]> {
    const hidden = hiddenRulesets(organization, this.#identity);
    const context = this.#context(`list the rulesets of ${organization}`, signal, hidden);
    return this.#mapped(context, async () => [...(await listRulesets(this.#requester, organization, signal)).values()]);
  }

  /** It belongs to a write, and goes on below the floor of the budget. */
  async read(organization: string, id: number, signal: AbortSignal): Promise<OwnedRuleset | undefined> {
    const context = this.#context(`read the ruleset ${id} of ${organization}`, signal);
    return this.#mapped(context, async () => {
      const parameters = { org: organization, ruleset_id: id };
      const call = { chain: 'essential', signal } as const;
      const answer = await this.#requester
        .rest('GET /orgs/{org}/rulesets/{ruleset_id}', parameters, call)
        .catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        });
      if (answer === undefined) return undefined;
      const ruleset = decodeOwned(answer.data);
      if (ruleset.id === id) return ruleset;
      throw new Plus1Error(
        'PLUS1_GITHUB_UNAVAILABLE',
        `cannot ${context.what}: the answer shows the ruleset ${ruleset.id}`,
      );
    });
  }

  #context(what: string, signal: AbortSignal, notFound?: MapContext['notFound']): MapContext {
    const { kind, fineGrained } = this.#identity;
    const granted = (): Grant['permissions'] | undefined => this.#identity.known()?.permissions;
    return { what, kind, fineGrained, granted, signal, ...(notFound && { notFound }) };
  }

  async #mapped<T>(context: MapContext, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw redactValuesInError(mapError(error, context), this.#identity.secrets());
    }
  }
}

function isNotFound(error: unknown): boolean {
  const root = rootOf(error);
  return root instanceof RequestError && root.response !== undefined && root.status === 404;
}
