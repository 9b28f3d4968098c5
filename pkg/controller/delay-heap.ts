/**
 * Keys that wait, the soonest first: a binary heap that knows the place of each key, so that a key can be moved up or
 * taken out without a search. Keys that are due together leave in the order in which they came.
 */

interface Place {
  key: string;
  due: number;
  order: number;
  index: number;
}

export class DelayHeap {
  readonly #places: Place[] = [];
  readonly #byKey = new Map<string, Place>();
  #arrivals = 0;

  get size(): number {
    return this.#places.length;
  }

  /** When the first key is due. */
  get firstDue(): number | undefined {
    return this.#places[0]?.due;
  }

  /** Lets the key wait until `due`; one that already waits keeps the earlier time. */
  add(key: string, due: number): void {
    const known = this.#byKey.get(key);
    if (known !== undefined && known.due <= due) return;
    if (known !== undefined) this.remove(key);
    const place = { key, due, order: (this.#arrivals += 1), index: this.#places.length };
    this.#places.push(place);
    this.#byKey.set(key, place);
    this.#up(place);
  }

  remove(key: string): boolean {
    const gone = this.#byKey.get(key);
    const last = this.#places.at(-1);
    if (gone === undefined || last === undefined) return false;
    this.#byKey.delete(key);
    this.#places.pop();
    if (last === gone) return true;
    this.#put(last, gone.index);
    this.#up(last);
    this.#down(last);
    return true;
  }

  /** Takes out the first key that is due at `now`. */
  takeDue(now: number): string | undefined {
    const first = this.#places[0];
    if (first === undefined || first.due > now) return undefined;
    this.remove(first.key);
    return first.key;
  }

  clear(): void {
    this.#places.length = 0;
    this.#byKey.clear();
  }

  #up(place: Place): void {
    for (;;) {
      const parent = place.index === 0 ? undefined : this.#places[(place.index - 1) >> 1];
      if (parent === undefined || !before(place, parent)) return;
      this.#swap(place, parent);
    }
  }

  #down(place: Place): void {
    for (;;) {
      const left = this.#places[place.index * 2 + 1];
      const right = this.#places[place.index * 2 + 2];
      const child = right !== undefined && left !== undefined && before(right, left) ? right : left;
      if (child === undefined || !before(child, place)) return;
      this.#swap(child, place);
    }
  }

  #swap(upper: Place, lower: Place): void {
    const { index } = upper;
    this.#put(upper, lower.index);
    this.#put(lower, index);
  }

  #put(place: Place, index: number): void {
    this.#places[index] = place;
    place.index = index;
  }
}

function before(a: Place, b: Place): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
