/**
 * Keys that want to be looked at. A key is at most once in line and at most once in work: any number of adds become one
 * run, and an add during a run means one more run after it. Hazard: code that gets a key must call `done`, whatever
 * happened, or that key never runs again.
 *
 * The rules are those of https://pkg.go.dev/k8s.io/client-go/util/workqueue, with one difference: a key has one next
 * time, the earliest that anyone asked for, so that an `add` also ends a wait.
 */
import { startTimer, type Timer, type Timers } from '../base/index.js';
import { DelayHeap } from './delay-heap.js';
import { Fifo } from './fifo.js';
import { nopQueueMetrics, type QueueMetrics, type UnfinishedWork } from './metrics.js';

export interface WorkQueueOptions {
  clock: Timers;
  /** Default: counts nothing. */
  metrics?: QueueMetrics;
}

type Taker = (key: string | undefined) => void;

export class WorkQueue {
  readonly #clock: Timers;
  readonly #metrics: QueueMetrics;
  /** To run now, with the time of the first add. A key in work can be dirty too; it is in line only once that work ends. */
  readonly #dirty = new Map<string, number>();
  /** In work, with the time of its start. */
  readonly #processing = new Map<string, number>();
  readonly #line = new Fifo<string>();
  readonly #delayed = new DelayHeap();
  readonly #takers = new Fifo<Taker>();
  #timer: { due: number; timer: Timer } | undefined;
  #isShutDown = false;

  constructor({ clock, metrics = nopQueueMetrics }: WorkQueueOptions) {
    this.#clock = clock;
    this.#metrics = metrics;
    metrics.watchUnfinished(() => this.#unfinished());
  }

  /** Keys in line. */
  get length(): number {
    return this.#line.length;
  }

  /** Keys in work. */
  get processing(): number {
    return this.#processing.size;
  }

  /** Keys whose time has not come. */
  waiting(): number {
    return this.#delayed.size;
  }

  /** Lets the key run as soon as its turn comes; a wait of it ends. */
  add(key: string): void {
    if (this.#isShutDown || this.#dirty.has(key)) return;
    this.#dequeueDelayed(key);
    this.#dirty.set(key, this.#clock.monotonic());
    this.#metrics.add();
    this.#metrics.depth(this.#dirty.size);
    if (!this.#processing.has(key)) this.#enqueue(key);
  }

  /** Adds the key after `ms`. A key that waits keeps the earlier time, and one that is to run now runs now. */
  addAfter(key: string, ms: number): void {
    // A NaN compares false with everything: it would break the order of all other keys.
    if (Number.isNaN(ms)) throw new RangeError('cannot delay a key: not a number');
    if (this.#isShutDown) return;
    this.#metrics.retry();
    if (ms <= 0) return this.add(key);
    if (this.#dirty.has(key)) return;
    this.#delayed.add(key, this.#clock.monotonic() + ms);
    this.#rearm();
  }

  /** The next key, as soon as there is one; undefined once the queue is shut down and empty. */
  get(): Promise<string | undefined> {
    if (this.#line.length > 0 || this.#isShutDown) return Promise.resolve(this.#take());
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Ends the work on a key; if it was added meanwhile, it gets in line again. */
  done(key: string): void {
    const start = this.#processing.get(key);
    if (start === undefined) return;
    this.#processing.delete(key);
    this.#metrics.workDuration((this.#clock.monotonic() - start) / 1_000);
    if (this.#dirty.has(key)) this.#enqueue(key);
  }

  /** Takes the key out of line and ends its wait; work on it goes on, and is not repeated. */
  remove(key: string): void {
    this.#dequeueDelayed(key);
    if (!this.#dirty.delete(key)) return;
    this.#line.remove(key);
    this.#metrics.depth(this.#dirty.size);
  }

  /** No more adds, and waits end unheard; what is in line can still be had. */
  shutDown(): void {
    this.#isShutDown = true;
    this.#delayed.clear();
    this.#rearm();
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift()) taker(undefined);
  }

  #enqueue(key: string): void {
    this.#line.push(key);
    // The worker that waits was here first: the line was empty, so the key is theirs.
    const taker = this.#takers.shift();
    if (taker !== undefined) taker(this.#take());
  }

  #take(): string | undefined {
    const key = this.#line.shift();
    if (key === undefined) return undefined;
    const now = this.#clock.monotonic();
    this.#metrics.queueDuration((now - (this.#dirty.get(key) ?? now)) / 1_000);
    this.#dirty.delete(key);
    this.#processing.set(key, now);
    this.#metrics.depth(this.#dirty.size);
    return key;
  }

  #dequeueDelayed(key: string): void {
    if (this.#delayed.remove(key)) this.#rearm();
  }

  /** One timer for all waits, for the soonest: a timer a key would cost memory and say nothing more. */
  #rearm(): void {
    const due = this.#delayed.firstDue;
    if (due === this.#timer?.due) return;
    this.#timer?.timer.cancel();
    this.#timer =
      due === undefined
        ? undefined
        : { due, timer: startTimer(this.#clock, () => this.#release(), due - this.#clock.monotonic()) };
  }

  #release(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (let key = this.#delayed.takeDue(now); key !== undefined; key = this.#delayed.takeDue(now)) this.add(key);
    this.#rearm();
  }

  #unfinished(): UnfinishedWork {
    const now = this.#clock.monotonic();
    const seconds = [...this.#processing.values()].map((start) => (now - start) / 1_000);
    return { seconds: seconds.reduce((sum, each) => sum + each, 0), longestSeconds: Math.max(0, ...seconds) };
  }
}
