/**
 * Receivers as strict as the real ones: Splunk's HTTP Event Collector, Datadog's intake of logs, an OTLP receiver, and any intake of JSON.
 * Each checks form, limits and credential, keeps what it took, and fails as a test says. https://opentelemetry.io/docs/specs/otlp/,
 * https://docs.datadoghq.com/api/latest/logs/, https://docs.splunk.com/Documentation/Splunk/latest/Data/HECRESTendpoints
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** In place of the answer; `drop` closes the connection, before or after what came was kept. */
export type Trouble = Answer | 'drop' | 'drop-after';

export type Protocol = 'SplunkHEC' | 'Datadog' | 'OTLP' | 'HTTP';

export const TOKEN = 'secret-token-0123456789';

interface Request {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export class Receiver {
  readonly protocol: Protocol;
  /** Keys of what it took, in order, with repetitions. */
  readonly keys: string[] = [];
  readonly events: Record<string, unknown>[] = [];
  readonly requests: Request[] = [];
  /** Asked before each request is taken. */
  trouble: (request: Request) => Trouble | undefined = () => undefined;
  /** Of a record that it refuses, alone or with others. */
  refuses: (key: string) => boolean = () => false;
  busy = 0;
  #server: Server | undefined;

  constructor(protocol: Protocol) {
    this.protocol = protocol;
  }

  async listen(): Promise<this> {
    this.#server = createServer((message, response) => {
      this.busy += 1;
      void bodyOf(message).then((body) => {
        const request = { path: message.url ?? '', headers: message.headers, body };
        this.requests.push(request);
        const trouble = this.trouble(request);
        this.busy -= 1;
        if (trouble === 'drop') return message.socket.destroy();
        const answer = typeof trouble === 'object' ? trouble : this.#take(request);
        if (trouble === 'drop-after') return message.socket.destroy();
        response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
      });
    });
    await new Promise<void>((done) => this.#server?.listen(0, '127.0.0.1', done));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => this.#server?.close(done));
  }

  #take(request: Request): Answer {
    const { path, answer, take } = PROTOCOLS[this.protocol];
    if (request.path !== path) return { status: 404, body: 'no such path' };
    if (request.headers['content-type'] !== 'application/json') return { status: 415 };
    const refusal = authFault(this.protocol, request);
    if (refusal !== undefined) return refusal;
    let events: Record<string, unknown>[];
    try {
      events = take(request.body);
    } catch (error) {
      return { status: 400, body: String(error) };
    }
    const keys = events.map(keyOf);
    const refused = keys.filter((key) => this.refuses(key));
    // OTLP takes the others, and does not say which it refused; the rest refuse all.
    if (refused.length > 0 && this.protocol !== 'OTLP') return answer(refused.length);
    for (const [at, event] of events.entries()) {
      const key = keys[at] ?? '';
      if (this.refuses(key)) continue;
      this.keys.push(key);
      this.events.push(event);
    }
    return answer(refused.length);
  }
}

const keyOf = (event: Record<string, unknown>): string =>
  'metadata' in event
    ? (event['metadata'] as { uid: string }).uid
    : `${String(event['chain'])}/${String(event['seq'])}`;

interface Rules {
  path: string;
  /** The events of a body; throws what is wrong with it. */
  take: (body: string) => Record<string, unknown>[];
  answer: (refused: number) => Answer;
}

const PROTOCOLS: Readonly<Record<Protocol, Rules>> = {
  SplunkHEC: {
    path: '/services/collector/event',
    take: (body) => {
      if (body.length > 1_000_000) throw new Error('too long');
      return concatenated(body).map((entry) => {
        if (typeof entry['time'] !== 'number' || entry['time'] > 1e11) throw new Error('time: seconds');
        return entry['event'] as Record<string, unknown>;
      });
    },
    answer: (refused) =>
      refused > 0
        ? { status: 400, body: '{"text":"Invalid data format","code":6,"invalid-event-number":0}' }
        : { status: 200, body: '{"text":"Success","code":0}' },
  },
  Datadog: {
    path: '/api/v2/logs',
    take: (body) => {
      const entries = JSON.parse(body) as Record<string, unknown>[];
      if (body.length > 5_000_000 || entries.length > 1_000) throw new Error('too much');
      return entries.map((entry) => {
        if (typeof entry['original_time'] !== 'string') throw new Error('no original_time');
        return entry['event'] as Record<string, unknown>;
      });
    },
    answer: (refused) =>
      refused > 0 ? { status: 400, body: '{"errors":[{"detail":"bad"}]}' } : { status: 202, body: '{}' },
  },
  OTLP: {
    path: '/v1/logs',
    take: (body) => otlpRecords(body),
    answer: (refused) => ({
      status: 200,
      body: refused > 0 ? `{"partialSuccess":{"rejectedLogRecords":"${refused}","errorMessage":"bad"}}` : '{}',
    }),
  },
  HTTP: {
    path: '/',
    take: (body) => JSON.parse(body) as Record<string, unknown>[],
    answer: (refused) => ({ status: refused > 0 ? 422 : 204 }),
  },
};

/** What a proto3 JSON parser refuses: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto */
function otlpRecords(body: string): Record<string, unknown>[] {
  const { resourceLogs } = JSON.parse(body) as { resourceLogs: { scopeLogs: { logRecords: LogRecord[] }[] }[] };
  const known = [
    'timeUnixNano',
    'observedTimeUnixNano',
    'severityNumber',
    'severityText',
    'body',
    'attributes',
    'eventName',
  ];
  return resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => {
        const unknown = Object.keys(record).filter((field) => !known.includes(field));
        if (unknown.length > 0) throw new Error(`unknown field ${unknown.join()}`);
        if (!/^\d{19}$/.test(record.timeUnixNano)) throw new Error('timeUnixNano');
        return JSON.parse(record.body.stringValue) as Record<string, unknown>;
      }),
    ),
  );
}

interface LogRecord {
  timeUnixNano: string;
  body: { stringValue: string };
}

/** Objects one after the other, as Splunk takes them. */
function concatenated(body: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  let depth = 0;
  let isText = false;
  let from = 0;
  for (let at = 0; at < body.length; at += 1) {
    const letter = body[at];
    if (isText) {
      if (letter === '\\') at += 1;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '{') depth += 1;
    else if (letter === '}' && (depth -= 1) === 0) {
      found.push(JSON.parse(body.slice(from, at + 1)) as Record<string, unknown>);
      from = at + 1;
    }
  }
  if (from !== body.length) throw new Error('not whole');
  return found;
}

function authFault(protocol: Protocol, { headers }: Request): Answer | undefined {
  if (protocol === 'SplunkHEC' && headers.authorization !== `Splunk ${TOKEN}`)
    return { status: 403, body: '{"text":"Invalid token","code":4}' };
  if (protocol === 'Datadog' && headers['dd-api-key'] !== TOKEN) return { status: 403 };
  if (protocol === 'HTTP' && headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 };
  return undefined;
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
