/** The reading client: all that a dry run ever holds. It has no method that writes, and no way to one. */
import type { LiveRuleset, Repository, Targeting } from '../api/index.js';
import { Plus1Error } from '../errors/index.js';
import { redactValuesInError } from './requester/redact-values.js';
import type { Identity } from './credentials/identity.js';
import { readFiles } from './inventory/read-files.js';
import { readOrigins } from './inventory/read-origins.js';
import { readRows } from './inventory/read-rows.js';
import { takeInventory, type InventoryOptions } from './inventory/take-inventory.js';
import { lookUp } from './look-up.js';
import type { MapContext } from './map-context.js';
import { mapError } from './map-error.js';
import { preflight, readOrganization } from './preflight.js';
import type { Grant } from './requester/grant.js';
import type { Requester } from './requester/requester.js';
import type { PassTime } from './requester/pass-time.js';
import { decodeRuleset } from './rulesets/decode-ruleset.js';
import { findRulesetID } from './rulesets/find-ruleset.js';
import { hiddenRulesets } from './rulesets/hidden-rulesets.js';
import type {
  Fate,
  FileHistory,
  FilesRequest,
  GitHubReader,
  Inventory,
  InventoryRequest,
  ObservedRepository,
  Organization,
  OriginsRequest,
  Visibility,
} from './types.js';

export interface GitHubClientOptions extends Omit<InventoryOptions, 'context'> {
  requester: Requester;
  identity: Identity;
  time: PassTime;
  /** How the ruleset is to name its members. */
  targeting: Targeting;
}

export class GitHubClient implements GitHubReader {
  readonly #options: GitHubClientOptions;

  constructor(options: GitHubClientOptions) {
    this.#options = options;
  }

  /** What kind of credential this is; of an App, once its first token was minted, whether it sees everything. */
  get credential(): GitHubReader['credential'] {
    const { identity } = this.#options;
    const { kind } = identity;
    const grant = identity.known();
    return grant === undefined ? { kind } : { kind, visibility: grant.all ? 'Full' : 'Partial' };
  }

  get time(): PassTime {
    return this.#options.time;
  }

  async preflight(organization: string, signal: AbortSignal): Promise<Organization> {
    const context = this.#context(`look at the organization ${organization}`, signal, {
      code: 'PLUS1_ORGANIZATION_NOT_FOUND',
      message: `there is no organization ${organization} that this credential can see`,
    });
    return this.#mapped(context, () => preflight(this.#options, organization, signal));
  }

  async inventory<V>(request: InventoryRequest<V>, signal: AbortSignal): Promise<Inventory<V>> {
    const context = {
      ...this.#context(`list the repositories of ${request.organization}`, signal),
      needs: 'contents: read',
    };
    return this.#mapped(context, () => takeInventory({ ...this.#options, context }, request, signal));
  }

  async readFiles<V>(request: FilesRequest<V>, signal: AbortSignal): Promise<ObservedRepository<V>[]> {
    const context = {
      ...this.#context(`read files of ${request.organization} again`, signal),
      needs: 'contents: read',
    };
    return this.#mapped(context, () => readFiles({ ...this.#options, context }, request, signal));
  }

  async readRows(repositories: readonly Repository[], signal: AbortSignal): Promise<ReadonlyMap<number, Repository>> {
    const context = this.#context('look at some repositories again', signal);
    return this.#mapped(context, () => readRows({ ...this.#options, context }, repositories, signal));
  }

  readOrigins(request: OriginsRequest, signal: AbortSignal): Promise<ReadonlyMap<number, FileHistory>> {
    const context = this.#context('read the history of some files', signal);
    return readOrigins({ ...this.#options, context }, request);
  }

  async findRuleset(organization: string, name: string, signal: AbortSignal): Promise<LiveRuleset> {
    const context = this.#context(
      `list the rulesets of ${organization}`,
      signal,
      hiddenRulesets(organization, this.#options.identity),
    );
    const id = await this.#mapped(context, () => findRulesetID(this.#options.requester, organization, name, signal));
    return this.readRuleset(organization, id, signal);
  }

  async readRuleset(
    organization: string,
    id: number,
    signal: AbortSignal,
    options: { essential?: boolean } = {},
  ): Promise<LiveRuleset> {
    const context = this.#context(`read the ruleset ${id} of ${organization}`, signal, {
      code: 'PLUS1_RULESET_NOT_FOUND',
      message: `${organization} has no ruleset ${id} any more`,
    });
    const chain = options.essential === true ? 'essential' : 'reads';
    return this.#mapped(context, async () => {
      const parameters = { org: organization, ruleset_id: id };
      const answer = await this.#options.requester.rest('GET /orgs/{org}/rulesets/{ruleset_id}', parameters, {
        chain,
        signal,
      });
      const ruleset = decodeRuleset(answer.data, this.#options.targeting);
      if (ruleset.id !== id) throw otherRuleset(ruleset.id, context);
      return ruleset;
    });
  }

  async visibility(organization: Organization, signal: AbortSignal): Promise<Visibility> {
    const { requester, identity } = this.#options;
    const context = this.#context(`ask what this credential may see of ${organization.login}`, signal);
    return this.#mapped(context, async () => {
      const installation = await identity.installation(signal);
      const { id, repositoryCount } = await readOrganization(requester, organization.login, signal);
      // A login may change hands, and an installation be one of another account: their word is about something else.
      const isOurs = id === organization.id && (installation?.accountID ?? id) === id;
      if (!isOurs) return { all: false };
      return {
        ...(installation === undefined ? {} : { all: installation.all }),
        ...(repositoryCount === undefined ? {} : { repositoryCount }),
      };
    });
  }

  async lookUp(id: number, signal: AbortSignal): Promise<Fate> {
    const context = this.#context(`look up the repository ${id}`, signal);
    return this.#mapped(context, () => lookUp(this.#options.requester, id, context));
  }

  #context(what: string, signal: AbortSignal, notFound?: MapContext['notFound']): MapContext {
    const { identity } = this.#options;
    const { kind, fineGrained } = identity;
    const granted = (): Grant['permissions'] | undefined => identity.known()?.permissions;
    return { what, kind, fineGrained, granted, signal, ...(notFound === undefined ? {} : { notFound }) };
  }

  async #mapped<T>(context: MapContext, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw redactValuesInError(mapError(error, context), this.#options.identity.secrets());
    }
  }
}

/** A proxy or a cache in between: what it shows says nothing about the ruleset that was asked for. */
function otherRuleset(id: number, { what }: MapContext): Plus1Error {
  return new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot ${what}: the answer shows the ruleset ${id}`);
}
