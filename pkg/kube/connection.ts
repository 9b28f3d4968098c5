/**
 * Requests to the API server over connections that are kept. Every one is signed again, has a bound in time, and comes
 * back as parsed JSON, an `APIError` or a `NoAnswer`. Hazard: after a `NoAnswer` to a write nobody knows whether it was
 * done; writes here carry a resourceVersion, so that the second of two is refused.
 */
import { Agent as HTTPAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HTTPSAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { boundSignal, errnoOf, unlessAborted, type BoundSignal, type Timers } from '../base/index.js';
import { hasCode } from '../errors/index.js';
import { parseJSON } from '../text/index.js';
import { apiError, hasStatus, NoAnswer } from './api-error.js';
import { loadConfig, type ClusterConfig, type ConfigSource } from './config.js';
import type { Credential } from './kubeconfig-user.js';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  path: string;
  query?: Readonly<Record<string, string | number | boolean>>;
  body?: object;
  /** Of the body. Default JSON; a patch must say which kind it is, or it is taken for another. */
  contentType?: string;
  /** Default 8 s. */
  timeoutMs?: number;
}

/** One request as `rest_client_requests_total` counts it. */
export interface RequestCount {
  /** HTTP status, or `<error>` where there was no answer, as client-go has it. */
  code: string;
  method: string;
  host: string;
}

export interface ConnectionOptions {
  source: ConfigSource;
  userAgent: string;
  onRequest?: (count: RequestCount) => void;
  clock: Timers;
}

/** Nothing asked here takes a healthy API server a second; a renewal of the lease must fit three times into its deadline. */
export const CALL_TIMEOUT_MS = 8_000;
/** The head of the answer to a watch comes at once, whatever may change later. */
const HEAD_TIMEOUT_MS = 10_000;
/** A dead peer is noticed after some 15 s in place of 2 h. */
const KEEP_ALIVE_MS = 10_000;
/** More than there are passes at once: the renewal of the lease must not wait behind writes that hang. */
const MAX_SOCKETS = 100;
/** A page of 250 objects of 100 KB each is 25 MB. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

interface Opened {
  config: ClusterConfig;
  calls: HTTPAgent;
  /** Watches have sockets of their own: each holds one for minutes, and a handful would leave none for calls. */
  streams: HTTPAgent;
}

export class Connection {
  readonly #options: ConnectionOptions;
  #opened: Promise<Opened> | undefined;
  #peer = 'the API server';
  /** Ends plug-ins that run when the connection is closed. */
  readonly #life = new AbortController();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The namespace of the kubeconfig's context or of the pod. Throws PLUS1_CLUSTER_CONFIG. */
  async namespace(): Promise<string | undefined> {
    return (await this.#open()).config.namespace;
  }

  /** The parsed body of a 2xx. Throws APIError, NoAnswer, PLUS1_CLUSTER_CONFIG, or the signal's reason. */
  async call(call: Call, signal: AbortSignal): Promise<unknown> {
    const bounded = this.#bound(signal, call.timeoutMs ?? CALL_TIMEOUT_MS);
    try {
      const work = this.#signed(async (opened) => {
        const response = await this.#send(opened, call, { agent: opened.calls, signal: bounded.signal });
        return readBody(response);
      });
      const body = await unlessAborted(work, bounded.signal);
      return parseJSON(body);
    } catch (thrown) {
      signal.throwIfAborted();
      throw failure(thrown, { peer: this.#peer, signal: bounded.signal });
    } finally {
      bounded.release();
    }
  }

  /** The body of a 2xx as it comes, until the signal aborts; the caller destroys it. Throws as `call` does. */
  async stream(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const head = this.#bound(signal, call.timeoutMs ?? HEAD_TIMEOUT_MS);
    try {
      const work = this.#signed((opened) => this.#send(opened, call, { agent: opened.streams, signal: head.signal }));
      const response = await unlessAborted(work, head.signal);
      // From here on only the signal itself ends the stream.
      head.cancelTimer();
      response.once('close', () => head.release());
      return response;
    } catch (thrown) {
      head.release();
      signal.throwIfAborted();
      throw failure(thrown, { peer: this.#peer, signal: head.signal });
    }
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.#life.abort(new Error('the connection was closed'));
    const opened = await this.#opened?.catch(() => undefined);
    opened?.calls.destroy();
    opened?.streams.destroy();
  }

  #bound(outer: AbortSignal, ms: number): BoundSignal {
    const reason = (): Error => new NoAnswer(`no answer within ${ms / 1_000} s`);
    return boundSignal(this.#options.clock, ms, { outer, reason });
  }

  #open(): Promise<Opened> {
    this.#opened ??= open(this.#options.source, this.#life.signal).catch((thrown: unknown) => {
      this.#opened = undefined;
      throw thrown;
    });
    return this.#opened;
  }

  /** A 401 may mean a token that was rotated a moment ago: everything is read again, once. */
  async #signed<T>(send: (opened: Opened) => Promise<T>): Promise<T> {
    const opening = this.#open();
    try {
      return await send(await opening);
    } catch (thrown) {
      if (isBrokenTrust(thrown)) this.#reopen(opening);
      if (!hasStatus(thrown, 401)) throw thrown;
      this.#reopen(opening);
      return send(await this.#open());
    }
  }

  /** New requests go to new sockets. Those in use end with their requests, and the idle ones now: nobody would use them again. */
  #reopen(stale: Promise<Opened>): void {
    if (this.#opened !== stale) return;
    this.#opened = undefined;
    void stale.then(({ calls, streams }) => [calls, streams].forEach(retire)).catch(() => undefined);
  }

  async #send(
    { config }: Opened,
    call: Call,
    { agent, signal }: { agent: HTTPAgent; signal: AbortSignal },
  ): Promise<IncomingMessage> {
    const url = urlOf(config.server, call);
    this.#peer = config.peer;
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const { headers, tls } = await credentialOf(config);
    const options: RequestOptions = {
      method: call.method,
      ...tls,
      agent,
      signal,
      headers: {
        ...headers,
        accept: 'application/json',
        'user-agent': this.#options.userAgent,
        ...(body && { 'content-type': call.contentType ?? 'application/json', 'content-length': body.byteLength }),
      },
    };
    const count = (code: string): void =>
      this.#options.onRequest?.({ code, method: call.method, host: config.server.host });
    const response = await exchange(url, options, body).catch((thrown: unknown) => {
      count('<error>');
      throw thrown;
    });
    const status = response.statusCode ?? 0;
    count(String(status));
    if (status >= 200 && status < 300) return response;
    throw apiError(status, response.headers, await readBody(response));
  }
}

/** An agent without `keepAlive` keeps no socket once its request has ended. */
function retire(agent: HTTPAgent & { keepAlive?: boolean }): void {
  agent.keepAlive = false;
  for (const idle of Object.values(agent.freeSockets)) idle?.forEach((socket) => socket.destroy());
}

async function open(source: ConfigSource, life: AbortSignal): Promise<Opened> {
  const config = await loadConfig(source, life);
  const agent = (maxSockets: number): HTTPAgent => {
    if (config.proxyAgent !== undefined) return config.proxyAgent;
    const settings = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets };
    return config.server.protocol === 'http:'
      ? new HTTPAgent(settings)
      : new HTTPSAgent({ ...settings, ...config.tls });
  };
  return { config, calls: agent(MAX_SOCKETS), streams: agent(Infinity) };
}

/** Later than the start a credential that cannot be had is a trouble that passes: the next request tries again. */
async function credentialOf(config: ClusterConfig): Promise<Credential> {
  try {
    return await config.credential();
  } catch (thrown) {
    if (!hasCode(thrown, 'PLUS1_CLUSTER_CONFIG')) throw thrown;
    throw new NoAnswer(`the credential for the API server cannot be had: ${thrown.message}`);
  }
}

/** A server may stand below a path of its own (Rancher's do). */
function urlOf(server: URL, { path, query = {} }: Call): URL {
  const url = new URL(`${server.pathname.replace(/\/$/, '')}${path}`, server);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}

function exchange(url: URL, options: RequestOptions, body: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answered = false;
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, options, (response) => {
      answered = true;
      resolve(response);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // A server that closes an idle connection as it is used again never read the request.
      // https://nodejs.org/api/http.html#requestreusedsocket
      const again = !answered && request.reusedSocket && error.code === 'ECONNRESET';
      if (again) exchange(url, options, body).then(resolve, reject);
      else reject(error);
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      response.destroy();
      throw new NoAnswer(`the answer is larger than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failure(thrown: unknown, { peer, signal }: { peer: string; signal: AbortSignal }): unknown {
  if (signal.aborted && signal.reason instanceof NoAnswer) return signal.reason;
  if (thrown instanceof SyntaxError) return new NoAnswer('the answer is not JSON, or was cut short');
  const code = errnoOf(thrown);
  // The words of the agent for proxies, which gives no code.
  const [, refused] = /^Bad response: (\d{3})$/.exec(thrown instanceof Error ? thrown.message : '') ?? [];
  if (refused !== undefined) return new NoAnswer(`${peer} refused the connection (${refused})`);
  return typeof code === 'string' && !(thrown instanceof TypeError) && isSystemCode(code)
    ? new NoAnswer(`the connection to ${peer} failed (${code})`)
    : thrown;
}

const isSystemCode = (code: string): boolean => /^[A-Z][A-Z0-9_]{2,80}$/.test(code) && !code.startsWith('PLUS1_');

/** The CA was replaced: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isBrokenTrust(thrown: unknown): boolean {
  const code = errnoOf(thrown);
  return typeof code === 'string' && /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_)/.test(code);
}
