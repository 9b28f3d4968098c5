/** A chain in the shape that Octokit takes as `request.fetch`. */
import { Headers, Response } from 'undici';
import type { Answer, Send } from './exchange.js';
import { NetworkError } from './network-error.js';

type OctokitInit = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | null;
  signal?: AbortSignal | null;
};

export type OctokitFetch = (url: string, init: OctokitInit) => Promise<Response>;

/** Never aborted: for callers that gave no signal, of which auth-app is one. */
const NEVER = new AbortController().signal;

/** Statuses that have no body by definition; `Response` refuses to be made with one. */
const BODILESS = new Set([204, 205, 304]);

/** What `Response` can be made of. Everything else was never a status of HTTP, and tells nothing. */
const [FIRST_STATUS, LAST_STATUS] = [200, 599];

export function octokitFetch(send: Send): OctokitFetch {
  return async (url, init) => {
    const answer = await send({
      method: init.method ?? 'GET',
      url,
      headers: init.headers ?? {},
      body: init.body ?? undefined,
      signal: init.signal ?? NEVER,
    });
    const { status } = answer;
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      throw new NetworkError('malformed', `GitHub answered ${status}, which is no status of HTTP`);
    }
    const headers = new Headers([...answer.headers]);
    // What is known to be JSON is read as JSON, whatever a proxy called it; and Octokit fails on a type that is none.
    headers.set('content-type', `${answer.json === undefined ? 'text/plain' : 'application/json'}; charset=utf-8`);
    return new Response(BODILESS.has(status) ? null : bodyOf(answer), { status, headers });
  };
}

/** Octokit makes a sentence of a refusal, and fails where what it takes for one is no text. */
function bodyOf({ status, json, text }: Answer): string {
  if (status < 400 || !isObject(json)) return text;
  const texts = ['message', 'documentation_url'];
  const isOdd = (name: string): boolean => Object.hasOwn(json, name) && typeof json[name] !== 'string';
  if (!texts.some(isOdd)) return text;
  return JSON.stringify(
    Object.fromEntries(Object.entries(json).filter(([name]) => !isOdd(name) || !texts.includes(name))),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
