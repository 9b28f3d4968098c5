/** A record as a line: RFC 8785, so that a copy that was parsed and printed elsewhere can be brought back to the same bytes. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as v from 'valibot';
import { inOrder } from './in-order.js';
import { recordSchema, type JournalRecord } from './record.js';

/**
 * Collectors drop longer lines, or whole files that hold one: 32 KB in Fluent Bit.
 * https://docs.fluentbit.io/manual/pipeline/inputs/tail
 */
export const MAX_LINE_BYTES = 30_000;

/** Half of a character that takes two UTF-16 units is no text that UTF-8 can hold, and RFC 8785 refuses it. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** How JSON.stringify writes one. In a text that has a backslash before it the same may stand for itself. */
const ESCAPED_SURROGATE = /\\ud[89a-f][0-9a-f]{2}/;

/**
 * The canonical JSON of a value. Halves of characters, as foreign texts may hold them, become U+FFFD. Throws a TypeError where the value is
 * none of JSON.
 */
export function canonical(value: unknown): string {
  const ordered = inOrder(value);
  // Most records of a first pass are long, and the library takes several times as long as the engine itself.
  const text = ordered === undefined ? undefined : JSON.stringify(ordered);
  if (text !== undefined && !ESCAPED_SURROGATE.test(text)) return text;
  const json = canonicalize(mayHoldHalves(value) ? wellFormed(value) : value);
  if (json === undefined) throw new TypeError('not a JSON value');
  return json;
}

/** Bytes of the canonical form, without making it: keys in another order are as long. Halves of characters count as more than they take. */
export const canonicalBytes = (value: unknown): number =>
  value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));

/** Hardly anything does, and a copy of everything would take as long as all the rest. */
const mayHoldHalves = (value: unknown): boolean => value !== undefined && ESCAPED_SURROGATE.test(JSON.stringify(value));

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(LONE_SURROGATE, '\ufffd');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wellFormed(key), wellFormed(inner)]));
}

/** `sha256:` and 64 digits: the hash of a record over the bytes of its line, of which no parser must be right. */
export function hashOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined where the bytes are no record. */
export function parseLine(bytes: Uint8Array): JournalRecord | undefined {
  const value = jsonOf(bytes);
  const parsed = v.safeParse(recordSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/** True where the bytes are the canonical form of what they say. */
export function isCanonical(bytes: Uint8Array): boolean {
  try {
    const text = UTF8.decode(bytes);
    return canonicalize(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** The journal is ours, and bounded by its lines: no deeper look before the parser runs. */
function jsonOf(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_LINE_BYTES) return undefined;
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    return undefined;
  }
}
