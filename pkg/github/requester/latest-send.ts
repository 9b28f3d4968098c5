/**
 * What a write must still meet when it leaves. What it rests on was read a moment ago, and what is kept of it is the time of its intent:
 * one that waited for longer than its owner reckons with (for a token, a process that was stopped) would undo what others did
 * meanwhile, or be taken for too old to be applied while it has just been sent.
 */
import { Plus1Error } from '../../errors/index.js';
import type { PassTime } from './pass-time.js';

/** A write that was not sent, since it was too late for it: what it rests on must be read again. */
export class TooLate extends Plus1Error {
  constructor() {
    super('PLUS1_TIMEOUT', 'too long a time passed between the read before the write and the write');
  }
}

export interface SendTerms {
  /** It leaves until then, by the time of the pass, or not at all. */
  untilMs: number;
  /** Throws where it may not leave any more. */
  assertMaySend?: (() => void | Promise<void>) | undefined;
  /** Told of each request that GitHub may have got. */
  left?: (() => void) | undefined;
}

const NO_TERMS: SendTerms = { untilMs: Number.POSITIVE_INFINITY };

export class LatestSend {
  readonly #time: Pick<PassTime, 'now'>;
  #terms = NO_TERMS;

  constructor(time: Pick<PassTime, 'now'>) {
    this.#time = time;
  }

  /** Unix ms, by the time of the pass. */
  get nowMs(): number {
    return this.#time.now();
  }

  /** Writes of `work` leave on those terms. */
  async during<T>(terms: SendTerms, work: () => Promise<T>): Promise<T> {
    this.#terms = terms;
    try {
      return await work();
    } finally {
      this.#terms = NO_TERMS;
    }
  }

  /** Throws where a write may not leave. GitHub has not seen it then. */
  async require(): Promise<void> {
    await this.#terms.assertMaySend?.();
    // Last of all, since to ask may have taken its time too.
    if (this.#time.now() > this.#terms.untilMs) throw new TooLate();
  }

  /** Told that a write left, and may be at GitHub. */
  left(): void {
    this.#terms.left?.();
  }
}
