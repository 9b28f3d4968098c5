/** A client of few reads that no pass makes: with a token or without one, no budget, no memory. It cannot write. */
import { apiAnswers } from './requester/api-answer.js';
import { deadline, REQUEST_TIMEOUT_MS } from './requester/deadline.js';
import { compose } from './requester/exchange.js';
import { checkedAddress, hostPin } from './requester/host-pin.js';
import { readsOnly } from './requester/reads-only.js';
import { redirects } from './requester/redirects.js';
import { octokitOn } from './requester/requester.js';
import { createTransport, type TransportOptions } from './requester/transport.js';

export interface PublicOptions extends TransportOptions {
  apiURL: string;
  token?: string | undefined;
  signal: AbortSignal;
}

/** `status` undefined: there was no answer of HTTP. */
export interface PublicAnswer {
  status: number | undefined;
  data: unknown;
}

export interface PublicClient {
  /** Throws where the signal aborts. */
  get: (route: `GET ${string}`, parameters: Record<string, unknown>) => Promise<PublicAnswer>;
  close: () => Promise<void>;
}

/** Throws PLUS1_HOST_NOT_ALLOWED for an address that must not be used. */
export function publicClient(options: PublicOptions): PublicClient {
  const apiURL = checkedAddress(options.apiURL);
  const { origin } = new URL(apiURL);
  const transport = createTransport(options);
  const chain = [
    readsOnly(),
    redirects(origin),
    hostPin(origin),
    deadline(options.clock, REQUEST_TIMEOUT_MS),
    apiAnswers(apiURL),
  ];
  const octokit = octokitOn(apiURL, compose(chain, transport.send));
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  return {
    async get(route, parameters) {
      try {
        const request = { signal: options.signal };
        const answer = await octokit.request<string>(route, { ...parameters, headers, request });
        return { status: answer.status, data: answer.data as unknown };
      } catch (error) {
        options.signal.throwIfAborted();
        const { status } = error as { status?: unknown };
        return { status: typeof status === 'number' ? status : undefined, data: undefined };
      }
    },
    close: () => transport.close(),
  };
}
