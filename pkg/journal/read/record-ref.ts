/** How people name a record: by its number, by its number and its writer, or by a time. Pure. */

import { isDay } from '../../base/index.js';

/** `text` is what was written. Either `sequence` or `time` is there. */
export interface RecordRef {
  text: string;
  sequence?: number;
  /** The name of a writer, or that of a chain: the writer's with the digits after it. */
  writer?: string;
  /** RFC 3339 in UTC with milliseconds, as records have it. */
  time?: string;
}

/** What a message says is allowed. */
export const RECORD_REF_ALLOWED =
  'the number of a record such as 912, that with its writer such as 912@plus1-0, or a time such as 2026-11-28T04:00:00Z';

const SEQUENCE = /^([1-9]\d{0,14})(?:@([^\s/@]{1,280}))?$/;
const TIME = /^\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d))?$/;

/** Undefined where the text is neither. */
export function parseRecordRef(text: string): RecordRef | undefined {
  const [, digits, writer] = SEQUENCE.exec(text) ?? [];
  if (digits !== undefined) return { text, sequence: Number(digits), ...(writer !== undefined && { writer }) };
  const time = parseRecordTime(text);
  return time === undefined ? undefined : { text, time };
}

/** A date, or a time with its zone, in UTC with milliseconds; undefined where it is neither. */
export function parseRecordTime(text: string): string | undefined {
  const ms = TIME.test(text) && isDay(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
