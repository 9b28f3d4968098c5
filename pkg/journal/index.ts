/** The journal: what was seen and done, chained by hash, signed, and read again. */
export { realFiles, type Files, type OpenFile } from './chain/files.js';
export { ownKey, ownWriter } from './chain/identity.js';
export { openChain, type JournalOptions, type OpenedChain, type OpenRequest } from './chain/open.js';
export { ChainWriter, type RecordContext } from './chain/writer.js';
export { parseCheckpoint, splitNotes, type Checkpoint } from './proof/checkpoint.js';
export { parseVerifierKey, type VerifierKey } from './proof/key.js';
export { Replay, type Membership, type Snapshot } from './read/replay.js';
export type { Head } from './record/fields.js';
export { KINDS, type Data, type Kind } from './record/kinds.js';
export { MAX_LINE_BYTES, membersHash } from './record/line.js';
export { recordSchema, type Entry, type JournalRecord, type PolicyIdentity } from './record/record.js';
export type { ChainVerdict, Fault, FaultCode } from './verify/fault.js';
export { verify, type Verdict, type VerifyRequest } from './verify/verify.js';
