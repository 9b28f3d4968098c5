/**
 * The whole loop over a folder, against a simulator, in time that passes only when a test says so: `plus1 controller` but for its servers and
 * its process. Every status written, and every object, is held against kstatus. Hazard: the folder is watched in real time; `edit` waits for it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { systemClock } from '../../cmd/plus1/clock.js';
import type { Condition, ConditionType, PolicyStatus } from '../../pkg/api/index.js';
import type { LogLevel, VolumeSpace } from '../../pkg/base/index.js';
import {
  keyString,
  StateFolder,
  type FolderHome,
  type PolicyKey,
  type StoredPolicy,
} from '../../pkg/policies/index.js';
import type { InputHandler } from '../../pkg/reconciler/index.js';
import type { DayCounters } from '../../pkg/reconciler/journal/day-counters.js';
import { createLog, Metrics } from '../../pkg/telemetry/index.js';
import { assemble, type Assembly, type Setup } from '../../cmd/plus1/assemble.js';
import type { Environment } from '../../cmd/plus1/environment.js';
import { openFolder } from '../../cmd/plus1/folder-source.js';
import { JOURNAL_DEFAULTS } from '../../cmd/plus1/journal-flags.js';
import type { Files } from '../../pkg/journal/index.js';
import { afterTurns, inRealTime, VirtualClock } from '../fakes/clock.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { temporaryFolder } from '../integration/cli.js';
import { kstatusFaults } from '../kstatus.js';
import { scrape, valueOf } from '../telemetry/scrape.js';
import { Receiving } from './receiving.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Far above what anything here takes on a busy machine. */
const PATIENCE_MS = 100_000;
/** The first request of a process is slow: schemas are compiled. */
const REQUEST_TIMEOUT_MS = 10_000;

export type Line = { level: LogLevel; msg: string } & Record<string, unknown>;

export interface LoopOptions {
  organizations: Organization[];
  /** Further hosts that policies may name, such as that of a proxy; may be filled later. */
  hosts?: string[];
  concurrent?: number;
  minInterval?: number;
  environment?: Partial<Environment>;
  logLevel?: LogLevel;
  /** Unix ms. */
  start?: number;
  settleMs?: number;
  requestTimeoutMs?: number;
  /** How long anything may take in real time. */
  patienceMs?: number;
  tlsMinVersion?: '1.2';
  /** As with `--webhook-address`: a server receives deliveries, and hints call for quick passes. */
  hasWebhooks?: boolean;
  /** The disk of the journal. */
  files?: Files;
  /** Notifications are sent; these hosts are allowed. */
  notifyAllowedHost?: string[];
  /** Of the kinds that are inputs of passes; by default those of the program. */
  handlers?: readonly InputHandler[];
  /** The room of the volume of the state. */
  space?: () => VolumeSpace;
}

export interface Running extends Assembly {
  home: FolderHome;
  metrics: Metrics;
  /** Where webhooks are received; absent without them. */
  webhooks: Receiving | undefined;
}

/** Where one run of the controller begins and ends. */
interface Run {
  assembly: Running;
  stop: AbortController;
  ended: Promise<unknown>;
}

export class Loop {
  readonly github: GitHubSimulator;
  readonly clock: VirtualClock;
  readonly policies = temporaryFolder();
  readonly state = temporaryFolder();
  readonly credentials = temporaryFolder();
  readonly lines: Line[] = [];
  /** Faults of any status that was written. */
  readonly faults: string[] = [];
  /** Names that were looked for, in order: what called for it does not matter. */
  readonly looks: string[] = [];
  /** How long the client waits for an answer from its next request on; real time, in turns of the event loop. */
  requestTimeoutMs: number;
  readonly #options: LoopOptions;
  #run: Run | undefined;

  private constructor(github: GitHubSimulator, clock: VirtualClock, options: LoopOptions) {
    this.github = github;
    this.clock = clock;
    this.#options = options;
    this.requestTimeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  }

  static async open(options: LoopOptions): Promise<Loop> {
    const clock = new VirtualClock(options.start);
    const start = clock.now();
    // The true time: a wall clock that somebody sets does not move GitHub's.
    const github = await startGitHub({ organizations: options.organizations, clock: () => start + clock.monotonic() });
    return new Loop(github, clock, options);
  }

  /** Stops what runs, and checks what is left. */
  async close(): Promise<void> {
    await this.stop();
    await this.github.close();
    const faults = [...this.faults, ...this.finalFaults(), ...this.github.contractViolations];
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }

  /** Begins, and waits until every policy had its first look. `demanded`: policies that a person asks for before that. */
  async start({ demanded = [] }: { demanded?: string[] } = {}): Promise<this> {
    const log = createLog({
      level: this.#options.logLevel ?? 'info',
      stream: this.#sink(),
      clock: () => this.clock.now(),
    });
    const environment: Environment = {
      token: 'ghp_environment',
      apiURL: this.github.apiURL,
      retryDelayMs: 1,
      proxy: {},
      stateHome: '',
      ...this.#options.environment,
    };
    const metrics = new Metrics({ version: 'test', defaultMetrics: false });
    const { space } = this.#options;
    const { home, ...place } = openFolder({
      policies: this.policies,
      state: this.state,
      credentials: this.credentials,
      allowedHosts: [new URL(this.github.url).host, ...(this.#options.hosts ?? [])],
      environment,
      // Watched in real time.
      clock: { ...systemClock, now: () => this.clock.now() },
      log,
      // Watching shows what changes; this is for what it misses. Three folders are looked through each time, in every test that waits.
      pollMs: 250,
      // By this clock no file is old, so that all must be seen to be still.
      fileClock: () => 0,
      settleMs: this.#options.settleMs ?? 15,
      journal: {
        flags: JOURNAL_DEFAULTS,
        cwd: this.state,
        metrics: (key, organization) => metrics.policy(key, organization),
        ...(this.#options.files && { files: this.#options.files }),
      },
      ...(space && { space: () => Promise.resolve(space()) }),
    });
    const setup = this.#setup({ environment, log, metrics });
    const assembled = assemble({ home, ...place }, setup);
    const source = { home, ...place };
    const receiving = { source, assembly: assembled, metrics, log, clock: this.clock };
    const webhooks = this.#options.hasWebhooks ? await Receiving.open(receiving) : undefined;
    const assembly: Running = { ...assembled, home, metrics, webhooks };
    this.#checkWrites(assembly);
    const stop = new AbortController();
    const look = (key: PolicyKey): void => {
      this.looks.push(keyString(key));
      if (demanded.includes(key.name)) assembly.demand(key);
      else assembly.look(key);
    };
    const sent = this.#options.notifyAllowedHost && assembled.notifier?.run(stop.signal);
    const ended = Promise.all([assembly.home.watch(look, stop.signal), assembly.controller.run(stop.signal), sent]);
    this.#run = { assembly, stop, ended };
    await this.until(() => assembly.home.synced, 'the folder was read');
    await this.settle();
    return this;
  }

  /** Ends, as SIGTERM does; nothing where it does not run. */
  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return;
    run.stop.abort();
    await run.ended;
    await run.assembly.webhooks?.close();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  get running(): Running {
    if (this.#run === undefined) throw new Error('the loop does not run');
    return this.#run.assembly;
  }

  /** Waits until all there is to do is to wait. */
  async settle(): Promise<void> {
    await this.until(() => this.running.controller.pending === 0, 'no pass runs');
  }

  /** Lets time pass; every pass that comes due ends before the next begins to wait. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    for (;;) {
      await this.settle();
      const due = this.clock.nextDue;
      if (due === undefined || due > end) break;
      await this.clock.advance(due - this.clock.monotonic());
    }
    await this.clock.advance(end - this.clock.monotonic());
    await this.settle();
  }

  /** The same, until something is so. Throws where it is not so by the end of that time. */
  async passUntil(is: () => boolean, ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    for (;;) {
      await this.settle();
      if (is()) return;
      const due = this.clock.nextDue;
      if (due === undefined || due > end) throw new Error(`it is not so after ${ms} ms`);
      await this.clock.advance(due - this.clock.monotonic());
    }
  }

  /** As a delivery of a webhook does. */
  async hint(name: string): Promise<void> {
    this.running.hint({ namespace: 'default', name });
    await this.settle();
  }

  /** As SIGHUP does. */
  async lookNow(): Promise<void> {
    for (const { key } of this.running.home.list()) this.running.demand(key);
    await this.settle();
  }

  /** A policy's text; `spec` is laid over what a small policy needs. Without quick passes, but where the spec asks for them. */
  policy(name: string, spec: object = {}, metadata: object = {}): string {
    const schedule = { quickInterval: '0s', ...('schedule' in spec && (spec.schedule as object)) };
    return stringify({
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name, ...metadata },
      spec: { organization: name, github: { apiURL: this.github.apiURL }, ...spec, schedule },
    });
  }

  /** Puts a file among the policies, and waits until each policy named was looked at for it. */
  async edit(file: string, text: string | undefined, ...names: string[]): Promise<void> {
    const from = this.looks.length;
    this.put(file, text);
    for (const name of names) {
      const id = name.includes('/') ? name : `default/${name}`;
      await this.until(() => this.looks.includes(id, from), `${id} was looked at after ${file} changed`);
    }
    await this.settle();
  }

  /** Puts a file there, or takes it away, and waits for nothing. */
  put(file: string, text: string | undefined): void {
    const path = join(this.policies, file);
    if (text === undefined) rmSync(path, { force: true });
    else writeFileSync(path, text);
  }

  /** Touches a file: "reconcile now". */
  async touch(file: string, ...names: string[]): Promise<void> {
    await this.touchWhilePassing(file, ...names);
    await this.settle();
  }

  /** The same, and waits for no pass. */
  async touchWhilePassing(file: string, ...names: string[]): Promise<void> {
    const from = this.looks.length;
    const now = new Date();
    utimesSync(join(this.policies, file), now, now);
    for (const name of names)
      await this.until(() => this.looks.includes(`default/${name}`, from), `${name} was looked at`);
  }

  secret(name: string, keys: Record<string, string>): void {
    mkdirSync(join(this.credentials, name), { recursive: true });
    for (const [key, value] of Object.entries(keys)) writeFileSync(join(this.credentials, name, key), `${value}\n`);
  }

  /** The object in the state folder, or undefined. */
  object(name: string, namespace = 'default'): StoredPolicy | undefined {
    try {
      return JSON.parse(readFileSync(join(this.state, namespace, `${name}.json`), 'utf8')) as StoredPolicy;
    } catch {
      return undefined;
    }
  }

  /** Lays an object into the state folder, as an earlier run might have left it. */
  putState(name: string, object: object | string): void {
    mkdirSync(join(this.state, 'default'), { recursive: true });
    const text = typeof object === 'string' ? object : JSON.stringify(object);
    writeFileSync(join(this.state, 'default', `${name}.json`), text);
  }

  /** The text of what is known of a policy's repositories. */
  cache(name: string): string {
    return readFileSync(join(this.state, '.cache', 'default', `${name}.json`), 'utf8');
  }

  /** Somebody deletes what is known of a policy's repositories. */
  forgetKnown(name: string): void {
    rmSync(join(this.state, '.cache', 'default', `${name}.json`));
  }

  /** What is counted of the day so far. */
  dayCounters(name: string): DayCounters {
    return JSON.parse(readFileSync(join(this.state, '.days', 'default', `${name}.json`), 'utf8')) as DayCounters;
  }

  status(name: string): PolicyStatus {
    return this.object(name)?.status ?? {};
  }

  condition(name: string, type: ConditionType): Condition | undefined {
    return this.status(name).conditions?.find((each) => each.type === type);
  }

  /** `True Converged`, as one word. */
  ready(name: string): string {
    const { status = '', reason = '' } = this.condition(name, 'Ready') ?? {};
    return `${status} ${reason}`;
  }

  async metric(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    return valueOf(await scrape(this.running.metrics), name, labels);
  }

  logged(msg: string): Line[] {
    return this.lines.filter((line) => line.msg === msg);
  }

  events(reason: string): Line[] {
    return this.logged('Event').filter((line) => line['reason'] === reason);
  }

  async until(is: () => boolean, what: string): Promise<void> {
    const end = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
    while (!is()) {
      if (performance.now() > end) throw new Error(`gave up waiting until ${what}`);
      await pause(1);
    }
  }

  /** What kstatus would find wrong in the state folder as it lies there. */
  finalFaults(): string[] {
    return readdirSync(this.state, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.json') && !path.startsWith('.'))
      .flatMap((path) => {
        const text = readFileSync(join(this.state, path), 'utf8');
        if (!text.startsWith('{')) return [];
        return kstatusFaults(JSON.parse(text) as StoredPolicy).map((fault) => `${path}: ${fault}`);
      });
  }

  /** Where GitHub sends webhooks to. */
  get webhookURL(): string {
    return this.running.webhooks?.url ?? '';
  }

  /** Everything that GitHub sent was answered, and the passes that it called for have ended. */
  async delivered(): Promise<void> {
    const { deliveries } = this.github.webhooks;
    await this.github.webhooks.idle();
    // What is done with a delivery comes after its answer.
    const accepted = deliveries.filter(({ status }) => status === 202).length;
    await this.until(() => this.running.webhooks?.taken === accepted, 'deliveries were taken');
    await this.settle();
  }

  #setup(given: Pick<Setup, 'environment' | 'log' | 'metrics'>): Setup {
    const { concurrent = 4, minInterval = 0, tlsMinVersion, hasWebhooks, handlers, notifyAllowedHost } = this.#options;
    return {
      options: {
        concurrent,
        minInterval,
        ...(tlsMinVersion && { tlsMinVersion }),
        ...(notifyAllowedHost && { notifyAllowedHost }),
      },
      ...given,
      clock: this.clock,
      random: () => 0.5,
      ...(hasWebhooks && { areHinted: true }),
      ...(handlers && { handlers }),
      github: {
        clock: {
          ...inRealTime(this.clock),
          setTimeout: (run, ms) => afterTurns(run, Math.min(ms, this.requestTimeoutMs)),
        },
        sleep: noTime,
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
      },
    };
  }

  /** Each status against the one that it replaces. One of a policy that went meanwhile is refused, and replaces nothing. */
  #checkWrites({ home }: Running): void {
    const write = home.writeStatus.bind(home);
    const state = new StateFolder(this.state);
    home.writeStatus = async (of, status, signal) => {
      const before = await state.read(of.key, signal).catch(() => undefined);
      const generation = home.list().find(({ key }) => keyString(key) === keyString(of.key))?.generation;
      const faults =
        generation === undefined ? [] : kstatusFaults({ metadata: { generation }, status }, before?.status);
      const isTaken = await write(of, status, signal);
      if (isTaken) this.faults.push(...faults.map((fault) => `${keyString(of.key)}: ${fault}`));
      return isTaken;
    };
  }

  #sink(): Writable {
    const { lines } = this;
    return new Writable({
      write(chunk: Buffer, _encoding, done): void {
        for (const text of chunk.toString().split('\n').filter(Boolean)) lines.push(JSON.parse(text) as Line);
        done();
      },
    });
  }
}

/** Waits of the client (a retry, the gap between writes) take no time, and move no clock. */
async function noTime(_ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
