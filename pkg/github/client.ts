/** The reading client: all that a dry run ever holds. It has no method that writes, and no way to one. */
import type { LiveRuleset, Repository, RuleEvaluation, RuleSuites, SuitePeriod, Targeting } from '../api/index.js';
import { Plus1Error } from '../errors/index.js';
import { redactValuesInError } from './requester/redact-values.js';
import type { Identity } from './credentials/identity.js';
import { ChecklistReader } from './baseline/reader.js';
import type { ListMarks } from './changes/marks.js';
import { markLists, readChanges, type Changes, type ChangesRequest } from './changes/read-changes.js';
import { listByID } from './inventory/list-by-id.js';
import { readFiles } from './inventory/read-files.js';
import { readOrigins } from './inventory/read-origins.js';
import { readOwners } from './inventory/read-owners.js';
import { readRows } from './inventory/read-rows.js';
import { takeInventory, type InventoryOptions } from './inventory/take-inventory.js';
import { RepositoryReader } from './isolation/reader.js';
import { lookUp } from './look-up.js';
import type { Membership } from './membership/membership.js';
import type { MapContext } from './map-context.js';
import { mapError } from './map-error.js';
import { OwnedReader } from './owned-rulesets/reader.js';
import { preflight, readOrganization } from './preflight.js';
import type { Grant } from './requester/grant.js';
import { FreshReads } from './requester/fresh-reads.js';
import type { Requester, RESTAnswer } from './requester/requester.js';
import { backoffMs } from './requester/retry.js';
import type { PassTime } from './requester/pass-time.js';
import { readBranchRules } from './rules/read-branch-rules.js';
import { readRules } from './rules/read-rules.js';
import { FileReader } from './shared-file/reader.js';
import { listRuleSuites, openRuleSuites } from './rule-suites/read-suites.js';
import { readWorkflows, type WorkflowsRequest } from './workflow-files/read-workflows.js';
import { findRulesetID } from './rulesets/find-ruleset.js';
import { ListAhead } from './rulesets/list-ahead.js';
import { hiddenRulesets } from './rulesets/hidden-rulesets.js';
import type {
  AgainRequest,
  BranchOf,
  ChangedRuleset,
  Fate,
  FileHistory,
  FilesRequest,
  GitHubReader,
  Inventory,
  InventoryRequest,
  ObservedRepository,
  Organization,
  OriginsRequest,
  Owner,
  RulesRequest,
  RulesSight,
  Visibility,
} from './types.js';

export interface GitHubClientOptions extends Omit<InventoryOptions, 'context'> {
  requester: Requester;
  identity: Identity;
  time: PassTime;
  /** How the ruleset is to name its members. */
  targeting: Targeting;
  membership: Membership;
}

export class GitHubClient implements GitHubReader {
  readonly owned: OwnedReader;
  readonly isolation: RepositoryReader;
  readonly baseline: ChecklistReader;
  readonly sharedFile: FileReader;
  readonly #options: GitHubClientOptions;
  /** Reads of rulesets: what a PUT rests on is no answer of a cache. */
  readonly #fresh: FreshReads;
  readonly #ahead: ListAhead;
  readonly #etags = new WeakMap<LiveRuleset, string>();

  constructor(options: GitHubClientOptions) {
    this.#options = options;
    this.#fresh = new FreshReads(options.time);
    this.#ahead = new ListAhead(options.requester);
    this.owned = new OwnedReader(options.requester, options.identity);
    this.isolation = new RepositoryReader(options.requester, options.identity);
    const context = (what: string, signal: AbortSignal): MapContext => this.#context(what, signal);
    const { requester, concurrency } = options;
    this.baseline = new ChecklistReader({ requester, concurrency, context });
    this.sharedFile = new FileReader(options.requester, options.identity);
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

  async preflight(
    organization: string,
    signal: AbortSignal,
    { willFind = false }: { willFind?: boolean } = {},
  ): Promise<Organization> {
    const context = this.#context(`look at the organization ${organization}`, signal, {
      code: 'PLUS1_ORGANIZATION_NOT_FOUND',
      message: `there is no organization ${organization} that this credential can see`,
    });
    const beside = willFind ? (): void => this.#ahead.begin(organization, signal) : undefined;
    try {
      return await this.#mapped(context, () => preflight(this.#options, organization, signal, beside));
    } catch (error) {
      await this.#ahead.end();
      throw error;
    }
  }

  async inventory<V>(request: InventoryRequest<V>, signal: AbortSignal): Promise<Inventory<V>> {
    const context = {
      ...this.#context(`list the repositories of ${request.organization}`, signal),
      needs: 'contents: read',
    };
    return this.#mapped(context, () => takeInventory({ ...this.#options, context }, request, signal));
  }

  async markLists(organization: string, before: ListMarks | undefined, signal: AbortSignal): Promise<ListMarks> {
    const context = this.#context(`look at the latest changes of ${organization}`, signal);
    const request = { login: organization, marks: before };
    return this.#mapped(context, () => markLists(this.#options.requester, request, signal));
  }

  async readChanges(request: ChangesRequest, signal: AbortSignal): Promise<Changes> {
    const { login } = request.organization;
    const context = this.#context(`look at what changed in ${login}`, signal, {
      code: 'PLUS1_ORGANIZATION_NOT_FOUND',
      message: `there is no organization ${login} that this credential can see`,
    });
    return this.#mapped(context, () => readChanges(this.#options.requester, request, signal));
  }

  async readAgain<V>(request: AgainRequest<V>, signal: AbortSignal): Promise<Inventory<V>> {
    const { organization, organizationID: ownerID, repositories, failedAt } = request;
    const what = `look again at repositories of ${organization}`;
    const context = { ...this.#context(what, signal), needs: 'contents: read' };
    const options = { ...this.#options, context };
    const lister = listByID(options, { repositories, ownerID, ...(failedAt && { failedAt }) });
    return this.#mapped(context, () => takeInventory(options, request, signal, lister));
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

  readRules(request: RulesRequest, signal: AbortSignal): Promise<ReadonlyMap<number, RulesSight>> {
    const context = this.#context(`ask which rules are in force in ${request.organization}`, signal);
    return readRules({ ...this.#options, context }, request);
  }

  readBranchRules(
    organization: string,
    repositories: readonly BranchOf[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, readonly unknown[]>> {
    const context = this.#context(`ask which rules are in force in ${organization}`, signal);
    return readBranchRules({ ...this.#options, context }, organization, repositories);
  }

  async listRuleSuites(organization: string, period: SuitePeriod, signal: AbortSignal): Promise<RuleSuites> {
    const hidden = hiddenRulesets(organization, this.#options.identity);
    const context = this.#context(`list the rule suites of ${organization}`, signal, hidden);
    return this.#mapped(context, () => listRuleSuites({ ...this.#options, context }, organization, period));
  }

  openRuleSuites(
    organization: string,
    ids: readonly number[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, readonly RuleEvaluation[]>> {
    const context = this.#context(`read rule suites of ${organization}`, signal);
    return openRuleSuites({ ...this.#options, context }, organization, ids);
  }

  readWorkflows(request: WorkflowsRequest, signal: AbortSignal): Promise<void> {
    const context = this.#context(`read the workflow files of ${request.organization}`, signal);
    return readWorkflows({ ...this.#options, context }, request);
  }

  async findRuleset(
    organization: string,
    name: string,
    signal: AbortSignal,
    { named }: { named?: (() => void) | undefined } = {},
  ): Promise<LiveRuleset> {
    const context = this.#context(
      `list the rulesets of ${organization}`,
      signal,
      hiddenRulesets(organization, this.#options.identity),
    );
    const first = await this.#ahead.take(organization);
    const id = await this.#mapped(context, () =>
      findRulesetID(this.#options.requester, organization, name, signal, first),
    );
    const means = { organization, chain: 'reads', signal } as const;
    await this.#mapped(context, async () => this.#options.membership.require?.(means));
    const reading = this.readRuleset(organization, id, signal);
    named?.();
    return reading;
  }

  async readRuleset(
    organization: string,
    id: number,
    signal: AbortSignal,
    options: { essential?: boolean } = {},
  ): Promise<LiveRuleset> {
    const ruleset = await this.#readRuleset(organization, id, signal, options);
    if (ruleset === undefined) throw new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `no answer about the ruleset ${id}`);
    return ruleset;
  }

  readRulesetUnless(
    organization: string,
    { id, etag }: ChangedRuleset,
    signal: AbortSignal,
  ): Promise<LiveRuleset | undefined> {
    return this.#readRuleset(organization, id, signal, { etag });
  }

  /** Undefined where nothing changed since the answer that had that tag. */
  async #readRuleset(
    organization: string,
    id: number,
    signal: AbortSignal,
    options: { essential?: boolean; etag?: string | undefined },
  ): Promise<LiveRuleset | undefined> {
    const context = this.#context(`read the ruleset ${id} of ${organization}`, signal, {
      code: 'PLUS1_RULESET_NOT_FOUND',
      message: `${organization} has no ruleset ${id} any more`,
    });
    const chain = options.essential === true ? 'essential' : 'reads';
    return this.#mapped(context, async () => {
      const parameters = { org: organization, ruleset_id: id };
      const ask = (): Promise<RESTAnswer> =>
        this.#options.requester.rest('GET /orgs/{org}/rulesets/{ruleset_id}', parameters, {
          ...{ chain, signal, etag: options.etag },
        });
      const answer = await this.#fresh.read(ask, { pause: (repeats) => this.pause(repeats, signal), context });
      if (answer.status === 304) return undefined;
      const ruleset = await this.#options.membership.read(answer.data, { organization, chain, signal });
      if (ruleset.id !== id) throw otherRuleset(ruleset.id, context);
      const { etag } = answer.headers;
      if (etag !== undefined) this.#etags.set(ruleset, etag);
      return ruleset;
    });
  }

  pause(repeats: number, signal: AbortSignal): Promise<void> {
    return this.#options.sleep(backoffMs(repeats, this.#options), signal);
  }

  etagOf(ruleset: LiveRuleset): string | undefined {
    return this.#etags.get(ruleset);
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

  async readOwners(
    repositories: readonly Pick<Repository, 'id' | 'nodeID'>[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, Owner>> {
    const context = this.#context('ask who owns some repositories now', signal);
    return this.#mapped(context, () => readOwners(this.#options.requester, repositories, context));
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
