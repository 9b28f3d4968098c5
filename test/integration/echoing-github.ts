/**
 * A GitHub that gives away what it was told: in front of a simulator, and at one request it answers with the caller's own
 * credential in whatever place a test asks for.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitHubSimulator } from '../fakes/github/index.js';

export interface Echo {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface EchoingGitHub {
  url: string;
  close(): Promise<void>;
}

/** `echo` gets the credential and the number of the request, from 1; undefined: the simulator answers. */
export async function echoing(
  github: GitHubSimulator,
  echo: (secret: string, n: number, path: string) => Echo | undefined,
): Promise<EchoingGitHub> {
  let n = 0;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const secret = (request.headers.authorization ?? '').replace(/^\S+ /, '');
    const path = request.url ?? '/';
    const own = echo(secret, (n += 1), path);
    if (own !== undefined) {
      response.writeHead(own.status, { 'content-type': 'application/json', ...own.headers });
      response.end(own.body === undefined ? '' : JSON.stringify(own.body));
      return;
    }
    await forward(`${github.url}${path}`, request, Buffer.concat(chunks), response);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function forward(url: string, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const { authorization = '', 'content-type': type = 'application/json', 'user-agent': agent = '' } = request.headers;
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': type, 'user-agent': agent },
    redirect: 'manual',
    ...(body.length > 0 ? { body } : {}),
  });
  const skipped = new Set(['content-length', 'connection', 'keep-alive', 'transfer-encoding']);
  response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => !skipped.has(name))));
  response.end(Buffer.from(await answer.arrayBuffer()));
}
