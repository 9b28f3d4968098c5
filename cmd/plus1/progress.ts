/** Progress on standard error: one line that is written over on a terminal, now and then a plain line elsewhere. */
import type { Progress } from '../../pkg/reconciler/index.js';
import { grouped, printable } from '../../pkg/text/index.js';
import type { CommandIO } from './io.js';

/** In a CI log a line a page would drown the result. */
const PLAIN_EVERY_MS = 5_000;
/** A terminal redraws no faster than an eye reads. */
const REDRAW_EVERY_MS = 100;

export class ProgressLine {
  readonly #io: CommandIO;
  #rateLeft: number | undefined;
  #shown = false;
  #lastMs: number;

  constructor(io: CommandIO) {
    this.#io = io;
    this.#lastMs = io.monotonic();
  }

  /** What is left of the hour's budget, as GitHub last said. */
  rateLeft(remaining: number): void {
    this.#rateLeft = remaining;
  }

  update({ listed, total, read }: Progress): void {
    const now = this.#io.monotonic();
    const terminal = this.#io.stderr.isTTY === true;
    if (now - this.#lastMs < (terminal ? REDRAW_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.#lastMs = now;
    const rate = this.#rateLeft === undefined ? '' : `, rate left ${grouped(this.#rateLeft)}`;
    const text = `${listed} of ${total} repositories listed, ${read} read${rate}`;
    this.#io.stderr.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`);
    this.#shown ||= terminal;
  }

  /** A line of its own, above the progress. */
  say(text: string): void {
    this.clear();
    this.#io.stderr.write(`${printable(text)}\n`);
  }

  /** Takes the progress off the terminal; the result stands alone. */
  clear(): void {
    if (this.#shown) this.#io.stderr.write('\r\u001b[2K');
    this.#shown = false;
  }
}
