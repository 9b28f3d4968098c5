/**
 * Sends events, in the background and in order: nobody waits for one, and no pass fails for one. Hazard: an event may be
 * lost (a full queue, an API server that is away for long, a kill); whatever must not be lost belongs in the status.
 */
import { boundSignal, ignoreAbort, LRU, sha256, sleep, type Log, type Timers } from '../base/index.js';
import { APIError, hasStatus, isPassing } from './api-error.js';
import type { Connection } from './connection.js';
import { EventCorrelator, type Correlated, type ObjectEvent, type Regarding } from './event-correlator.js';
import { microTime } from './micro-time.js';

export interface EventSink {
  record(regarding: Regarding, event: ObjectEvent): void;
}

export interface EventRecorderOptions {
  connection: Pick<Connection, 'call'>;
  clock: Timers;
  log: Log;
  /** Who reports, such as `example.com/controller`, and which of its processes. */
  reportingController: string;
  reportingInstance: string;
}

interface Waiting {
  regarding: Regarding;
  event: ObjectEvent;
  atMs: number;
}

interface Series {
  path: string;
  count: number;
}

/** Some minutes of an outage, for hundreds of objects. */
const MAX_WAITING = 1_000;
const MAX_SERIES = 4_096;
const ATTEMPTS = 12;
const RETRY_MS = 10_000;
/** What is still to be said when the process stops. */
const FLUSH_MS = 2_000;
/** A name may have 253 characters. */
const MAX_NAME_CHARACTERS = 220;
const MERGE_PATCH = 'application/merge-patch+json';

export class EventRecorder implements EventSink {
  readonly #options: EventRecorderOptions;
  readonly #correlator: EventCorrelator;
  readonly #series = new LRU<Series>(MAX_SERIES);
  readonly #waiting: Waiting[] = [];
  #wake: () => void = () => undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#correlator = new EventCorrelator(() => options.clock.monotonic());
  }

  record(regarding: Regarding, event: ObjectEvent): void {
    if (this.#waiting.length >= MAX_WAITING) return void this.#drop('too many wait', event);
    this.#waiting.push({ regarding, event, atMs: this.#options.clock.now() });
    this.#wake();
  }

  /** Sends until the signal aborts, and then what is left, for a moment. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = this.#waiting.shift();
      if (next === undefined) await this.#more(signal);
      // Cut off by the stop: sent again, after those that were not begun. Under its name it is the same event.
      else if (!(await this.#deliver(next, signal))) this.#waiting.push(next);
    }
    const flush = boundSignal(this.#options.clock, FLUSH_MS);
    for (const next of this.#waiting.splice(0)) {
      const isTold = !flush.signal.aborted && (await this.#deliver(next, flush.signal));
      if (!isTold) this.#drop('the process stops', next.event);
    }
    flush.release();
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        this.#wake = () => undefined;
        resolve();
      };
      this.#wake = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }

  /** False where the signal cut it off. */
  async #deliver({ regarding, event, atMs }: Waiting, signal: AbortSignal): Promise<boolean> {
    const correlated = this.#correlator.correlate(regarding, event);
    if (correlated === undefined) return this.#drop('the object has too many', event);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#send(regarding, correlated, atMs, signal);
        return true;
      } catch (thrown) {
        if (signal.aborted) return false;
        const isRefusal = hasStatus(thrown, 403);
        if (attempt === ATTEMPTS || !(isRefusal || isPassing(thrown)) || (isRefusal && attempt > 3))
          return this.#drop(describe(thrown), event);
        await sleep(this.#options.clock, RETRY_MS, signal).catch(ignoreAbort(signal));
      }
    }
  }

  /** Counts up what was told before; an event that the server has forgotten since is told again. */
  async #send(regarding: Regarding, event: Correlated, atMs: number, signal: AbortSignal): Promise<void> {
    const known = this.#series.get(event.key);
    if (known !== undefined) {
      try {
        return await this.#countUp(known, atMs, signal);
      } catch (thrown) {
        if (!hasStatus(thrown, 404)) throw thrown;
        this.#series.delete(event.key);
      }
    }
    await this.#create(regarding, event, atMs, signal);
  }

  async #countUp(series: Series, atMs: number, signal: AbortSignal): Promise<void> {
    const { connection } = this.#options;
    const count = series.count + 1;
    const body = { series: { count, lastObservedTime: microTime(atMs) } };
    await connection.call({ method: 'PATCH', path: series.path, body, contentType: MERGE_PATCH }, signal);
    series.count = count;
  }

  async #create(regarding: Regarding, event: Correlated, atMs: number, signal: AbortSignal): Promise<void> {
    const { connection, reportingController, reportingInstance } = this.#options;
    const { apiVersion, kind, namespace, name, uid } = regarding;
    const { key, type, reason, action, note } = event;
    const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
    // The moment and the process are part of it: after a restart the same event is another one, whose count is not known.
    const id = digest(`${key} ${atMs} ${reportingInstance}`);
    const own = `${name.slice(0, MAX_NAME_CHARACTERS).replace(/[.-]+$/, '')}-${id}`;
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: own, namespace },
      eventTime: microTime(atMs),
      reportingController,
      reportingInstance: reportingInstance.slice(0, 128),
      regarding: { apiVersion, kind, namespace, name, uid },
      ...{ type, reason, action, note },
    };
    try {
      await connection.call({ method: 'POST', path, body }, signal);
    } catch (thrown) {
      // An earlier attempt of which no answer came.
      if (!hasStatus(thrown, 409)) throw thrown;
    }
    this.#series.set(key, { path: `${path}/${encodeURIComponent(own)}`, count: 1 });
  }

  #drop(why: string, { reason }: ObjectEvent): true {
    this.#options.log.warn('Event not sent', { reason, error: why });
    return true;
  }
}

function digest(text: string): string {
  return sha256(text).slice(0, 16);
}

function describe(thrown: unknown): string {
  if (thrown instanceof APIError) return `${thrown.message}: ${thrown.detail}`;
  return thrown instanceof Error ? thrown.message : 'unknown fault';
}
