/**
 * What the requester is made of: a request, its whole answer, and steps around the one function that sends. An answer
 * is read to its end before any step sees it, so that a step may look into it and nothing half-read is taken for data.
 */
import type { Headers } from 'undici';

export interface HTTPRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export interface HTTPResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The body where it is not JSON; empty where it is: what was parsed is not parsed again. */
  readonly text: string;
  /** The parsed body. Always there for a 2xx with a body above `apiAnswers`: one that does not parse is a network error. */
  readonly json?: unknown;
}

export type SendRequest = (request: HTTPRequest) => Promise<HTTPResponse>;

/** One concern around sending, as undici's interceptors: `retry(…)(pacing(…)(transport))`. */
export type Interceptor = (next: SendRequest) => SendRequest;

export type API = 'rest' | 'graphql';

/** The steps around `send`, the first one outermost. */
export function compose(steps: readonly Interceptor[], send: SendRequest): SendRequest {
  return steps.reduceRight<SendRequest>((next, step) => step(next), send);
}

/** REST and GraphQL have budgets of their own. */
export function apiOf(request: HTTPRequest): API {
  return request.method === 'POST' && new URL(request.url).pathname.endsWith('/graphql') ? 'graphql' : 'rest';
}

/** True for what changes something at GitHub; a GraphQL POST of ours is always a query. */
export function isWrite(request: HTTPRequest): boolean {
  return !['GET', 'HEAD'].includes(request.method) && apiOf(request) !== 'graphql';
}

/** Statuses by which GitHub, or something on the way, leaves open whether it went on with the request. */
export function isOpen(status: number): boolean {
  return status >= 500 || status === 408 || status === 499;
}
