/**
 * When a pass keeps what it has learned while it goes on: now and then, and at once where it saw something that ended an exit clock. A
 * process that is killed must not have to read and judge all of it again, and must not forget who was in production.
 */
import { unlessAborted } from '../../base/index.js';

/**
 * How often what was learned is kept meanwhile. All of it is written each time, some 50 ms of work for 10,000 repositories, so
 * that the share that is new must grow with it: what is lost with a process is a second of judging, or this share of all.
 */
const KEEP_EVERY_MS = 1_000;
const KEEP_SHARE = 0.05;

export interface KeptMeanwhileOptions {
  /** Unix ms. */
  now: () => number;
  /** How many repositories the pass has learned about so far, and of how many of them something that is not kept yet. */
  size: () => number;
  news: () => number;
  /** Writes all that was learned so far. May reject: what is merely known may be forgotten. */
  save: (signal: AbortSignal) => Promise<void>;
}

export class KeptMeanwhile {
  readonly #options: KeptMeanwhileOptions;
  /** The write that is under way. */
  #saving: Promise<void> | undefined;
  #savedMs: number;
  #savedNews = 0;
  /** How many sights ended an exit clock, and how many of these are kept, or could not be. */
  #sights = 0;
  #keptSights = 0;

  constructor(options: KeptMeanwhileOptions) {
    this.#options = options;
    this.#savedMs = options.now();
  }

  /** The pass saw something that ended an exit clock. */
  noteSight(): void {
    this.#sights += 1;
  }

  /** Begins a write where one is due, and returns at once. Never throws. */
  keep(signal: AbortSignal): void {
    const [now, news, sights] = [this.#options.now(), this.#options.news(), this.#sights];
    const isSoon = now - this.#savedMs < KEEP_EVERY_MS;
    // What is known by memory is kept already: a pass that reads no file writes nothing until its end.
    const isLittle = news === this.#savedNews || news - this.#savedNews < KEEP_SHARE * this.#options.size();
    if (this.#saving !== undefined || ((isSoon || isLittle) && sights === this.#keptSights)) return;
    this.#savedMs = now;
    this.#savedNews = news;
    this.#saving = this.#options
      .save(signal)
      .catch(() => undefined)
      .finally(() => {
        this.#saving = undefined;
        this.#keptSights = Math.max(this.#keptSights, sights);
        // A sight that came during the write is not in it, and nothing else may be read for long.
        if (this.#keptSights < this.#sights) this.keep(signal);
      });
  }

  /** Resolves once every sight so far is kept. Without one nothing is written. Rejects where the signal aborts. */
  async keepSights(signal: AbortSignal): Promise<void> {
    while (this.#keptSights < this.#sights) {
      this.keep(signal);
      await unlessAborted(this.#saving ?? Promise.resolve(), signal);
    }
  }

  /** Before the last write of the pass, which has all sights: two that write one file at once might end with the older of the two. */
  async end(): Promise<void> {
    this.#keptSights = this.#sights;
    await this.#saving;
  }
}
