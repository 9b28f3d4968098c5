/** The membership after a record of the journal, as a person names the record. */
import { Plus1Error } from '../../errors/index.js';
import {
  parseRecordRef,
  RECORD_REF_ALLOWED,
  recordedMembers,
  type RecordedMembers,
  type RecordedPlace,
} from '../../journal/index.js';

/** Throws PLUS1_RECORD_UNKNOWN and PLUS1_JOURNAL_DAMAGED. `what` is asked for in `to`, for messages. */
export async function membersAfter(place: RecordedPlace, to: string, what: string): Promise<RecordedMembers> {
  const ref = parseRecordRef(to);
  if (ref === undefined)
    throw new Plus1Error(
      'PLUS1_RECORD_UNKNOWN',
      `${what}: found ${JSON.stringify(to.slice(0, 80))}, allowed: ${RECORD_REF_ALLOWED}`,
      { fix: 'name a record or a time that plus1 journal show has' },
    );
  const found = await recordedMembers(place, ref);
  if (found.ok) return found;
  const { reason, message, fix } = found;
  const code = reason === 'unknown' ? 'PLUS1_RECORD_UNKNOWN' : 'PLUS1_JOURNAL_DAMAGED';
  throw new Plus1Error(code, `${what}: ${message}`, fix === undefined ? {} : { fix });
}
