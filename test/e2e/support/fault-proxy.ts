/**
 * A server in front of the API server that does to requests what networks and overloaded servers do. It ends TLS with
 * the API server's own certificate, so that clients need nothing but the other address, and speaks HTTP/1.1 alone.
 */
import { createServer, request as httpsRequest, Agent, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  /** Nothing comes any more, and the connection stays. */
  | { kind: 'hang' }
  /** The connection breaks. */
  | { kind: 'cut' }
  /** The server gets the request and does what it says; the connection breaks instead of its answer. */
  | { kind: 'lose' }
  /** The request reaches the server later. */
  | { kind: 'slow'; ms: number }
  /** The server does not get the request, and this is the answer. */
  | { kind: 'answer'; status: number; retryAfterSeconds?: number };

export interface ProxiedRequest {
  method: string;
  /** Path and query. */
  url: string;
  userAgent: string;
}

export interface FaultOptions {
  /** Which requests. Default: all. */
  when?: (request: ProxiedRequest) => boolean;
  /** How many of them. Default: all, until `heal`. */
  times?: number;
}

interface Rule {
  fault: Fault;
  when: (request: ProxiedRequest) => boolean;
  left: number;
}

/** A request under way. */
interface Exchange {
  request: ProxiedRequest;
  response: ServerResponse;
  /** Its answer, once there is one. */
  answer?: IncomingMessage;
}

export interface FaultProxyOptions {
  upstream: string;
  /** PEM: shown to clients, and trusted upstream. */
  certificate: string;
  key: string;
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export class FaultProxy {
  /** All that came, in order, whatever was done to them. */
  readonly requests: ProxiedRequest[] = [];
  readonly #upstream: URL;
  readonly #server: Server;
  readonly #agent: Agent;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<Exchange>();
  #rules: Rule[] = [];

  private constructor({ upstream, certificate, key }: FaultProxyOptions) {
    this.#upstream = new URL(upstream);
    // A connection for each request: one kept over a restart of the server would break a request that nobody cut.
    this.#agent = new Agent({ ca: certificate, keepAlive: false });
    this.#server = createServer({ cert: certificate, key }, (request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * From now on, this happens to matching requests; of several faults the one injected first wins. `hang` and `cut`
   * without `times` take the requests under way too, such as a watch.
   */
  inject(fault: Fault, { when = () => true, times = Infinity }: FaultOptions = {}): void {
    this.#rules.push({ fault, when, left: times });
    if (times !== Infinity || (fault.kind !== 'hang' && fault.kind !== 'cut')) return;
    for (const exchange of this.#open) {
      if (!when(exchange.request)) continue;
      if (fault.kind === 'cut') exchange.response.destroy();
      else silence(exchange);
    }
  }

  /** New requests pass again. What hangs goes on hanging, as after a real fault. */
  heal(): void {
    this.#rules = [];
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = describe(incoming);
    this.requests.push(request);
    const exchange: Exchange = { request, response };
    this.#open.add(exchange);
    response.once('close', () => this.#open.delete(exchange));
    const fault = this.#take(request);
    switch (fault?.kind) {
      case 'hang':
        return;
      case 'cut':
        incoming.destroy();
        return;
      case 'answer':
        answer(response, fault);
        return;
      case 'slow':
        await sleep(fault.ms);
        break;
      case 'lose':
      case undefined:
    }
    if (!response.destroyed) this.#forward(incoming, exchange, fault?.kind === 'lose');
  }

  #take(request: ProxiedRequest): Fault | undefined {
    const rule = this.#rules.find(({ left, when }) => left > 0 && when(request));
    if (rule === undefined) return undefined;
    rule.left--;
    return rule.fault;
  }

  #forward(incoming: IncomingMessage, exchange: Exchange, lose: boolean): void {
    const { response } = exchange;
    const outgoing = httpsRequest(
      new URL(incoming.url ?? '/', this.#upstream),
      { method: incoming.method, headers: incoming.headers, agent: this.#agent },
      (upstream) => {
        if (lose) {
          response.destroy();
          upstream.resume();
          return;
        }
        exchange.answer = upstream;
        response.writeHead(upstream.statusCode ?? 502, upstream.headers);
        // A watch without events must show its headers all the same.
        response.flushHeaders();
        upstream.pipe(response);
        upstream.once('error', () => response.destroy());
      },
    );
    outgoing.once('error', () => response.destroy());
    response.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}

function describe({ method = 'GET', url = '/', headers }: IncomingMessage): ProxiedRequest {
  return { method, url, userAgent: headers['user-agent'] ?? '' };
}

function silence({ answer: upstream, response }: Exchange): void {
  upstream?.unpipe(response);
  upstream?.resume();
}

/** As the API server words its own refusals: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
function answer(response: ServerResponse, fault: Extract<Fault, { kind: 'answer' }>): void {
  const retryAfter = fault.retryAfterSeconds;
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `injected ${fault.status}`,
    reason: REASONS[fault.status] ?? 'InternalError',
    code: fault.status,
    ...(retryAfter === undefined ? {} : { details: { retryAfterSeconds: retryAfter } }),
  };
  response.writeHead(fault.status, {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` }),
  });
  response.end(JSON.stringify(body));
}
