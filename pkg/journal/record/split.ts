/**
 * An entry as the data of one or more records, each short enough for a line. Values that are no list and do not fit go to
 * attachments; lists continue in further records.
 */
import { canonical, hashOf } from './line.js';
import type { Reference } from './fields.js';

/** A file of its own, named by its content. */
export interface Attachment {
  reference: Reference;
  /** Canonical JSON. */
  text: string;
}

export interface Split {
  /** The data of each record; one where all of it fits. */
  parts: Record<string, unknown>[];
  attachments: Attachment[];
}

/** A value below this never becomes a file: of those there are few enough in a line. */
const MIN_ATTACHED_BYTES = 2_000;

/** `maxBytes`: what the data of one record may take. */
export function split(data: Record<string, unknown>, maxBytes: number): Split {
  if (size(data) <= maxBytes) return { parts: [data], attachments: [] };
  const attachments = new Map<string, Attachment>();
  const attach = (value: unknown): Reference => {
    const made = attachmentOf(value);
    attachments.set(made.reference.sha256, made);
    return made.reference;
  };
  const fixed: Record<string, unknown> = {};
  const lists: [string, unknown[]][] = [];
  for (const [key, value] of Object.entries(data)) {
    if (Array.isArray(value))
      lists.push([key, (value as unknown[]).map((item) => (size(item) > maxBytes / 2 ? attach(item) : item))]);
    else fixed[key] = size(value) > MIN_ATTACHED_BYTES ? attach(value) : value;
  }
  return { parts: pack(fixed, lists, maxBytes), attachments: [...attachments.values()] };
}

/** The first part names every list, so that a reader sees one without items. */
function pack(
  fixed: Record<string, unknown>,
  lists: readonly [string, unknown[]][],
  maxBytes: number,
): Record<string, unknown>[] {
  let part: Record<string, unknown> = {
    ...fixed,
    ...Object.fromEntries(lists.map(([key]): [string, unknown[]] => [key, []])),
  };
  let bytes = size(part);
  const parts = [part];
  for (const [key, items] of lists) {
    for (const item of items) {
      const more = size(item) + 1;
      if (bytes + more > maxBytes) {
        part = {};
        bytes = size(part);
        parts.push(part);
      }
      const list = part[key] as unknown[] | undefined;
      if (list === undefined) bytes += size(key) + ':[],'.length;
      part[key] = list ?? [];
      (part[key] as unknown[]).push(item);
      bytes += more;
    }
  }
  return parts;
}

/** The data that was split: lists joined in order, everything else from the first part. */
export function joinParts(parts: readonly Record<string, unknown>[]): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const before = whole[key];
      if (Array.isArray(before) && Array.isArray(value))
        whole[key] = [...(before as unknown[]), ...(value as unknown[])];
      else if (!Object.hasOwn(whole, key)) whole[key] = value;
    }
  }
  return whole;
}

function attachmentOf(value: unknown): Attachment {
  const text = canonical(value);
  return { text, reference: { sha256: hashOf(text).slice('sha256:'.length), bytes: Buffer.byteLength(text) } };
}

/** Bytes of a value that is no undefined, which no JSON holds. */
const size = (value: unknown): number => (value === undefined ? 0 : Buffer.byteLength(canonical(value)));
