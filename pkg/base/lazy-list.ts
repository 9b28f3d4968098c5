/** A list whose items are made where somebody reads them, some at a time: what is written a part at a time need never be whole in memory. */
export interface Listed<T> extends Iterable<T> {
  readonly length: number;
  slice(start: number, end: number): T[];
}

export class LazyList<S, T> implements Listed<T> {
  readonly #from: readonly S[];
  readonly #make: (source: S) => T;

  constructor(from: readonly S[], make: (source: S) => T) {
    this.#from = from;
    this.#make = make;
  }

  get length(): number {
    return this.#from.length;
  }

  slice(start: number, end: number): T[] {
    return this.#from.slice(start, end).map((source) => this.#make(source));
  }

  *[Symbol.iterator](): Generator<T> {
    for (const source of this.#from) yield this.#make(source);
  }

  /** For `JSON.stringify`, which makes all of them. */
  toJSON(): T[] {
    return [...this];
  }
}
