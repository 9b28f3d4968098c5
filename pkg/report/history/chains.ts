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
  readonly #read = new Map<string, ChainRange>();
  #isOver = false;
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

  /** All that the figures follow from, of every chain: the records before the end of the period, and what `use` was told of later ones. */
  get read(): ChainRange[] {
    return [...this.#read.values()];
  }

  /** A record of a later time from which a figure follows. */
  use(record: WholeRecord): void {
    extend(this.#read, record);
  }

  take(record: WholeRecord): void {
    const { chain, time } = record;
    const { since } = this.#period;
    if (isRecordOf('ChainStarted', record) || isRecordOf('SegmentStarted', record)) {
      const { after } = record.data;
      if (after !== null && after.chain !== chain)
        this.#others.push({ chain: after.chain, since: this.#lastTime || since, until: time });
    }
    this.#known.add(chain);
    this.#begins ??= time;
    this.#dates.add(time.slice(0, 10));
    if (time > this.#lastTime) this.#lastTime = time;
    this.#place(record);
  }

  #place(record: WholeRecord): void {
    const { since, until } = this.#period;
    // The first one after the period tells that somebody wrote on, and where another writer had led.
    if (record.time < until || !this.#isOver) this.use(record);
    this.#isOver ||= record.time >= until;
    if (record.time < since || record.time >= until) return;
    extend(this.#ranges, record);
    this.#last = record;
  }
}

function extend(ranges: Map<string, ChainRange>, { chain, seq, lastSeq }: WholeRecord): void {
  const range = ranges.get(chain);
  if (range === undefined) ranges.set(chain, { chain, first: seq, last: lastSeq });
  else range.last = Math.max(range.last, lastSeq);
}
