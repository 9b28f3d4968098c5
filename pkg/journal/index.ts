/** The journal: what was seen and done, chained by hash, signed, and read again. */
export { isLossRequested, REASON_LENGTH, requestLoss, type LossRequest } from './chain/accept-loss.js';
export { journalFailure } from './chain/failure.js';
export { realFiles, type Files, type OpenFile } from './chain/files.js';
export { knownWriter, ownKey, ownWriter } from './chain/identity.js';
export { openChain, type JournalOptions, type OpenedChain, type OpenRequest } from './chain/open.js';
export { policyFolder } from './chain/place.js';
export { ChainWriter, type RecordContext } from './chain/writer.js';
export { parseCheckpoint, splitNotes, type Checkpoint } from './proof/checkpoint.js';
export { parseVerifierKey, type VerifierKey } from './proof/key.js';
export { ChainFollower, lastClosed, type FollowedLine } from './read/follow.js';
export { newestLines, type NewestLine } from './read/newest.js';
export { membersAt, type MemberAt } from './read/at.js';
export { chainFolders, foldersBelow } from './chain/chain-folders.js';
export { exportChain } from './read/export.js';
export { exportedChain, type ExportedChain } from './read/exported-chain.js';
export { PolicyPeriod } from './read/period.js';
export { nameOfFolder, policyFolders, readRecords, type PolicyFolder } from './read/policy-journal.js';
export { Replay, type Membership, type Recorded, type RecordedRepository, type Snapshot } from './record/replay.js';
export { holdRecords, type HeldRecord, type HoldRecords } from './read/held-plans.js';
export { parseRecordRef, parseRecordTime, RECORD_REF_ALLOWED, type RecordRef } from './read/record-ref.js';
export {
  recordedMembers,
  type MembersFound,
  type RecordedMembers,
  type RecordedPlace,
} from './read/recorded-members.js';
export { select } from './read/select.js';
export { summaryOf } from './read/summary.js';
export { assignedKey, assignedTo, isGoverned, type AssignedTo } from './record/assigned.js';
export { recordedExemption } from './record/recorded-exemption.js';
export type { Head } from './record/fields.js';
export { Groups, type WholeRecord } from './record/group.js';
export { KINDS, type Data, type Kind } from './record/kinds.js';
export { canonical, MAX_LINE_BYTES } from './record/line.js';
export { namedRepositories } from './record/named-repositories.js';
export { isRecorded } from './record/same-value.js';
export { isRecordOf, recordSchema, type Entry, type JournalRecord, type PolicyIdentity } from './record/record.js';
export type { ChainVerdict, Fault, FaultCode } from './verify/fault.js';
export { verify, type Verdict, type VerifyRequest } from './verify/verify.js';
