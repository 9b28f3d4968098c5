/**
 * A rollback in a pass: the membership after a record is restored through the plan of the pass, its guards and its write. It is
 * carried out once. After that the policy is held until a person releases it.
 *
 * It goes on in the next pass, with the same record, as long as something of it is missing: a guard holds a part, the write is not
 * proved, the listing was short, or nobody may leave for now. The grace period is waived in its first pass alone: in a later one
 * nobody leaves but by an approval, or each commit of the days that it goes on would take a repository out at once. The mark of a
 * rollback that goes on is a field of its own, which is kept before its plan meets the guards. Not its hold: a hold ends with each pass
 * that holds nothing, such as one that only observes, and with a ruleset that was made again.
 */
import { durationMs, type HoldStatus, type PolicyStatus } from '../../api/index.js';
import { Plus1Error } from '../../errors/index.js';
import { holdFields, rolledBackHold, type Decision, type Restored } from '../../governance/index.js';
import type { RecordedMembers } from '../../journal/index.js';
import { isWaiting } from '../../policies/index.js';
import { stillHeld } from '../held.js';
import { isWholeListing } from '../journal/snapshot.js';
import { openAfter } from '../memory/open-write.js';
import type { OwnedLedger } from '../owned/ledger.js';
import type { PassRecord } from '../pass-record.js';
import type { ActResult, PassObservation, PassRequest, RollbackOutcome } from '../types.js';

/** What this pass is to restore. */
export interface Rollback extends RecordedMembers {
  restored: Restored;
  /** An earlier pass began to carry it out: nobody leaves any more but by an approval. */
  isBegun: boolean;
}

type Asked = Pick<PassRequest, 'policy' | 'status' | 'rollback'>;

/** A rollback was carried out, and nobody released it yet. */
export function isRolledBack({ status, rollback }: Asked): boolean {
  return rollback !== undefined && !isWaiting(rollback, status);
}

/** One stands that this pass is to carry out. A policy that only observes waits with it. */
export function isRollingBack({ policy, status, rollback }: Asked): boolean {
  return isWaiting(rollback, status) && policy.spec.mode !== 'Observe';
}

/**
 * Undefined where none is to be carried out now. Throws PLUS1_RECORD_UNKNOWN and
 * PLUS1_JOURNAL_DAMAGED: then the pass ends before it asks GitHub anything, and nothing is written.
 */
export async function rollbackOf(
  request: Asked,
  { recordedMembers }: Pick<PassRecord, 'recordedMembers'>,
  signal: AbortSignal,
): Promise<Rollback | undefined> {
  const { rollback } = request;
  if (rollback === undefined || !isRollingBack(request)) return undefined;
  if (recordedMembers === undefined)
    throw new Plus1Error('PLUS1_RECORD_UNKNOWN', `cannot roll back to ${rollback.to}: no journal is kept`, {
      fix: 'keep a journal (--journal, or --state); it can be rolled back to what it records from then on',
    });
  const recorded = await recordedMembers(rollback.to, signal);
  return { ...recorded, restored: new Set(recorded.members), isBegun: isBegun(request.status) };
}

/** By a status of before that field, by its hold. A rollback that takes the place of one that goes on, goes on with it. */
const isBegun = ({ rollbackBegunTo, hold, lastHandledRollbackTo }: PolicyStatus): boolean =>
  rollbackBegunTo !== undefined || (hold?.reason === 'RolledBack' && lastHandledRollbackTo === undefined);

/** Where it is begun or goes on: a dry run begins none, nor does a time that is not trusted. */
interface Beginning {
  request: PassRequest;
  seen: PassObservation;
  dryRun: boolean;
}

/**
 * The request with the mark that it is begun, which the ledger keeps: whatever becomes of this pass, the next one knows. Undefined where
 * none is begun. Throws where the mark cannot be kept: then nothing is sent.
 */
export async function beginRollback(
  rollback: Rollback | undefined,
  { request, seen, dryRun }: Beginning,
  ledger: Pick<OwnedLedger, 'mark'>,
  signal: AbortSignal,
): Promise<PassRequest | undefined> {
  if (rollback === undefined || request.rollback === undefined || dryRun) return undefined;
  if (seen.skewed && !rollback.isBegun) return undefined;
  const begun = { rollbackBegunTo: request.rollback.to };
  if (request.status.rollbackBegunTo !== begun.rollbackBegunTo) await ledger.mark(begun, signal);
  return { ...request, status: { ...request.status, ...begun } };
}

/** What it goes on with. */
interface Decided {
  decision: Decision;
  /** By the clock that is behind, Unix ms. */
  beginMs: number;
}

/** The request with its hold, which is kept with the intent. A hold that runs goes on, so that its approvals count. */
export function holdRollback(request: PassRequest, { decision, beginMs }: Decided): PassRequest {
  const { policy, status } = request;
  const { plan, held: items = rolledBackHold(plan).held } = decision;
  const { lastHandledRollbackTo: _before, ...rest } = status;
  const timeoutMs = durationMs(policy.spec.guards.approval.timeout);
  const fresh: Omit<HoldStatus, 'reason'> = {
    planHash: items.hash,
    ...holdFields(undefined, { timeoutMs, beginMs }),
    ...{ count: 0, repositories: [], approvals: 0 },
  };
  return { ...request, status: { ...rest, hold: { ...(status.hold ?? fresh), reason: 'RolledBack' } } };
}

interface Carried {
  request: PassRequest;
  seen: PassObservation;
  acted: ActResult;
  dryRun: boolean;
  /** Unix ms. */
  startMs: number;
}

/**
 * What has become of it, and what that makes of the pass. Where it was applied, what was held before is over, and its own hold begins.
 * One that was begun and goes on is held as one.
 */
export function endRollback(
  rollback: Rollback,
  carried: Carried,
  isBegun: boolean,
): { rollback: RollbackOutcome } & Pick<Carried, 'request' | 'acted'> {
  const { request, acted } = carried;
  const outcome = rollbackOutcome(rollback, carried);
  if (!outcome.isApplied) return { rollback: outcome, request, acted: isBegun ? heldWhileRollingBack(acted) : acted };
  const { hold: _hold, ...status } = request.status;
  return { rollback: outcome, request: { ...request, status }, acted: heldAfterRollback(acted) };
}

function rollbackOutcome({ to, restored, nameOf }: Rollback, carried: Carried): RollbackOutcome {
  const { acted } = carried;
  const members = isWriting(carried) ? acted.live.members : new Set(acted.decision.target);
  const names = new Map(carried.seen.findings.map(({ id, name }) => [id, name]));
  const named = (ids: Iterable<number>): { id: number; name: string }[] =>
    [...ids].sort((a, b) => a - b).map((id) => ({ id, name: names.get(id) ?? nameOf(id) ?? `repository ${id}` }));
  return {
    to,
    isApplied: isApplied(carried),
    kept: named([...acted.decision.plan.live].filter((id) => !restored.has(id) && members.has(id))),
    missing: named([...restored].filter((id) => !members.has(id))),
  };
}

const isWriting = ({ dryRun }: Carried): boolean => !dryRun;

function isApplied(carried: Carried): boolean {
  const { acted, seen, request, startMs } = carried;
  const { error, pending, stays } = acted;
  const isDone = error === undefined && !pending && !isPartHeld(acted) && stays === undefined;
  // An id that a short listing lacks may be there all the same.
  const isSeen = !seen.skewed && isWholeListing(seen);
  return isWriting(carried) && isDone && isSeen && openAfter({ acted, seen, request, startMs }) === undefined;
}

/** Its own hold stands also while nobody is in it. */
function isPartHeld(acted: ActResult): boolean {
  const held = stillHeld(acted);
  if (held === undefined) return false;
  return held.reason !== 'RolledBack' || held.plan.leaving.length + held.plan.entering.length > 0;
}

/** What the pass decided of a rollback that goes on: what a guard holds of it, or nobody yet, is held as the rollback from now on. */
function heldWhileRollingBack(acted: ActResult): ActResult {
  const { decision } = acted;
  const nobody = rolledBackHold(decision.plan);
  const { heldPlan = nobody.heldPlan, held = nobody.held } = decision;
  const [heldBy, hold] = [decision.heldBy, decision.hold].map((by) => ({
    reason: 'RolledBack' as const,
    message: by?.reason === 'RolledBack' ? by.message : [by?.message, GOES_ON].filter(Boolean).join('. '),
  }));
  return { ...acted, decision: { ...decision, heldPlan, held, ...(heldBy && { heldBy }), ...(hold && { hold }) } };
}

const GOES_ON = 'The rollback goes on; nobody leaves by it but by an approval, until it is released';

/** What the pass decided once its rollback was applied: nothing of its own is held, and the hold that a person ends begins. */
function heldAfterRollback(acted: ActResult): ActResult {
  return { ...acted, decision: { ...acted.decision, ...rolledBackHold(acted.decision.plan) } };
}
