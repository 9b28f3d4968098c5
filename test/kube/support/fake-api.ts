/**
 * A small real HTTP server that speaks as an API server does where a test says so, for what a real one does not do on
 * demand: answers in pieces, silence, refusals of one request. What a real one does is tested in test/e2e.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTLSServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { Connection, type RequestCount } from '../../../pkg/kube/index.js';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Names and values as they came, one after the other. */
  rawHeaders: string[];
  /** The common name of the client's certificate, where it showed one. */
  client: string | undefined;
  /** Parsed, where there was one. */
  body: Record<string, unknown>;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
}

/** Undefined: the handler answers by itself, or never. */
export type Handler = (asked: Asked, response: ServerResponse) => Reply | undefined;

/** As the API server words a refusal. */
export function refusal(code: number, reason: string, message = ''): Reply {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message } };
}

export class FakeAPI {
  readonly asked: Asked[] = [];
  readonly counted: RequestCount[] = [];
  /** Connections that were opened. */
  connections = 0;
  /** Requests of `connection()` that have no answer yet; of a stream, that has not begun. */
  calls = 0;
  readonly folder = mkdtempSync(join(tmpdir(), 'plus1-kube-'));
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  readonly #scheme: 'http' | 'https';

  private constructor(handler: Handler, tls: ServerOptions | undefined) {
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://server');
        const text = Buffer.concat(chunks).toString('utf8');
        const asked: Asked = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          rawHeaders: request.rawHeaders,
          client: tls === undefined ? undefined : clientOf(request.socket as TLSSocket),
          body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
        };
        this.asked.push(asked);
        const reply = handler(asked, response);
        if (reply === undefined) return;
        const { status = 200, headers = {}, body = {} } = reply;
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    };
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer(serve) : createTLSServer(tls, serve);
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** With `tls` it speaks HTTPS. */
  static async start(handler: Handler, tls?: ServerOptions): Promise<FakeAPI> {
    const api = new FakeAPI(handler, tls);
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A kubeconfig for it, by default with a fixed token. */
  kubeconfig(user: object = { token: 'secret-token' }): string {
    const file = join(this.folder, `config-${this.#files++}.json`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: this.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'platform' } }],
      'current-context': 'x',
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
  #files = 0;

  connection(kubeconfig = this.kubeconfig()): Connection {
    const connection = new Connection({
      clock: systemClock,
      source: { kubeconfig, inCluster: false, env: process.env },
      userAgent: 'plus1-controller/test',
      onRequest: (count) => this.counted.push(count),
    });
    const [call, stream] = [connection.call.bind(connection), connection.stream.bind(connection)];
    connection.call = (...of) => this.#counted(call(...of));
    connection.stream = (...of) => this.#counted(stream(...of));
    return connection;
  }

  #counted<T>(answer: Promise<T>): Promise<T> {
    this.calls += 1;
    return answer.finally(() => (this.calls -= 1));
  }

  /** Breaks every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An unknown issuer is no matter: the tests ask whom it names. */
function clientOf(socket: TLSSocket): string | undefined {
  const { subject } = socket.getPeerCertificate() as { subject?: { CN?: string } };
  return subject?.CN;
}
