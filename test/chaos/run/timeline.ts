/** The true time of a run: what is due happens in order, and between two of it everything that it set going comes to rest. */
export interface Due {
  cancel(): void;
}

interface Pending {
  dueMs: number;
  order: number;
  run: () => void;
}

export class Timeline {
  /** Unix ms at the start. */
  readonly startMs: number;
  #elapsedMs = 0;
  #made = 0;
  /** Sorted, the next one last. */
  readonly #pending: Pending[] = [];

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  /** Since the start. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Unix ms. */
  readonly now = (): number => this.startMs + this.#elapsedMs;

  after(ms: number, run: () => void): Due {
    const pending = { dueMs: this.#elapsedMs + Math.max(0, ms), order: (this.#made += 1), run };
    let at = this.#pending.length;
    for (; at > 0; at -= 1) if ((this.#pending[at - 1] as Pending).dueMs > pending.dueMs) break;
    this.#pending.splice(at, 0, pending);
    return {
      cancel: () => {
        const place = this.#pending.indexOf(pending);
        if (place >= 0) this.#pending.splice(place, 1);
      },
    };
  }

  /** Lets time pass until then, or until `isOver` says so. */
  async until(elapsedMs: number, rest: () => Promise<void>, isOver: () => boolean = () => false): Promise<void> {
    await rest();
    while (!isOver()) {
      const next = this.#pending.at(-1);
      if (next === undefined || next.dueMs > elapsedMs) {
        this.#elapsedMs = Math.max(this.#elapsedMs, elapsedMs);
        return;
      }
      this.#pending.pop();
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.run();
      await rest();
    }
  }
}
