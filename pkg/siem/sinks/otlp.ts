/**
 * OTLP over HTTP with JSON: what reaches everything behind an OpenTelemetry Collector. A 200 may refuse some of the records and not say
 * which: https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
import * as v from 'valibot';
import type { SiemEvent } from '../event.js';
import { foreignSuccess, statusText, withPath } from './answer.js';
import { jsonOf } from '../json.js';
import type { Credentials, SinkAnswer, SinkKind, SinkRequest, Verdict } from './sink.js';
import { authorization } from './http.js';

const answerSchema = v.looseObject({
  partialSuccess: v.looseObject({
    // An int64 of protobuf is a text in JSON: https://protobuf.dev/programming-guides/json/
    rejectedLogRecords: v.optional(v.union([v.number(), v.string()]), 0),
    errorMessage: v.optional(v.string(), ''),
  }),
});

export const otlp: SinkKind = {
  maxRecords: 1_000,
  // Below the 4 MiB at which receivers of gRPC behind a collector begin to refuse.
  maxBytes: 4_000_000,
  needs: [],
  request: ({ url = '' }: { url?: string }, credentials: Credentials, events: readonly SiemEvent[]): SinkRequest => ({
    url: withPath(url, '/v1/logs'),
    headers: { ...authorization(credentials), 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [attribute('service.name', 'plus1')] },
          scopeLogs: [{ scope: { name: 'plus1.journal' }, logRecords: events.map(logRecord) }],
        },
      ],
    }),
  }),
  verdict,
};

const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

/** By severity of OCSF. https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES = [
  [9, 'INFO'],
  [9, 'INFO'],
  [10, 'INFO2'],
  [13, 'WARN'],
  [17, 'ERROR'],
  [21, 'FATAL'],
] as const;

function logRecord({ json, kind, key, policy, organization, message, severity, timeMs }: SiemEvent): object {
  const [severityNumber, severityText] = SEVERITIES[severity] ?? SEVERITIES[0];
  const attributes = { 'log.record.uid': key, 'plus1.kind': kind, 'plus1.policy': policy };
  const told = { ...attributes, 'plus1.organization': organization, 'plus1.message': message };
  return {
    // Nanoseconds, as a text: they do not fit into a number.
    timeUnixNano: `${timeMs}000000`,
    observedTimeUnixNano: `${timeMs}000000`,
    ...{ severityNumber, severityText, eventName: `plus1.${kind}` },
    body: { stringValue: json },
    attributes: Object.entries(told).map(([name, value]) => attribute(name, value)),
  };
}

function verdict(answer: SinkAnswer): Verdict | undefined {
  const { status, text } = answer;
  if (status < 200 || status > 299) return undefined;
  const parsed = v.safeParse(answerSchema, jsonOf(text));
  if (!parsed.success) return foreignSuccess(answer);
  const { rejectedLogRecords, errorMessage } = parsed.output.partialSuccess;
  if (Number(rejectedLogRecords) > 0)
    return {
      kind: 'refused',
      why: `${rejectedLogRecords} records rejected: ${statusText({ ...answer, text: errorMessage })}`,
    };
  return undefined;
}
