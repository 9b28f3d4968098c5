/** Requests of a stretch of the audit log, by what was done to what. */
import type { AuditEvent } from '../e2e/support/audit.js';

export type Tally = ReadonlyMap<string, number>;

/** A watch is counted when it begins, anything else when it is answered. */
export function tally(events: readonly AuditEvent[]): Tally {
  const counts = new Map<string, number>();
  for (const { stage, verb, objectRef, requestURI, responseStatus } of events) {
    if (stage !== (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')) continue;
    const { resource = requestURI, subresource } = objectRef ?? {};
    const what = subresource === undefined ? resource : `${resource}/${subresource}`;
    const code = responseStatus?.code ?? 0;
    const line = `${verb} ${what}${code < 400 ? '' : `, answered ${code}`}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

export const total = (counts: Tally): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
