/** A record as it is sent: by its key, in the form that the sink asks for. */
import type { FollowedLine } from '../journal/index.js';
import type { Format } from './config.js';
import { ocsfEvent } from './ocsf/event.js';

export interface SiemEvent {
  /** `<chain>/<seq>`: what comes twice has the same one. */
  key: string;
  chain: string;
  seq: number;
  kind: string;
  policy: string;
  organization: string;
  /** When the record was written, Unix ms. */
  timeMs: number;
  /** The same as it stands in the record. */
  time: string;
  /** What happened, in one line for people. */
  message: string;
  /** 1 informational to 5 critical, as in OCSF. */
  severity: number;
  /** JSON text: an OCSF event, or the line of the journal. */
  json: string;
}

/** `productVersion`: of this program. */
export function eventOf(
  { record, bytes }: FollowedLine,
  { format, productVersion }: { format: Format; productVersion: string },
): SiemEvent {
  const { chain, seq, kind, time, policy } = record;
  const event = ocsfEvent(record, { bytes, productVersion });
  return {
    ...{ chain, seq, kind, time, key: `${chain}/${seq}`, timeMs: Date.parse(time) },
    ...{ policy: `${policy.namespace}/${policy.name}`, organization: policy.organization },
    ...{ message: event.message, severity: event.severity_id },
    json: format === 'Plus1' ? bytes.toString('utf8') : JSON.stringify(event),
  };
}
