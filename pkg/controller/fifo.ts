/**
 * A line of keys, first come first served, in constant time: `Array.shift` moves the whole rest of a long array.
 * Hazard: it does not look for repeats; the queue's dirty set does.
 */

/** Served places are cut off once there are this many and they are the larger half: rare, and memory stays bounded. */
const CUT_AT = 1_024;

export class Fifo<T> {
  #items: T[] = [];
  #served = 0;

  get length(): number {
    return this.#items.length - this.#served;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#served];
    this.#served += 1;
    if (this.length === 0) this.#reset([]);
    else if (this.#served >= CUT_AT && this.#served * 2 > this.#items.length)
      this.#reset(this.#items.slice(this.#served));
    return item;
  }

  /** Takes one item out of the line. Linear: for the rare case only. */
  remove(item: T): boolean {
    const at = this.#items.indexOf(item, this.#served);
    if (at < 0) return false;
    this.#items.splice(at, 1);
    return true;
  }

  #reset(items: T[]): void {
    this.#items = items;
    this.#served = 0;
  }
}
