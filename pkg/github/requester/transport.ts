/**
 * The innermost function: one HTTP exchange over undici, read to its end. The agent and `fetch` are of the same undici
 * (a dispatcher of one major must not be given to the fetch of another), and redirects are left to the step above.
 */
import { EnvHttpProxyAgent, fetch, type Dispatcher, type RequestInit, type Response } from 'undici';
import type { Timers } from '../../base/index.js';
import { JSONTooCostly, parseJSON } from '../../text/index.js';
import type { HTTPResponse, HTTPRequest, SendRequest } from './exchange.js';
import { REQUEST_TIMEOUT_MS } from './deadline.js';
import { NetworkError, networkErrorOf } from './network-error.js';
import { tunnelFactory } from './proxy-tunnel.js';

/**
 * The largest answer that is taken, unpacked. Eight paths of one repository at GitHub's 512,000 bytes of text each,
 * every byte escaped sixfold, are 25 MB; a larger batch of files than fits is halved.
 */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** A page of 100 repositories has 2,000 values; a ruleset has one for each of its members. */
const MAX_ANSWER_VALUES = 500_000;

export type TLSVersion = '1.2' | '1.3';

export interface ProxySettings {
  /** URL of the proxy. Plain http is never sent through one: it goes to loopback alone, and a proxy would carry it off. */
  https?: string;
  /** NO_PROXY: hosts that are reached directly, separated by commas. */
  no?: string;
}

/** What is used of an answer, and of the function that brings it. */
type Answer = Pick<Response, 'status' | 'headers' | 'body'>;
export type Fetch = (url: string, init: RequestInit) => Promise<Answer>;

export interface TransportOptions {
  /** Default: that of undici. */
  fetch?: Fetch | undefined;
  /** PEM. Given, it alone is trusted, in place of the public roots. */
  caCert?: string | undefined;
  proxy?: ProxySettings | undefined;
  tlsMinVersion?: TLSVersion | undefined;
  requestTimeoutMs?: number | undefined;
  clock: Timers;
}

export interface Transport {
  send: SendRequest;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** A transport with connections of its own. */
export function createTransport(options: TransportOptions): Transport {
  const { tlsMinVersion = '1.3', fetch: fetched = fetch } = options;
  const tls = {
    minVersion: `TLSv${tlsMinVersion}` as const,
    ...(options.caCert === undefined ? {} : { ca: options.caCert }),
  };
  const dispatcher = new EnvHttpProxyAgent({
    connect: tls,
    requestTls: tls,
    clientFactory: tunnelFactory(options.clock, options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS),
    // Empty, not unset: undici reads process.env for what is unset.
    httpProxy: '',
    httpsProxy: options.proxy?.https ?? '',
    noProxy: options.proxy?.no ?? '',
  });
  return {
    send: (request) =>
      exchange(request, dispatcher, fetched).catch((error: unknown) => {
        throw networkErrorOf(error, { url: request.url, proxy: options.proxy?.https, tlsMinVersion });
      }),
    close: () => dispatcher.destroy(),
  };
}

async function exchange(request: HTTPRequest, dispatcher: Dispatcher, fetched: Fetch): Promise<HTTPResponse> {
  const response = await fetched(request.url, {
    method: request.method,
    headers: { ...request.headers },
    body: request.body ?? null,
    redirect: 'manual',
    signal: request.signal,
    dispatcher,
  });
  return wholeAnswer(response, await readWhole(response));
}

async function readWhole(response: Answer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = chunk as Uint8Array;
    bytes += part.byteLength;
    if (bytes > MAX_ANSWER_BYTES)
      throw new NetworkError('malformed', `the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks, bytes);
}

/** A proxy may end an answer early and still end it well; what does not add up is no answer. */
function wholeAnswer(response: Answer, body: Buffer): HTTPResponse {
  const { status, headers } = response;
  // A 304 may tell the length of what it does not send: https://www.rfc-editor.org/rfc/rfc9110#section-8.6
  const length = status === 304 ? null : headers.get('content-length');
  if (length !== null && !headers.has('content-encoding') && Number(length) !== body.byteLength) {
    throw new NetworkError('malformed', 'the answer was cut short');
  }
  return { status, headers, ...contentOf(body) };
}

/** Parsed once, here. What is over a bound is neither kept as text: code that looks into it would pay for it again. */
function contentOf(body: Buffer): Pick<HTTPResponse, 'text' | 'json'> {
  try {
    return { text: '', json: parseJSON(body, MAX_ANSWER_VALUES) };
  } catch (error) {
    if (error instanceof JSONTooCostly) throw new NetworkError('malformed', `the answer holds ${error.message}`);
    return { text: body.toString('utf8') };
  }
}
