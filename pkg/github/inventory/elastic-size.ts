/**
 * The size of the next question to GitHub. GitHub ends work that takes longer than 10 s, and charges for it, so what
 * was too much is halved at once; it grows back slowly, because what was slow a moment ago often still is.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#timeouts
 */
export class ElasticSize {
  readonly #start: number;
  #now: number;

  constructor(start: number) {
    this.#start = Math.max(1, Math.trunc(start));
    this.#now = this.#start;
  }

  get now(): number {
    return this.#now;
  }

  /** An answer came: a quarter more, never beyond the start. From 1 to 50 in sixteen answers. */
  grow(): void {
    this.#now = Math.min(this.#start, this.#now + Math.max(1, Math.floor(this.#now / 4)));
  }

  /** A question of `size` was too much. Two that fail side by side halve once, not twice. */
  shrink(size: number): void {
    this.#now = Math.max(1, Math.min(this.#now, Math.floor(size / 2)));
  }
}
