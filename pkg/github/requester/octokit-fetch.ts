/** A chain in the shape that Octokit takes as `request.fetch`. */
import { Headers } from 'undici';
import type { HTTPResponse, SendRequest } from './exchange.js';
import { NetworkError } from './network-error.js';

type OctokitInit = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | null;
  signal?: AbortSignal | null;
};

/** As much of a `Response` as Octokit looks at. Without a type of content it takes `text()` as it is: the parsed body. */
export interface OctokitResponse {
  status: number;
  url: string;
  headers: Headers;
  text(): Promise<unknown>;
}

export type OctokitFetch = (url: string, init: OctokitInit) => Promise<OctokitResponse>;

/** Never aborted: for callers that gave no signal, of which auth-app is one. */
const NEVER = new AbortController().signal;

/**
 * No answer that was made for an earlier question: GitHub lets a cache on the way keep one for a minute (`max-age=60`), in which the
 * ruleset may change. A PUT on what such an answer shows takes out who was put in since.
 * https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1.4
 */
const FRESH = { 'cache-control': 'no-cache' };

/** Everything else was never a status of HTTP, and tells nothing. */
const [FIRST_STATUS, LAST_STATUS] = [200, 599];

export function octokitFetch(send: SendRequest): OctokitFetch {
  return async (url, init) => {
    const answer = await send({
      method: init.method ?? 'GET',
      url,
      headers: { ...FRESH, ...init.headers },
      body: init.body ?? undefined,
      signal: init.signal ?? NEVER,
    });
    const { status } = answer;
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      throw new NetworkError('malformed', `GitHub answered ${status}, which is no status of HTTP`);
    }
    const headers = new Headers([...answer.headers]);
    headers.delete('content-type');
    return { status, url: '', headers, text: async () => bodyOf(answer) };
  };
}

/** Octokit makes a sentence of a refusal, and fails where what it takes for one is no text. */
function bodyOf({ status, json, text }: HTTPResponse): unknown {
  if (json === undefined) return text;
  if (status < 400 || !isObject(json)) return json;
  const isOdd = ([name, value]: [string, unknown]): boolean => TEXTS.has(name) && typeof value !== 'string';
  return Object.fromEntries(Object.entries(json).filter((entry) => !isOdd(entry)));
}

const TEXTS = new Set(['message', 'documentation_url']);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
