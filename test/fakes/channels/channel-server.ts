/** A server that stands in for a channel: strict about what it takes, and as broken as a test wants it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTLSServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  text?: string;
  headers?: Record<string, string>;
}

export interface Received {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** What it was answered. */
  status: number;
}

/** What a fake makes of one request. */
export type Take = (request: Omit<Received, 'status'>) => Answer;

export class ChannelServer {
  readonly received: Received[] = [];
  /** Given to the next requests instead of what the fake would answer. */
  readonly faults: Answer[] = [];
  /** Given to every request, while it is set. */
  outage: Answer | undefined;
  readonly #take: Take;
  readonly #server: Server;

  constructor(take: Take, tls?: { key: string; cert: string }) {
    this.#take = take;
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response);
    this.#server = tls === undefined ? createServer(handle) : createTLSServer(tls, handle);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was taken. */
  get taken(): Received[] {
    return this.received.filter(({ status }) => status < 300);
  }

  /** What it makes of one request: also without a socket, where time is not real. */
  answer(asked: Omit<Received, 'status'>): Answer {
    const answer = this.outage ?? this.faults.shift() ?? this.#take(asked);
    this.received.push({ ...asked, status: answer.status });
    return answer;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = {
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    const answer = this.answer(asked);
    response.writeHead(answer.status, answer.headers).end(answer.text ?? '');
  }
}

/** Throws a sentence where it does not hold: the fake then answers with it. */
export class Refusal extends Error {}

export function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Refusal(sentence);
}

/** A fake from a judge that throws a `Refusal`. */
export const taking =
  (judge: (request: Omit<Received, 'status'>) => Answer, refuse: (sentence: string) => Answer): Take =>
  (request) => {
    try {
      return judge(request);
    } catch (thrown) {
      return refuse(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
