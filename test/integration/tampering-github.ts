/** A proxy in front of the simulator that answers some requests by itself, or changes what the simulator answered. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GitHubSimulator } from '../fakes/github/index.js';

export interface Asked {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: IncomingMessage['headers'];
  body: unknown;
  /** Sends the request on; what comes back may be handed on changed. */
  forward: () => Promise<Answered>;
}

export interface Answered {
  status: number;
  body: unknown;
  /** Sent as it is, in place of the body. */
  text?: string;
  /** In place of those of the simulator of the same names. */
  headers?: Record<string, string>;
}

type Received = Required<Omit<Answered, 'text'>>;

export interface TamperingGitHub {
  url: string;
  close(): Promise<void>;
}

/** `tamper` gives the answer; undefined: the simulator's, as it is. */
export async function tampering(
  github: GitHubSimulator,
  tamper: (asked: Asked) => Promise<Answered | undefined> | Answered | undefined,
): Promise<TamperingGitHub> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const { method = 'GET', url: path = '/', headers: sentHeaders } = request;
    let forwarded: Received | undefined;
    const forward = async (): Promise<Answered> => (forwarded ??= await send(`${github.url}${path}`, request, sent));
    const own = await tamper({ method, path, headers: sentHeaders, body: parsed(sent.toString()), forward });
    const { status, body, text, headers } = own ?? (await forward());
    // An answer of its own has no Date: that of this machine would look like a clock that is wrong.
    response.sendDate = false;
    const common = { 'x-github-request-id': 'TAMPER:1', 'content-type': 'application/json' };
    response.writeHead(status, { ...common, ...forwarded?.headers, ...headers });
    response.end(text ?? (body === undefined ? '' : JSON.stringify(body)));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
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

const SKIPPED = new Set(['content-length', 'content-encoding', 'connection', 'keep-alive', 'transfer-encoding']);

async function send(url: string, request: IncomingMessage, body: Buffer): Promise<Received> {
  const { authorization = '', 'content-type': type = 'application/json', 'user-agent': agent = '' } = request.headers;
  const none = request.headers['if-none-match'];
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: {
      authorization,
      'content-type': type,
      'user-agent': agent,
      ...(none !== undefined && { 'if-none-match': none }),
    },
    redirect: 'manual',
    ...(body.length > 0 ? { body } : {}),
  });
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => !SKIPPED.has(name)));
  return { status: answer.status, headers, body: parsed(await answer.text()) };
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}
