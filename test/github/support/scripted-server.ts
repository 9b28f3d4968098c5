/** A real HTTP server on port 0 that answers as it is told and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTLSServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Requests in flight when this one came, itself included. */
  inFlight: number;
  at: number;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
  delayMs?: number;
  /** Ends the connection: before any byte, or after half of the body. */
  cut?: 'connection' | 'body';
}

export type Handler = (asked: Asked, index: number) => Reply | Promise<Reply>;

export interface ScriptedServer {
  url: string;
  port: number;
  asked: Asked[];
  close(): Promise<void>;
}

export async function serve(handler: Handler, tls?: ServerOptions): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  let inFlight = 0;
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    inFlight += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      inFlight,
      at: Date.now(),
    };
    asked.push(one);
    const reply = await handler(one, asked.length - 1);
    if (reply.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.delayMs));
    inFlight -= 1;
    send(reply, response);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    listener(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = tls === undefined ? createServer(onRequest) : createTLSServer(tls, onRequest);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`.replace(
      'localhost',
      tls === undefined ? '127.0.0.1' : 'localhost',
    ),
    port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(reply: Reply, response: ServerResponse): void {
  if (reply.cut === 'connection') {
    response.destroy();
    return;
  }
  const isRaw = typeof reply.body === 'string';
  const text = isRaw ? (reply.body as string) : reply.body === undefined ? '' : JSON.stringify(reply.body);
  response.writeHead(reply.status ?? 200, {
    'x-github-request-id': 'SCRIPT:1',
    'content-type': isRaw ? 'text/html' : 'application/json',
    ...reply.headers,
  });
  if (reply.cut === 'body') {
    response.write(text.slice(0, Math.floor(text.length / 2)));
    setTimeout(() => response.destroy(), 5);
    return;
  }
  response.end(text);
}
