/**
 * The simulator's server: one HTTP listener on loopback in front of a world.
 * Hazard: latency and faults need open sockets; `close()` destroys them, so await it in every test's teardown.
 */
import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contract } from '../contract.js';
import type { Fault } from '../faults.js';
import { Faults } from '../faults.js';
import type { Match } from '../rest/router.js';
import type { Organization } from '../world/organization.js';
import { World } from '../world/world.js';
import type { Answer } from './answer.js';
import { errorBody, json } from './answer.js';
import { serve } from './exchange.js';
import { identify } from './identify.js';
import type { RateLimitOptions } from './rate-limit.js';
import { RateLimit } from './rate-limit.js';
import type { Counts, LoggedRequest } from './request-log.js';
import { countRequests } from './request-log.js';
import { Webhooks } from '../webhooks/webhooks.js';
import { transmit } from './transmit.js';

/** What an answer takes: requestMs + repositoryMs × repositories in it + fileMs × files read. */
export interface Latency {
  requestMs?: number;
  repositoryMs?: number;
  fileMs?: number;
}

export interface GitHubOptions {
  organizations?: Organization[];
  world?: World;
  latency?: Latency;
  /** False: no limits at all, as on GHES by default. */
  rateLimit?: RateLimitOptions | false;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** `/api/v3` makes it a GitHub Enterprise Server: GraphQL is then at `/api/graphql`. */
  basePath?: '' | '/api/v3';
  port?: number;
  /** Where it is said to be, for one that does not listen and is asked by `exchange`. Default: where it listens. */
  url?: string;
}

/** A request as it arrives. */
export interface Arriving {
  method?: string | undefined;
  /** Path and query. */
  url?: string | undefined;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /** Where it came by a socket. */
  socket?: { remotePort?: number | undefined };
}

/** What came of one before it goes on the wire, where its fault may still damage it. */
export interface Exchanged {
  request: LoggedRequest;
  answer: Answer;
  fault: Fault | undefined;
}

type Hook = (request: LoggedRequest) => void | Promise<void>;

export class GitHubSimulator {
  readonly world: World;
  readonly faults = new Faults();
  readonly requests: LoggedRequest[] = [];
  readonly rateLimit: RateLimit;
  readonly contract = new Contract();
  readonly webhooks: Webhooks;
  latency: Latency;
  #basePath: string;
  #url: string | undefined;
  #server: Server;
  #hooks: Hook[] = [];
  #events = new EventEmitter();
  #n = 0;
  #inFlight = 0;
  #mostInFlight = 0;

  /** Use `startGitHub`. */
  constructor(options: GitHubOptions) {
    this.world = options.world ?? new World();
    if (options.clock) this.world.useClock(options.clock);
    for (const organization of options.organizations ?? []) this.world.add(organization);
    this.webhooks = new Webhooks(this.world, this.contract, () => this.apiURL);
    this.latency = options.latency ?? {};
    this.rateLimit = new RateLimit(options.rateLimit ?? {}, () => this.world.now());
    this.#basePath = options.basePath ?? '';
    this.#url = options.url;
    this.#server = createServer((request, response) => {
      this.#receive(request, response).catch((error: unknown) => this.#fail(response, error));
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return this.#url ?? `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  /** The REST root: the address a client is configured with. */
  get apiURL(): string {
    return `${this.url}${this.#basePath}`;
  }
  get graphqlURL(): string {
    return this.#basePath === '' ? `${this.url}/graphql` : `${this.url}/api/graphql`;
  }
  /** Answers that broke GitHub's contract, and GraphQL fields that are not modelled. Assert that there are none. */
  get contractViolations(): readonly string[] {
    return this.contract.violations;
  }
  counts(): Counts {
    return countRequests(this.requests, this.#mostInFlight);
  }
  /** Runs before a request is served, and is waited for: the place to change the world between two requests. */
  beforeRequest(hook: Hook): this {
    this.#hooks.push(hook);
    return this;
  }
  /** `request` when one arrives, `response` when it was answered (or cut off). */
  on(event: 'request' | 'response', listener: (request: LoggedRequest) => void): this {
    this.#events.on(event, listener);
    return this;
  }
  /** Forgets requests, faults and hooks; the world and the budgets stay as they are. */
  reset(): this {
    this.requests.length = 0;
    this.#n = this.#mostInFlight = 0;
    this.#hooks = [];
    this.faults.clear().restart();
    return this;
  }

  async listen(port: number): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return this;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    response.once('close', () => (this.#inFlight -= 1));
    const { request, answer, fault } = await this.exchange(message, await bodyOf(message));
    await this.#wait(answer, response);
    const bytes = response.destroyed ? undefined : transmit(response, answer, fault, request.method === 'HEAD');
    request.bytesOut = bytes ?? 0;
    request.status = bytes === undefined ? 0 : answer.status;
    this.#events.emit('response', request);
  }

  /** Serves one request without a socket. The caller puts the answer on its way, as `transmit` does. */
  async exchange(message: Arriving, text: string): Promise<Exchanged> {
    const { request: described, isMint, match: found, broken } = identify(message, text, this.#basePath, this.world);
    const request: LoggedRequest = { n: isMint ? 0 : (this.#n += 1), ...described };
    this.requests.push(request);
    this.#events.emit('request', request);
    for (const hook of this.#hooks) await hook(request);
    const fault = this.faults.take(request);
    if (fault) request.fault = fault.kind;
    if (fault?.kind === 'ruleset-changed') this.#meddle(fault, found);
    return { request, answer: broken ?? this.#answer(request, message, found, fault), fault };
  }

  #answer(request: LoggedRequest, message: Arriving, found: Match | undefined, fault: Fault | undefined): Answer {
    const { world, rateLimit, contract } = this;
    const answer = serve({
      world,
      rateLimit,
      contract,
      api: this.apiURL,
      request,
      headers: message.headers,
      match: found,
      fault,
      concurrent: this.#inFlight,
    });
    const shown = fault?.kind === 'put-applied-500' ? json(500, errorBody(500, 'Server Error')) : answer;
    const serial = String(this.requests.length).padStart(6, '0');
    const common = {
      date: new Date(world.now()).toUTCString(),
      server: 'github.com',
      'x-github-request-id': `SIM0:${serial}`,
      'x-github-media-type': 'github.v3; format=json',
    };
    return { ...shown, headers: { ...common, ...shown.headers } };
  }

  /** Somebody else's edit of the ruleset in the path, or of the first one there is. */
  #meddle({ edit }: Extract<Fault, { kind: 'ruleset-changed' }>, found: Match | undefined): void {
    const rulesets = this.world.organizations.flatMap((organization) =>
      organization.rulesets.map((ruleset) => ({ organization, ruleset })),
    );
    const wanted = Number(found?.params['ruleset_id']);
    const target = rulesets.find(({ ruleset }) => ruleset.id === wanted) ?? rulesets[0];
    if (!target) throw new Error('ruleset-changed: there is no ruleset to change');
    const { organization, ruleset } = target;
    if (edit) return edit(ruleset);
    const members = new Set(ruleset.members);
    const extra = organization.repositories.find(({ id }) => !members.has(id));
    ruleset.setMembers(extra ? [...members, extra.id] : [...members].slice(0, -1));
  }

  async #wait(answer: Answer, response: ServerResponse): Promise<void> {
    const { requestMs = 0, repositoryMs = 0, fileMs = 0 } = this.latency;
    const ms = requestMs + repositoryMs * (answer.repositories ?? 0) + fileMs * (answer.files ?? 0);
    if (ms <= 0) return;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    await sleep(ms, undefined, { signal: gone.signal }).catch(() => undefined);
  }

  #fail(response: ServerResponse, error: unknown): void {
    const reason = this.contract.violation(
      `the simulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    if (response.headersSent || response.destroyed) return;
    response.writeHead(599, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(errorBody(599, reason)));
  }
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Starts a simulator on a free port of loopback. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubSimulator> {
  return new GitHubSimulator(options).listen(options.port ?? 0);
}
