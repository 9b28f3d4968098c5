/**
 * Octokit on our chains: it builds URLs and takes answers apart, and nothing else. Its own retries, throttling and
 * logging are not there, and its errors leave this room only through `mapError`, because they carry bodies and headers.
 */
import { GraphqlResponseError } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import { Octokit } from '@octokit/rest';
import type { ChainName, ReadChain, WriteChain } from './chains.js';
import type { SendRequest } from './exchange.js';
import { graphQLAnswer, type GraphQLAnswer, type GraphQLFault } from './graphql-answer.js';
import { octokitFetch } from './octokit-fetch.js';

/** The one version that github.com, GHE.com and every GHES still served understand. */
const API_VERSION_HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

export interface Call<Chain extends ChainName = ReadChain> {
  chain: Chain;
  signal: AbortSignal;
}

export interface RESTAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  data: unknown;
}

/** An Octokit that speaks through one chain only. */
export function octokitOn(apiURL: string, send: SendRequest): Octokit {
  return new Octokit({
    baseUrl: apiURL,
    userAgent: 'plus1',
    log: SILENT,
    request: { fetch: octokitFetch(send), log: SILENT },
  });
}

/** A read chain takes no other routes, a write chain these: a write cannot be asked of the wrong one, not even by mistake. */
export type Route<Chain extends ChainName = ReadChain> = Chain extends WriteChain
  ? `POST ${string}` | `PUT ${string}` | `PATCH ${string}` | `DELETE ${string}`
  : `GET ${string}`;

/** Requests over the chains it was given: those of reads, unless it says otherwise. */
export class Requester<Chain extends ChainName = ReadChain> {
  readonly #octokitOf: (chain: Chain) => Octokit;
  /** Of the chains that something was sent over: a quick pass sends over one, and comes every minute for each policy. */
  readonly #octokits = new Map<Chain, Octokit>();

  constructor(apiURL: string, chains: Record<Chain, SendRequest>, connect = octokitOn) {
    this.#octokitOf = (chain) => withCheckedAnswers(connect(apiURL, chains[chain]));
  }

  /**
   * Throws Octokit's RequestError for 4xx and 5xx. `etag`: of an earlier answer; where nothing has changed since, this one has the
   * status 304 and no data, and does not count against the hourly limit.
   */
  async rest(
    route: Route<Chain>,
    parameters: Record<string, unknown>,
    { chain, signal, etag }: Call<Chain> & { etag?: string | undefined },
  ): Promise<RESTAnswer> {
    const asked = this.#on(chain).request<string>(route, {
      ...parameters,
      headers: { ...API_VERSION_HEADERS, ...(etag !== undefined && { 'if-none-match': etag }) },
      request: { signal },
    });
    const answer = await (etag === undefined ? asked : asked.catch(notModified));
    return {
      status: answer.status,
      headers: answer.headers as Record<string, string | undefined>,
      data: answer.data as unknown,
    };
  }

  /** Throws Octokit's RequestError for 4xx and 5xx; GraphQL's own errors are part of the answer. */
  async graphql(query: string, variables: Record<string, unknown>, call: Call<Chain>): Promise<GraphQLAnswer> {
    const request = { signal: call.signal };
    try {
      const data: unknown = await this.#on(call.chain).graphql(query, { ...variables, request });
      return { data, errors: [] };
    } catch (error) {
      if (!(error instanceof GraphqlResponseError)) throw error;
      return { data: error.data as unknown, errors: (error.errors ?? []) as readonly GraphQLFault[] };
    }
  }

  #on(chain: Chain): Octokit {
    const octokit = this.#octokits.get(chain) ?? this.#octokitOf(chain);
    this.#octokits.set(chain, octokit);
    return octokit;
  }
}

/** Octokit takes a 304 for an error. */
function notModified(error: unknown): { status: number; headers: object; data: unknown } {
  if (!(error instanceof RequestError) || error.status !== 304 || error.response === undefined) throw error;
  return { status: 304, headers: error.response.headers, data: undefined };
}

/** The GraphQL client reads `errors` without a look at their shape: what it gets is checked before. */
function withCheckedAnswers(octokit: Octokit): Octokit {
  octokit.hook.after('request', (response, { url }) => {
    if (!url.endsWith('/graphql')) return;
    const { data, errors } = graphQLAnswer(response.data);
    response.data = errors.length === 0 ? { data } : { data, errors };
  });
  return octokit;
}
