/**
 * The questions of `plus1 check`. Each of them stands alone, so that one refusal does not hide the others. They are GETs, and the
 * minting of an App's token; of GraphQL there is nothing here. Hazard: they go on below a fifth of the hourly limit, since
 * there are about ten of them and a person waits to hear why nothing moves.
 */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import type { Clock } from '../../base/index.js';
import { hasCode } from '../../errors/index.js';
import type { Identity } from '../credentials/identity.js';
import type { Membership } from '../membership/membership.js';
import type { MapContext } from '../map-context.js';
import { mapError } from '../map-error.js';
import { EXPIRATION_HEADER, parseExpiration } from '../requester/expiry.js';
import { redactValuesInError } from '../requester/redact-values.js';
import type { Requester, RESTAnswer, Route } from '../requester/requester.js';
import type { ServerTime } from '../requester/server-time.js';
import { findRulesetID } from '../rulesets/find-ruleset.js';
import { hiddenRulesets } from '../rulesets/hidden-rulesets.js';
import { decodeLimits, decodeOrganization, decodeRepositories, lastPage } from './decode.js';
import type {
  AppSight,
  ContentsSight,
  HeaderSight,
  InstallationSight,
  LimitSight,
  OrganizationSight,
  RepositoriesSight,
  RulesetSight,
} from './sights.js';

/** What `check` asks GitHub. Every method throws Plus1Error. */
export interface GitHubExaminer {
  readonly kind: 'Token' | 'App';
  /** Of an App: as its owner set it up. */
  app(signal: AbortSignal): Promise<AppSight | undefined>;
  /** Of an App: what it has on the organization. */
  installation(signal: AbortSignal): Promise<InstallationSight | undefined>;
  /** Costs nothing of what it tells. */
  limits(signal: AbortSignal): Promise<LimitSight>;
  organization(login: string, signal: AbortSignal): Promise<OrganizationSight>;
  repositories(login: string, signal: AbortSignal): Promise<RepositoriesSight>;
  contents(login: string, repository: string, signal: AbortSignal): Promise<ContentsSight>;
  ruleset(login: string, name: string, signal: AbortSignal): Promise<RulesetSight>;
  /** What the headers of the answers so far say. */
  readonly headers: HeaderSight;
}

export interface ExaminerOptions {
  requester: Requester;
  identity: Identity;
  serverTime: ServerTime;
  clock: Clock;
  /** The membership that the policy names. */
  membership: Membership;
}

const bypassSchema = v.looseObject({ bypass_actors: v.optional(v.unknown()) });

export class Examiner implements GitHubExaminer {
  readonly #options: ExaminerOptions;
  #scopes: string[] | undefined;
  #expiresMs: number | undefined;

  constructor(options: ExaminerOptions) {
    this.#options = options;
  }

  get kind(): 'Token' | 'App' {
    return this.#options.identity.kind;
  }

  get headers(): HeaderSight {
    const { serverTime, clock } = this.#options;
    return {
      ...(this.#scopes === undefined ? {} : { scopes: this.#scopes }),
      ...(this.#expiresMs === undefined ? {} : { expiresMs: this.#expiresMs }),
      ...(serverTime.isKnown ? { clockAheadMs: clock.now() - serverTime.now(clock) } : {}),
    };
  }

  app(signal: AbortSignal): Promise<AppSight | undefined> {
    return this.#mapped(this.#context('ask GitHub about the App', signal), () => this.#options.identity.app(signal));
  }

  installation(signal: AbortSignal): Promise<InstallationSight | undefined> {
    const context = this.#context('ask GitHub about the installation of the App', signal);
    return this.#mapped(context, () => this.#options.identity.installation(signal));
  }

  /** A server without limits answers 404. */
  limits(signal: AbortSignal): Promise<LimitSight> {
    return this.#mapped(this.#context('talk to GitHub', signal), async () => {
      const answer = await this.#get('GET /rate_limit', {}, signal).catch((error: unknown) => {
        if (!is404(error)) throw error;
        return undefined;
      });
      return { limits: answer === undefined ? [] : decodeLimits(answer.data) };
    });
  }

  organization(login: string, signal: AbortSignal): Promise<OrganizationSight> {
    const context = this.#context(`look at the organization ${login}`, signal, {
      code: 'PLUS1_ORGANIZATION_NOT_FOUND',
      message: `there is no organization ${login} that this credential can see`,
    });
    return this.#mapped(context, async () =>
      decodeOrganization((await this.#get('GET /orgs/{org}', { org: login }, signal)).data),
    );
  }

  /** The number of the last page tells how many there are where a page holds one. The second page is for private ones among the latest. */
  repositories(login: string, signal: AbortSignal): Promise<RepositoriesSight> {
    const context = { ...this.#context(`list the repositories of ${login}`, signal), needs: 'metadata: read' };
    const page = (size: number): Promise<RESTAnswer> =>
      this.#get('GET /orgs/{org}/repos', { org: login, sort: 'pushed', direction: 'desc', per_page: size }, signal);
    return this.#mapped(context, async () => {
      const one = await page(1);
      const visible = lastPage(one.headers['link']) ?? decodeRepositories(one.data).count;
      return { visible, private: decodeRepositories((visible > 1 ? await page(100) : one).data).private };
    });
  }

  /** The folder at the root: a file might not be there, and GitHub says 404 then too. */
  contents(login: string, repository: string, signal: AbortSignal): Promise<ContentsSight> {
    const context = { ...this.#context(`read content of ${login}/${repository}`, signal), needs: 'contents: read' };
    return this.#mapped(context, async () => {
      try {
        const parameters = { owner: login, repo: repository, path: '' };
        await this.#get('GET /repos/{owner}/{repo}/contents/{path}', parameters, signal);
        return 'read';
      } catch (error) {
        if (is404(error)) return 'empty';
        if (hasCode(mapError(error, context), 'PLUS1_PERMISSION_MISSING')) return 'refused';
        throw error;
      }
    });
  }

  ruleset(login: string, name: string, signal: AbortSignal): Promise<RulesetSight> {
    const { requester, identity } = this.#options;
    const context = this.#context(`list the rulesets of ${login}`, signal, hiddenRulesets(login, identity));
    return this.#mapped(context, async () => {
      const id = await findRulesetID(requester, login, name, signal);
      const { data } = await this.#get('GET /orgs/{org}/rulesets/{ruleset_id}', { org: login, ruleset_id: id }, signal);
      const { membership } = this.#options;
      const means = { organization: login, chain: 'essential', signal } as const;
      await membership.require?.(means);
      return {
        live: await membership.read(data, means),
        isWritable: v.parse(bypassSchema, data).bypass_actors !== undefined,
      };
    });
  }

  async #get(route: Route, parameters: Record<string, unknown>, signal: AbortSignal): Promise<RESTAnswer> {
    try {
      const answer = await this.#options.requester.rest(route, parameters, { chain: 'essential', signal });
      this.#note(answer.headers);
      return answer;
    } catch (error) {
      if (error instanceof RequestError) this.#note((error.response?.headers ?? {}) as RESTAnswer['headers']);
      throw error;
    }
  }

  #note(headers: RESTAnswer['headers']): void {
    const scopes = headers['x-oauth-scopes'];
    if (scopes !== undefined) {
      this.#scopes = scopes
        .split(',')
        .map((scope) => scope.trim())
        .filter((scope) => scope !== '');
    }
    this.#expiresMs = parseExpiration(headers[EXPIRATION_HEADER]) ?? this.#expiresMs;
  }

  #context(what: string, signal: AbortSignal, notFound?: MapContext['notFound']): MapContext {
    const { identity } = this.#options;
    const { kind, fineGrained } = identity;
    return { what, kind, fineGrained, signal, ...(notFound === undefined ? {} : { notFound }) };
  }

  async #mapped<T>(context: MapContext, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw redactValuesInError(mapError(error, context), this.#options.identity.secrets());
    }
  }
}

function is404(error: unknown): boolean {
  return error instanceof RequestError && error.response !== undefined && error.status === 404;
}
