/** A record of the journal as an OCSF event. Pure. */
import { isRecordOf, type JournalRecord, type Kind } from '../../journal/index.js';
import { changeEvent, CHANGES, UNKNOWN_CHANGE, type Change } from './changes.js';
import type { EventContext, OCSFEvent } from './common.js';
import { FINDING_KINDS, findingEvent, type FindingKind } from './findings.js';
import { securityEvent } from './security.js';

/** By kind. A kind of the journal that is in no table does not compile. */
const changes: ReadonlyMap<string, Change> = new Map(
  Object.entries(CHANGES satisfies Record<Exclude<Kind, FindingKind | 'SecurityEvent'>, Change>),
);
const findings: ReadonlySet<string> = new Set(FINDING_KINDS);

export function ocsfEvent(record: JournalRecord, context: EventContext): OCSFEvent {
  if (isRecordOf('SecurityEvent', record)) return securityEvent(record, context);
  if (findings.has(record.kind)) return findingEvent(record, context);
  return changeEvent(record, changes.get(record.kind) ?? UNKNOWN_CHANGE, context);
}
