/**
 * Items of a long list until they are written: as compressed lines of the file that they are for, since as values they take twenty times
 * the memory. The caller must not keep an item that it has added, or nothing is saved.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A line as long as this is closed. Longer texts are no young objects of V8, which go first. */
const LINE_CHARS = 65_536;
/** In which most lines are one piece when they are unpacked. */
const CHUNK_BYTES = 131_072;

export class PackedItems {
  readonly #lines: Uint8Array[] = [];
  #open: string[] = [];
  #openChars = 0;
  #count = 0;
  #bytes = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** What they come to as text. */
  get bytes(): number {
    return this.#bytes + this.#openChars;
  }

  /** Takes one in. It must be JSON. */
  add(item: object): void {
    const text = JSON.stringify(item);
    this.#open.push(text);
    this.#openChars += text.length + 1;
    this.#count += 1;
    if (this.#openChars >= LINE_CHARS) this.#close();
  }

  #close(): void {
    const line = Buffer.from(`\n[${this.#open.join(',')}]`);
    // A copy: what zlib returns is a part of a buffer of 16 kB, and holds all of it.
    this.#lines.push(new Uint8Array(deflateRawSync(line)));
    this.#bytes += line.length;
    this.#open = [];
    this.#openChars = 0;
  }

  /** Lists of them as JSON, in the order in which they came, each behind a line feed. */
  *lines(): Generator<Uint8Array> {
    if (this.#open.length > 0) this.#close();
    for (const line of this.#lines) yield inflateRawSync(line, { chunkSize: CHUNK_BYTES });
  }
}
