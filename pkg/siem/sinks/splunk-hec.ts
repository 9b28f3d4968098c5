/**
 * Splunk's HTTP Event Collector. Events stand one after the other, without a list around them. A 200 says only that they look right;
 * the `code` of its body says what it means.
 * https://help.splunk.com/en/splunk-enterprise/get-started/get-data-in/9.4/get-data-with-http-event-collector/troubleshoot-http-event-collector
 */
import * as v from 'valibot';
import type { SiemEvent } from '../event.js';
import { CHECK_CREDENTIAL, statusText, withPath } from './answer.js';
import { jsonOf } from '../json.js';
import type { SinkAnswer, SinkKind, Verdict } from './sink.js';

const answerSchema = v.looseObject({ code: v.number() });

/** Token disabled, missing, of a wrong form, unknown. */
const TOKEN_CODES = new Set([1, 2, 3, 4]);
/** No index of that name: a setting of the token, and no record is at fault. */
const INDEX_CODE = 7;
/** Server error, server busy, queues full, shutting down, acknowledgements full: the same again later. */
const BUSY_CODES = new Set([8, 9, 18, 19, 20, 23, 26, 27]);
/** No data, invalid data, blank or missing event, fields that cannot be indexed. */
const DATA_CODES = new Set([5, 6, 12, 13, 15]);

export const splunkHEC: SinkKind = {
  maxRecords: 1_000,
  // The default of `max_content_length` of older servers: https://docs.splunk.com/Documentation/Splunk/latest/Admin/Limitsconf
  maxBytes: 1_000_000,
  needs: ['token'],
  request: ({ url = '' }, { token = '' }, events) => ({
    url: withPath(url, '/services/collector/event'),
    headers: { authorization: `Splunk ${token}`, 'content-type': 'application/json' },
    body: events.map(entry).join(''),
  }),
  verdict,
};

/** `time` in seconds: without it the time of receipt counts. */
const entry = ({ json, timeMs, kind, key, policy, organization }: SiemEvent): string =>
  `{"time":${timeMs / 1_000},"source":"plus1","sourcetype":"plus1:journal","fields":${JSON.stringify({
    ...{ plus1_kind: kind, plus1_key: key, plus1_policy: policy, plus1_organization: organization },
  })},"event":${json}}`;

function verdict(answer: SinkAnswer): Verdict | undefined {
  const parsed = v.safeParse(answerSchema, jsonOf(answer.text));
  const why = statusText(answer);
  // Splunk names a code in each answer: one without is another server's.
  if (!parsed.success) return answer.status < 300 ? { kind: 'later', why: `${why} (no code of Splunk)` } : undefined;
  const { code } = parsed.output;
  if (code === 0) return undefined;
  if (TOKEN_CODES.has(code)) return { kind: 'stopped', why, fix: CHECK_CREDENTIAL };
  if (code === INDEX_CODE)
    return { kind: 'stopped', why, fix: 'allow the index in the settings of the token in Splunk' };
  if (BUSY_CODES.has(code)) return answer.status < 400 ? { kind: 'later', why } : undefined;
  if (DATA_CODES.has(code)) return { kind: 'refused', why };
  // A code that is not known, in an answer that says that all is well, is no proof that anything arrived.
  return answer.status < 300 ? { kind: 'later', why } : undefined;
}
