/**
 * An entry as the data of one or more records, each short enough for a line. Values that are no list and do not fit go to
 * attachments; lists continue in further records.
 */
import { canonical, canonicalBytes, hashOf } from './line.js';
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
  if (canonicalBytes(data) <= maxBytes) return { parts: [data], attachments: [] };
  const attachments = new Map<string, Attachment>();
  const attach = (value: unknown): Reference => {
    const made = attachmentOf(value);
    attachments.set(made.reference.sha256, made);
    return made.reference;
  };
  const fixed: Record<string, unknown> = {};
  const lists: [string, Sized[]][] = [];
  for (const [key, value] of Object.entries(data)) {
    if (Array.isArray(value))
      lists.push([
        key,
        (value as unknown[]).map(sized).map((each) => (each.bytes > maxBytes / 2 ? sized(attach(each.item)) : each)),
      ]);
    else fixed[key] = canonicalBytes(value) > MIN_ATTACHED_BYTES ? attach(value) : value;
  }
  return { parts: pack(fixed, lists, maxBytes), attachments: [...attachments.values()] };
}

/** An item of a list, measured once. */
interface Sized {
  item: unknown;
  bytes: number;
}

const sized = (item: unknown): Sized => ({ item, bytes: canonicalBytes(item) });

/** The first part names every list, so that a reader sees one without items. */
function pack(
  fixed: Record<string, unknown>,
  lists: readonly [string, Sized[]][],
  maxBytes: number,
): Record<string, unknown>[] {
  let part: Record<string, unknown> = {
    ...fixed,
    ...Object.fromEntries(lists.map(([key]): [string, unknown[]] => [key, []])),
  };
  let bytes = canonicalBytes(part);
  const parts = [part];
  for (const [key, items] of lists) {
    for (const { item, bytes: itemBytes } of items) {
      const more = itemBytes + 1;
      if (bytes + more > maxBytes) {
        part = {};
        bytes = canonicalBytes(part);
        parts.push(part);
      }
      const list = part[key] as unknown[] | undefined;
      if (list === undefined) bytes += canonicalBytes(key) + ':[],'.length;
      part[key] = list ?? [];
      (part[key] as unknown[]).push(item);
      bytes += more;
    }
  }
  return parts;
}

/**
 * The data that was split: lists joined in order, everything else from the first part. A list is copied once, and not again for each part:
 * one of 100,000 repositories has a thousand of them.
 */
export function joinParts(parts: readonly Record<string, unknown>[]): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) {
      const before = whole[key];
      if (Array.isArray(before) && Array.isArray(value)) for (const item of value as unknown[]) before.push(item);
      else if (!Object.hasOwn(whole, key)) whole[key] = Array.isArray(value) ? [...(value as unknown[])] : value;
    }
  }
  return whole;
}

function attachmentOf(value: unknown): Attachment {
  const text = canonical(value);
  return { text, reference: { sha256: hashOf(text).slice('sha256:'.length), bytes: Buffer.byteLength(text) } };
}
