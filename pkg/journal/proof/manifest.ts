/** `manifest.json` of a chain: its keys, and the segments that are closed or were removed. Nothing in it is believed that records or a checkpoint do not prove. */
import * as v from 'valibot';
import { hash, sequence, text, time } from '../record/fields.js';
import { canonical } from '../record/line.js';
import { originOf } from './checkpoint.js';

const segmentSchema = v.looseObject({
  file: text,
  first: sequence,
  last: sequence,
  /** Of its last record. */
  hash,
  /** Of the tree over all records up to its last one. */
  root: text,
  /** The right edge of that tree, so that the tree goes on where a segment before was removed. */
  edge: v.array(text),
  from: time,
  until: time,
  /** Of the compressed file. */
  fileHash: v.exactOptional(hash),
});
export type SegmentEntry = v.InferOutput<typeof segmentSchema>;

const manifestSchema = v.looseObject({
  v: v.literal(1),
  chain: text,
  origin: text,
  /** Verifier keys, the oldest first. */
  keys: v.array(text),
  segments: v.array(segmentSchema),
  removed: v.array(segmentSchema),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

export const newManifest = (chain: string, keys: readonly string[]): Manifest => ({
  v: 1,
  chain,
  origin: originOf(chain),
  keys: [...keys],
  segments: [],
  removed: [],
});

export const manifestText = (manifest: Manifest): string => `${canonical(manifest)}\n`;

/** Undefined where the text is no manifest, down to the last byte. */
export function parseManifest(source: string): Manifest | undefined {
  try {
    const parsed = v.safeParse(manifestSchema, JSON.parse(source));
    return parsed.success && manifestText(parsed.output) === source ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
