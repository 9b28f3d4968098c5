/** A chain in the shape that Octokit takes as `request.fetch`. */
import { Headers, Response } from 'undici';
import type { Send } from './exchange.js';

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

export function octokitFetch(send: Send): OctokitFetch {
  return async (url, init) => {
    const answer = await send({
      method: init.method ?? 'GET',
      url,
      headers: init.headers ?? {},
      body: init.body ?? undefined,
      signal: init.signal ?? NEVER,
    });
    const headers = new Headers([...answer.headers]);
    // What is known to be JSON is read as JSON, whatever a proxy called it.
    if (answer.json !== undefined) headers.set('content-type', 'application/json; charset=utf-8');
    return new Response(BODILESS.has(answer.status) ? null : answer.text, { status: answer.status, headers });
  };
}
