/**
 * One process of the controller over a folder, put together as `plus1 controller` does, but for its servers and signals: lock, home,
 * queue, loop, reconciler, state, journal, approvals are the real ones.
 */
import { Writable } from 'node:stream';
import type { Timers } from '../../../pkg/base/index.js';
import { StateLock, type PolicyKey } from '../../../pkg/policies/index.js';
import { createLog, Metrics } from '../../../pkg/telemetry/index.js';
import type { WebhookReceiver } from '../../../pkg/server/index.js';
import type { DeliveryRequest } from '../../fakes/github/index.js';
import type { Fetch } from '../../../pkg/github/requester/transport.js';
import { assemble, type Assembly } from '../../../cmd/plus1/assemble.js';
import { openFolder } from '../../../cmd/plus1/folder-source.js';
import { JOURNAL_DEFAULTS } from '../../../cmd/plus1/journal-flags.js';
import { webhookReceiver } from '../../../cmd/plus1/webhook-parts.js';
import { ROOT } from '../disk/mounts.js';
import type { ProcessClock } from './life.js';
import { GITHUB } from './network.js';

/** Policies are watched; a look without a reason would only cost time. */
const POLL_MS = 6 * 3_600_000;
/** As usual in proportion; a beat every two seconds would be most of a run. */
const LOCK = { beatMs: 600_000, freshMs: 3_600_000, staleMs: 9_000_000 };

export interface ProcessOptions {
  /** The mount of its state and policies. */
  name: string;
  token: string;
  clock: ProcessClock;
  random: () => number;
  /** As with `--webhook-address`. */
  areHinted: boolean;
  fetch: Fetch;
  onLine: (text: string) => void;
  /** Called around each pass. */
  onPass: (phase: 'begins' | 'ends', id: string) => void;
}

export type Ended = { how: 'stopped' | 'failed'; error?: Error };

export class Process {
  readonly name: string;
  readonly metrics = new Metrics({ version: 'chaos', defaultMetrics: false });
  readonly ended: Promise<Ended>;
  readonly #options: ProcessOptions;
  readonly #stop = new AbortController();
  #assembly: (Assembly & { keys: () => PolicyKey[]; receiver: WebhookReceiver }) | undefined;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#options = options;
    this.ended = this.#run().then(
      () => ({ how: 'stopped' }),
      (error: unknown) => ({ how: 'failed', error: error as Error }),
    );
  }

  /** As SIGTERM does. */
  stop(): void {
    this.#stop.abort();
  }

  /** As SIGHUP does. */
  lookNow(): void {
    for (const key of this.#assembly?.keys() ?? []) this.#assembly?.demand(key);
  }

  /** A delivery arrives whose signature is right: what checks that is a server, and has tests of its own. */
  receive({ headers, body }: DeliveryRequest): void {
    const delivery = { event: headers['x-github-event'], id: headers['x-github-delivery'], body: Buffer.from(body) };
    this.#assembly?.receiver.deliver(delivery);
  }

  receiveForgery(): void {
    this.#assembly?.receiver.refused('rejected', { event: 'push', source: '203.0.113.9' });
  }

  /** Nothing is in work or in line. */
  get isIdle(): boolean {
    return this.#assembly !== undefined && this.#assembly.controller.pending === 0;
  }

  get hasStarted(): boolean {
    return this.#assembly !== undefined;
  }

  async #run(): Promise<void> {
    const { name, clock } = this.#options;
    const { signal } = this.#stop;
    const state = `${ROOT}/${name}/state`;
    let lost: Error | undefined;
    const onLost = (error: Error): void => {
      lost = error;
      this.#stop.abort();
    };
    const lock = await StateLock.take(state, { signal, clock, onLost, ...LOCK });
    try {
      const { assembly, watch } = this.#assemble(state, () => lock.requireHeld());
      this.#assembly = assembly;
      await Promise.all([watch(signal), assembly.controller.run(signal)]);
    } finally {
      this.#assembly = undefined;
      await lock.release();
    }
    if (lost !== undefined) throw lost;
  }

  #assemble(
    state: string,
    beforeWrite: () => void,
  ): {
    assembly: Assembly & { keys: () => PolicyKey[]; receiver: WebhookReceiver };
    watch: (signal: AbortSignal) => Promise<void>;
  } {
    const { name, token, clock, random, fetch, onLine, onPass, areHinted } = this.#options;
    const { metrics } = this;
    const timers: Timers = clock;
    const log = createLog({ level: 'info', stream: sink(onLine), clock: () => clock.now() });
    const environment = { token, apiURL: GITHUB, proxy: {}, stateHome: '' };
    const { home, ...place } = openFolder({
      ...{ policies: `${ROOT}/${name}/policies`, state, environment, log, beforeWrite, clock: timers },
      allowedHosts: [new URL(GITHUB).host],
      pollMs: POLL_MS,
      journal: {
        flags: JOURNAL_DEFAULTS,
        cwd: state,
        metrics: (key, organization) => metrics.policy(key, organization),
      },
    });
    const assembly = assemble(
      { home, ...place },
      {
        options: { concurrent: 1, minInterval: 0 },
        ...{ environment, log, metrics, random, clock: timers, stop: this.#stop.signal, areHinted },
        github: { fetch },
      },
    );
    const receiver = webhookReceiver({
      ...{ source: { home, ...place }, assembly, metrics, clock: timers, log },
      leads: () => true,
    });
    const { reconciler, look } = assembly;
    const reconcile = reconciler.reconcile.bind(reconciler);
    reconciler.reconcile = async (key, context) => {
      onPass('begins', context.reconcileID);
      return reconcile(key, context).finally(() => onPass('ends', context.reconcileID));
    };
    return {
      assembly: { ...assembly, receiver, keys: () => home.list().map(({ key }) => key) },
      watch: (signal) => home.watch(look, signal),
    };
  }
}

function sink(onLine: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done): void {
      onLine(chunk.toString());
      done();
    },
  });
}
