/** Random choices that a seed repeats. Each purpose has a stream of its own, so that an action that is left out moves no other. */
export class Random {
  #state: number;

  constructor(seed: number, purpose = '') {
    let state = (seed ^ 0x9e3779b9) >>> 0;
    for (const character of purpose) state = mixed(state ^ (character.codePointAt(0) ?? 0));
    this.#state = mixed(state);
  }

  /** In [0, 1). */
  readonly next = (): number => {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return mixed(this.#state) / 0x1_0000_0000;
  };

  /** From 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined && list.length === 0) throw new Error('there is nothing to pick from');
    return item as T;
  }

  /** By weight. */
  weighed<T>(list: readonly (readonly [number, T])[]): T {
    let at = this.next() * list.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of list) if ((at -= weight) < 0) return item;
    return (list.at(-1) as readonly [number, T])[1];
  }
}

/** https://github.com/skeeto/hash-prospector : neighbours do not stay neighbours. */
function mixed(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}
