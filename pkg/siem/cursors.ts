/** How far a sink has come in each chain: one file a sink, moved after the answer, so that a crash repeats records and loses none. */
import { join } from 'node:path';
import * as v from 'valibot';
import { isMissing, keepFile, readBoundedText } from '../base/index.js';
import { jsonOf } from './json.js';

export interface Cursor {
  /** `seq` of the last record that the sink took, or that was skipped. */
  seq: number;
  /** When that record was written. */
  time: string;
}

const MAX_BYTES = 16_777_216;

const fileSchema = v.looseObject({
  v: v.literal(1),
  chains: v.record(
    v.string(),
    v.looseObject({ seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), time: v.string() }),
  ),
});

export class Cursors {
  readonly path: string;
  readonly #chains = new Map<string, Cursor>();

  /** `folder`: that of all sinks. */
  constructor(folder: string, sink: string) {
    this.path = join(folder, `${sink}.json`);
  }

  /**
   * False where there is a file and it says nothing that can be used: then everything is sent once more, under the same keys. Throws
   * what the file system throws.
   */
  async load(): Promise<boolean> {
    const text = await readBoundedText(this.path, { maxBytes: MAX_BYTES }).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (text === undefined) return true;
    const parsed = v.safeParse(fileSchema, jsonOf(text));
    if (!parsed.success) return false;
    for (const [chain, { seq, time }] of Object.entries(parsed.output.chains)) this.#chains.set(chain, { seq, time });
    return true;
  }

  get(chain: string): Cursor | undefined {
    return this.#chains.get(chain);
  }

  /** Never back: what comes twice moves nothing. */
  move(chain: string, cursor: Cursor): void {
    if (cursor.seq > (this.#chains.get(chain)?.seq ?? 0)) this.#chains.set(chain, cursor);
  }

  get text(): string {
    const chains = Object.fromEntries([...this.#chains].sort(([a], [b]) => (a < b ? -1 : 1)));
    return `${JSON.stringify({ v: 1, chains })}\n`;
  }

  /** Throws what the file system throws. */
  save(): Promise<void> {
    return keepFile(this.path, this.text);
  }
}
