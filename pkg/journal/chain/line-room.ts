/**
 * Room for lines that are about to be written, a line end after each. Each line stands in memory once, where it is written from: those of
 * the first pass over 100,000 repositories take 25 MB.
 */

const FIRST_BYTES = 65_536;
const MOST_BYTES = 1_048_576;

export class LineRoom {
  readonly #full: Buffer[] = [];
  #open = Buffer.alloc(0);
  #used = 0;
  #nextBytes = FIRST_BYTES;

  /** The bytes of the line, without its end. */
  add(text: string): Buffer {
    const length = Buffer.byteLength(text);
    if (this.#used + length + 1 > this.#open.length) this.#grow(length + 1);
    const start = this.#used;
    this.#open.write(text, start);
    this.#open[start + length] = LINE_FEED;
    this.#used = start + length + 1;
    return this.#open.subarray(start, start + length);
  }

  /** All lines with their ends, in order. */
  get parts(): Buffer[] {
    return [...this.#full, ...this.#filled];
  }

  get #filled(): Buffer[] {
    return this.#used === 0 ? [] : [this.#open.subarray(0, this.#used)];
  }

  #grow(least: number): void {
    this.#full.push(...this.#filled);
    this.#open = Buffer.allocUnsafeSlow(Math.max(least, this.#nextBytes));
    this.#used = 0;
    this.#nextBytes = Math.min(2 * this.#nextBytes, MOST_BYTES);
  }
}

const LINE_FEED = 0x0a;
