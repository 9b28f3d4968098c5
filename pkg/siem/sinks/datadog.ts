/**
 * Datadog's intake of logs: at most 1,000 entries and 5 MB a request, 1 MB an entry. An entry older than 18 hours gets the time of its
 * arrival, so that its own time is an attribute as well.
 * https://docs.datadoghq.com/api/latest/logs/#send-logs
 */
import type { SiemEvent } from '../event.js';
import { foreignSuccess, withPath } from './answer.js';
import type { SinkKind } from './sink.js';

export const datadog: SinkKind = {
  maxRecords: 1_000,
  maxBytes: 5_000_000,
  needs: ['token'],
  request: ({ url = '' }, { token = '' }, events) => ({
    url: withPath(url, '/api/v2/logs'),
    headers: { 'dd-api-key': token, 'content-type': 'application/json' },
    body: `[${events.map(entry).join(',')}]`,
  }),
  verdict: foreignSuccess,
};

const STATUS = ['info', 'info', 'notice', 'warning', 'error', 'critical'] as const;

function entry({ json, kind, key, policy, organization, message, severity, time, timeMs }: SiemEvent): string {
  const own = JSON.stringify({
    ddsource: 'plus1',
    service: 'plus1',
    ddtags: `policy:${policy},organization:${organization},kind:${kind}`,
    ...{ message, timestamp: timeMs, original_time: time, key, status: STATUS[severity] ?? 'info' },
  });
  return `${own.slice(0, -1)},"event":${json}}`;
}
