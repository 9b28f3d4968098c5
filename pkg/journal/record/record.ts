/** One record: the envelope that every kind shares. */
import * as v from 'valibot';
import { count, hash, sequence, text, time, told } from './fields.js';
import { KINDS, type Data, type Kind } from './kinds.js';

/** Rises only when an old reader would be wrong. */
export const RECORD_VERSION = 1;

/** `prev` of the first record of a chain. */
export const NO_HASH = `sha256:${'0'.repeat(64)}`;

export const policySchema = v.looseObject({
  namespace: text,
  name: text,
  uid: text,
  organization: text,
  ruleset: text,
});
export type PolicyIdentity = v.InferOutput<typeof policySchema>;

const part = v.strictTuple([sequence, sequence]);

export const recordSchema = v.looseObject({
  v: told(count, 'Version of this form: 1.'),
  chain: told(text, 'Name of the chain: its folder, below the root of the journal.'),
  seq: told(sequence, 'Number in the chain, from 1, without gaps.'),
  prev: told(hash, 'Hash of the record before: SHA-256 of its line without the line end. 64 zeros in the first.'),
  time: told(time, 'When it was written, in UTC; never before the record before it.'),
  kind: told(text, 'One of the kinds below. A kind of a later version is kept and skipped.'),
  actor: told(text, 'Program and version, such as `plus1-controller/0.2.0`.'),
  pass: told(v.nullable(text), 'The `reconcileID` of the pass; null outside of a pass.'),
  policy: told(policySchema, '`namespace`, `name`, `uid`, `organization`, `ruleset`.'),
  part: told(
    v.exactOptional(part),
    '`[k,n]`: record k of n that belong together, where a list is too long for one line. A group that lacks a record counts as never written.',
  ),
  data: told(v.looseObject({}), 'By kind.'),
});
export type JournalRecord = v.InferOutput<typeof recordSchema>;

/** What a room asks the journal to write. */
export type Entry = { [K in Kind]: { kind: K; data: Data<K> } }[Kind];

/** True for a record of that kind whose data is whole. */
export function isRecordOf<K extends Kind>(
  kind: K,
  record: JournalRecord | undefined,
): record is JournalRecord & { data: Data<K> } {
  return record?.kind === kind && v.is(KINDS[kind].data, record.data);
}
