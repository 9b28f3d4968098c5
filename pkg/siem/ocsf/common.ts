/** What every OCSF event of ours has: class, time, product, severity, and the record itself. */
import { createHash } from 'node:crypto';
import type { JournalRecord } from '../../journal/index.js';
import { OCSF_VERSION, SEVERITY_NAMES, type OCSFClass, type SeverityID } from './classes.js';

export interface OCSFEvent extends Record<string, unknown> {
  message: string;
  severity_id: SeverityID;
}

export interface EventContext {
  /** The line of the record, without its end. */
  bytes: Uint8Array;
  productVersion: string;
}

export interface EventAbout {
  ocsfClass: OCSFClass;
  activity: { id: number; name: string };
  severity: SeverityID;
  message: string;
}

/** SHA-256, among the fingerprints of OCSF. */
const SHA256 = 3;

/**
 * The whole record is in `unmapped`, since no class has room for all of it, and its hash beside it: a copy in a SIEM still proves that
 * the journal was not rewritten. `metadata.uid` is the key by which a record that came twice is known.
 */
export function commonFields(record: JournalRecord, context: EventContext, about: EventAbout): OCSFEvent {
  const { ocsfClass, activity, severity, message } = about;
  const { chain, seq, kind, time, pass, policy, part } = record;
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: ocsfClass.category,
    category_name: ocsfClass.categoryName,
    class_uid: ocsfClass.uid,
    class_name: ocsfClass.name,
    type_uid: ocsfClass.uid * 100 + activity.id,
    type_name: `${ocsfClass.name}: ${activity.name}`,
    time: Date.parse(time),
    severity_id: severity,
    severity: SEVERITY_NAMES[severity],
    message: part === undefined ? message : `${message} (part ${part[0]} of ${part[1]})`,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Plus1', vendor_name: 'Plus1', version: context.productVersion, feature: { name: 'journal' } },
      uid: `${chain}/${seq}`,
      sequence: seq,
      event_code: kind,
      log_name: chain,
      original_time: time,
      ...(pass !== null && { correlation_uid: pass }),
      tenant_uid: policy.organization,
    },
    raw_data_hash: {
      algorithm: 'SHA-256',
      algorithm_id: SHA256,
      value: createHash('sha256').update(context.bytes).digest('hex'),
    },
    unmapped: record,
  };
}
