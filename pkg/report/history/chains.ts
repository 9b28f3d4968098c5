/** Which records of which chains a period has, and when a writer led whose chain is not there. */
import { isRecordOf, type WholeRecord } from '../../journal/index.js';
import type { Period } from './period.js';
import type { Span } from './summaries.js';

export interface ChainRange {
  chain: string;
  first: number;
  last: number;
}

export class Chains {
  readonly #period: Period;
  readonly #ranges = new Map<string, ChainRange>();
  readonly #known = new Set<string>();
  readonly #others: (Span & { chain: string })[] = [];
  readonly #dates = new Set<string>();
  #last: WholeRecord | undefined;
  #lastTime = '';
  #begins: string | undefined;

  constructor(period: Period) {
    this.#period = period;
  }

  /** In the order of their first records in the period. */
  get ranges(): ChainRange[] {
    return [...this.#ranges.values()];
  }

  /** The last record of the period. */
  get last(): WholeRecord | undefined {
    return this.#last;
  }

  /** When the first record that was read was written, and the last one. */
  get begins(): string {
    return this.#begins ?? '';
  }

  get ends(): string {
    return this.#lastTime;
  }

  /** Days that have a record, of all that were read. */
  get dates(): ReadonlySet<string> {
    return this.#dates;
  }

  /** Times in which others led whose chain was not read. */
  get others(): (Span & { chain: string })[] {
    return this.#others.filter(({ chain }) => !this.#known.has(chain));
  }

  take(record: WholeRecord): void {
    const { chain, time, seq, lastSeq } = record;
    const { since, until } = this.#period;
    if (isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record)) {
      const { after } = record.data;
      if (after !== null && after.chain !== chain)
        this.#others.push({ chain: after.chain, since: this.#lastTime || since, until: time });
    }
    this.#known.add(chain);
    this.#begins ??= time;
    this.#dates.add(time.slice(0, 10));
    if (time > this.#lastTime) this.#lastTime = time;
    if (time < since || time >= until) return;
    const range = this.#ranges.get(chain);
    if (range === undefined) this.#ranges.set(chain, { chain, first: seq, last: lastSeq });
    else range.last = lastSeq;
    this.#last = record;
  }
}
