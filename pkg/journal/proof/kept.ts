/**
 * What a checkpoint says of the file `checkpoints` as it was then: its length and its hash. Notes are only ever added behind the last
 * one, so these bytes stay as they are, and a note that is missing, moved or there twice shows. It stands behind the root as a line of
 * its own, which the format leaves free for that.
 */
import { createHash } from 'node:crypto';
import { hashOf } from '../record/line.js';

export interface Kept {
  bytes: number;
  /** `sha256:` and 64 digits, over that many bytes. */
  hash: string;
}

export const keptOf = (text: string): Kept => ({ bytes: Buffer.byteLength(text), hash: hashOf(text) });

/** With its line end. */
export const keptLine = ({ bytes, hash }: Kept): string => `kept ${bytes} ${hash}\n`;

/** Of the lines behind the root; undefined in a checkpoint of an earlier version. */
export function keptIn(lines: string): Kept | undefined {
  const [, bytes, hash] = /^kept (0|[1-9][0-9]{0,15}) (sha256:[0-9a-f]{64})$/m.exec(lines) ?? [];
  return bytes === undefined || hash === undefined ? undefined : { bytes: Number(bytes), hash };
}

/** Those that do not say what the text begins with. The text is hashed once, however many there are. */
export function contradicted<T extends { kept: Kept }>(text: string, all: readonly T[]): T[] {
  const bytes = Buffer.from(text);
  const hash = createHash('sha256');
  let done = 0;
  return [...all]
    .sort((a, b) => a.kept.bytes - b.kept.bytes)
    .filter(({ kept }) => {
      if (kept.bytes > bytes.length) return true;
      hash.update(bytes.subarray(done, kept.bytes));
      done = kept.bytes;
      return `sha256:${hash.copy().digest('hex')}` !== kept.hash;
    });
}
