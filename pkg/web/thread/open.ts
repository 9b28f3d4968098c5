/**
 * Opens the page in a thread of its own, from the thread of the passes. However many read, and however slowly, the passes keep their
 * processor: what the page costs them is the copy of a policy that changed, when somebody reads. A page that breaks or takes too much
 * memory ends alone, and is opened again.
 */
import { Worker } from 'node:worker_threads';
import { faultText, startTimer, type Log, type Timer, type Timers } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { PolicyRecord } from '../../policies/index.js';
import type { OpenServer } from '../../server/index.js';
import type { Following } from '../source.js';
import { Told } from './difference.js';
import type { FromThread, ThreadData, ToThread } from './messages.js';

export interface WebThreadOptions {
  /** The built file that calls `serveInThread`. */
  script: URL;
  /** Can be copied; what the script needs beside `ThreadData` as well. */
  data: ThreadData;
  policies: () => readonly PolicyRecord[];
  /** Undefined where this process leads, or nobody has to. */
  following: () => Following | undefined;
  log: Log;
  clock: Timers;
}

/** Of the thread alone. The 32 policies whose state it keeps take 170 of it at 10,000 repositories each. */
const MEMORY = { maxOldGenerationSizeMb: 256 };
/** Its server gives up on requests under way after five seconds. */
const CLOSE_MS = 6_000;
/** Until a page that ended is opened again: doubled each time, and as at first once it stood for so long. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 60_000;

/** Throws PLUS1_USAGE where the address cannot be had. */
export async function openWebThread(options: WebThreadOptions): Promise<OpenServer> {
  const thread = new WebThread(options);
  const address = await thread.open(options.data.address);
  return { address, close: (signal) => thread.close(signal) };
}

class WebThread {
  readonly #options: WebThreadOptions;
  #worker: Worker | undefined;
  #again: Timer | undefined;
  #waitMs = FIRST_WAIT_MS;
  #isClosing = false;

  constructor(options: WebThreadOptions) {
    this.#options = options;
  }

  /** Where it listens. */
  open(address: string): Promise<string> {
    const { script, data, clock } = this.#options;
    // No secret of the environment is of any use to the page.
    const worker = new Worker(script, { workerData: { ...data, address }, env: {}, resourceLimits: MEMORY });
    this.#worker = worker;
    const told = new Told();
    return new Promise((resolve, reject) => {
      let bound: { address: string; sinceMs: number } | undefined;
      let fault: unknown = new Error('it ended by itself');
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'listening') {
          bound = { address: message.address, sinceMs: clock.monotonic() };
          resolve(message.address);
        } else if (message.kind === 'refused') {
          fault = new Plus1Error('PLUS1_USAGE', message.message, { fix: message.fix });
          void worker.terminate();
        } else this.#heed(worker, told, message);
      });
      worker.on('error', (error) => {
        fault = error;
      });
      worker.on('exit', () => {
        this.#worker = undefined;
        reject(fault instanceof Error ? fault : new Error(faultText(fault)));
        if (bound !== undefined) this.#openAgain(bound, fault);
      });
    });
  }

  #heed(worker: Worker, told: Told, message: Exclude<FromThread, { kind: 'listening' | 'refused' }>): void {
    const { policies, following, log } = this.#options;
    if (message.kind === 'log') log[message.level](message.msg, message.fields);
    else if (message.kind === 'closed') void worker.terminate();
    else {
      const difference = told.update(policies());
      const answer: ToThread = { kind: 'policies', ...(difference && { difference }), following: following() };
      worker.postMessage(answer);
    }
  }

  /** At the same address, also where any port would have done: people have it in a tab. */
  #openAgain({ address, sinceMs }: { address: string; sinceMs: number }, fault: unknown): void {
    if (this.#isClosing) return;
    const { log, clock } = this.#options;
    if (clock.monotonic() - sinceMs >= LAST_WAIT_MS) this.#waitMs = FIRST_WAIT_MS;
    const waitMs = this.#waitMs;
    log.error('Web page ended', { server: 'web', error: faultText(fault), retryInMs: waitMs });
    this.#waitMs = Math.min(2 * waitMs, LAST_WAIT_MS);
    this.#again = startTimer(
      clock,
      () => void this.open(address).catch((error: unknown) => this.#openAgain({ address, sinceMs: Infinity }, error)),
      waitMs,
    );
  }

  /** Requests under way may end, within a bound; at once when `signal` aborts. */
  async close(signal?: AbortSignal): Promise<void> {
    this.#isClosing = true;
    this.#again?.cancel();
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const cut = (): void => void worker.terminate();
    const timer = startTimer(this.#options.clock, cut, CLOSE_MS);
    signal?.addEventListener('abort', cut, { once: true });
    if (signal?.aborted === true) cut();
    worker.postMessage({ kind: 'close' } satisfies ToThread);
    try {
      await ended;
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', cut);
    }
  }
}
