/** Records that belong together, put together: what a reader works with. */
import { isReference, type Reference } from './fields.js';
import type { JournalRecord } from './record.js';
import { joinParts } from './split.js';

/** One entry as it was handed to the journal, whatever number of lines it took: `seq` is that of the first. No `part`. */
export type WholeRecord = JournalRecord & {
  /** `seq` of its last line. */
  lastSeq: number;
};

/** What of a part is kept until the last one is there. */
export type Needed = (part: JournalRecord) => JournalRecord;

/** Takes records in order. A group that lacks a part counts as never written. */
export class Groups {
  #open: JournalRecord[] = [];
  readonly #needed: Needed;

  /** `needed`: of the parts of a record, for those who do not need all of it. Without it, the whole. */
  constructor(needed: Needed = (part) => part) {
    this.#needed = needed;
  }

  /** The whole record that ends with this one, if it does. */
  push(record: JournalRecord): WholeRecord | undefined {
    const { part } = record;
    if (part === undefined) {
      this.#open = [];
      return { ...record, lastSeq: record.seq };
    }
    if (!this.#continues(record)) this.#open = [];
    const [k, n] = part;
    if (k !== this.#open.length + 1) return undefined;
    this.#open.push(this.#needed(record));
    const [first] = this.#open;
    if (k < n || first === undefined) return undefined;
    const whole = { ...first };
    delete whole.part;
    const data = joinParts(this.#open.map((each) => each.data));
    this.#open = [];
    return { ...whole, data, lastSeq: record.seq };
  }

  #continues({ kind, pass, part, seq }: JournalRecord): boolean {
    const last = this.#open.at(-1);
    return (
      last !== undefined &&
      last.kind === kind &&
      last.pass === pass &&
      last.seq + 1 === seq &&
      last.part?.[1] === part?.[1]
    );
  }
}

/** What the data of a record keeps in attachments. */
export function referencesIn(data: Record<string, unknown>): Reference[] {
  return Object.values(data)
    .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isReference);
}
