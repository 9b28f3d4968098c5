/** What an answer means where the sink has no rule of its own, and what its text may be shown as. */
import { cut, printable } from '../../text/index.js';
import { jsonOf } from '../json.js';
import type { SinkAnswer, Verdict } from './sink.js';

/** Characters of a foreign answer. */
const MAX_SHOWN = 160;
/** A sink that asks for more is asked again sooner. */
export const LONGEST_WAIT_MS = 300_000;

const CHECK_ADDRESS = 'check url and type of the sink';
export const CHECK_CREDENTIAL = 'check the files in the credentials folder of the sink';

/** `nowMs`: Unix ms, for a `Retry-After` that is a date. */
export function verdictOf(answer: SinkAnswer, nowMs: number): Verdict {
  const { status } = answer;
  const why = statusText(answer);
  if (isSuccess(answer)) return isPage(answer) ? later(`${why} (${NOT_OF_A_SINK})`, answer, nowMs) : { kind: 'taken' };
  if (status === 401 || status === 403) return { kind: 'stopped', why, fix: CHECK_CREDENTIAL };
  if (status === 400 || status === 413 || status === 422) return { kind: 'refused', why };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return later(why, answer, nowMs);
  return { kind: 'stopped', why, fix: CHECK_ADDRESS };
}

/** A proxy or a log-in page may answer 200 in place of the sink. No record has arrived then. */
const NOT_OF_A_SINK = 'a page, and no answer of a sink: nothing tells that anything arrived';

const isSuccess = ({ status }: SinkAnswer): boolean => status >= 200 && status < 300;

const isPage = ({ headers }: SinkAnswer): boolean => /^\s*text\/html\b/i.test(headers['content-type'] ?? '');

/** For a sink that answers a success in JSON: a success with any other text comes from another server. Undefined where it may be the sink's. */
export function foreignSuccess(answer: SinkAnswer): Verdict | undefined {
  if (!isSuccess(answer) || answer.text.trim() === '' || jsonOf(answer.text) !== undefined) return undefined;
  return { kind: 'later', why: `${statusText(answer)} (${NOT_OF_A_SINK})` };
}

/** The status, and the beginning of what the answer says, as one line. */
export function statusText({ status, text }: SinkAnswer): string {
  const said = cut(printable(text.replace(/\s+/g, ' ').trim()), MAX_SHOWN);
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
}

function later(why: string, { headers }: SinkAnswer, nowMs: number): Verdict {
  const afterMs = retryAfterMs(headers['retry-after'], nowMs);
  return { kind: 'later', why, ...(afterMs !== undefined && { afterMs }) };
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_WAIT_MS);
}

/** An address with a path at its end, unless it has it already. */
export function withPath(url: string, path: string): string {
  const base = url.replace(/\/+$/, '');
  return base.endsWith(path) ? base : `${base}${path}`;
}
