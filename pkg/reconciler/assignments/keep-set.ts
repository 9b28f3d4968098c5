/**
 * Keeps one set true in a pass: read, planned, guarded, announced, written once, proved by a read, and told. What strengthens is applied at
 * once; what weakens needs evidence, and whatever the guards of its assignment and approvals let pass.
 */
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import {
  approvalVerdicts,
  coveredBy,
  holdFields,
  planHash,
  releasingIDs,
  type ApprovalVerdict,
  type AssignedDecision,
  type Covered,
  type HeldChanges,
  type Hold,
} from '../../governance/index.js';
import { durationMs } from '../../api/index.js';
import type { Entry } from '../../journal/index.js';
import type { PassRecord } from '../pass-record.js';
import type { AssignedItem, AssignedSet } from './assigned-set.js';
import { pairsOf, planSet, type PlannedSet, type SetMemory, type SetRequest } from './plan-set.js';
import { setHeld, setIntended, setWritten } from './set-records.js';

export interface SetDependencies {
  record: Pick<PassRecord, 'approvals' | 'holdRecords' | 'tell'>;
  /** False in a dry run, and where the policy only observes: nothing is written, told or marked. */
  isWriting: boolean;
}

export interface KeptSet<T extends AssignedItem> extends PlannedSet<T> {
  /** What is in it after the pass, as far as it could be read. */
  live: ReadonlyMap<number, T>;
  /** A write was proved. */
  isWritten: boolean;
  /** What is held after it, and until when approvals for it count. */
  held?: Hold & { planHash: string; count: number; since: string; expiryTime: string };
  memory: SetMemory;
  verdicts: readonly ApprovalVerdict[];
  error?: Plus1Error;
}

/** Throws where the set cannot be read at first, or what is to be sent cannot be recorded: then nothing was sent. */
export async function keepSet<T extends AssignedItem>(
  set: AssignedSet<T>,
  request: SetRequest<T>,
  { record, isWriting }: SetDependencies,
  signal: AbortSignal,
): Promise<KeptSet<T>> {
  const live = await set.read(signal);
  const known = await knownPlans(set, request, record, signal);
  const planned = planSet(set, live, request, known);
  const { decision } = planned;
  if (!isWriting) return { ...planned, live, isWritten: false, memory: request.memory, verdicts: [] };
  const approved = approvedIn(planned);
  const pairs = pairsOf(known, decision.whole);
  const releasing = releasingIDs(request.approvals, pairs, planned.terms, approved);
  const used = request.approvals.filter(({ uid }) => releasing.has(uid));
  // Before the write: a process that is killed right after it keeps no verdict, and the same approval would release once more.
  await record.approvals?.keep(
    used.map((approval) => ({ approval, state: 'Used' as const, message: 'marked as used before its write was sent' })),
    signal,
  );
  const end = planned.changes ? await send(set, { live, planned, record }, signal) : { live, isWritten: false };
  const verdicts = approvalVerdicts(request.approvals, pairs, planned.terms, {
    ...{ approved, isWritten: end.isWritten, isHeld: stillHeld(decision, end.isWritten) !== undefined },
  });
  await tellHold(set, { planned, known, isWritten: end.isWritten, verdicts, record }, signal);
  return { ...planned, ...end, verdicts, ...after(planned, request, end.isWritten) };
}

async function knownPlans<T extends AssignedItem>(
  { assignment: { name: assignment }, target }: AssignedSet<T>,
  { memory: { heldSince } }: SetRequest<T>,
  { holdRecords }: SetDependencies['record'],
  signal: AbortSignal,
): Promise<Map<string, readonly Covered[]>> {
  if (heldSince === undefined || holdRecords === undefined) return new Map();
  const { plans } = await holdRecords(heldSince, signal, { assignment, target });
  const change = ([id, status]: readonly [number, string]): { id: number; status: string } => ({ id, status });
  return new Map(
    [...plans].flatMap(([hash, pairs]) => {
      const plan = { entering: pairs.entering.map(change), leaving: pairs.leaving.map(change) };
      // Its hash proves it: lists that were cut or edited would release what nobody saw.
      return planHash({ assignment, target, ...plan }) === hash ? [[hash, coveredBy(plan)] as const] : [];
    }),
  );
}

/** What passes by approvals alone. */
function approvedIn<T extends AssignedItem>({ decision: { approved, entered } }: PlannedSet<T>): Covered[] {
  const ids = new Set(entered.map(({ id }) => id));
  return coveredBy({
    entering: approved.filter(({ id }) => ids.has(id)),
    leaving: approved.filter(({ id }) => !ids.has(id)),
  });
}

interface Sending<T extends AssignedItem> {
  live: ReadonlyMap<number, T>;
  planned: PlannedSet<T>;
  record: SetDependencies['record'];
}

async function send<T extends AssignedItem>(
  set: AssignedSet<T>,
  { live, planned, record }: Sending<T>,
  signal: AbortSignal,
): Promise<Pick<KeptSet<T>, 'live' | 'isWritten' | 'error'>> {
  const { hash } = planned.decision.whole;
  await record.tell?.([setIntended(set, live, planned)], signal);
  let error: Plus1Error | undefined;
  await set.write(planned.ids, signal).catch((thrown: unknown) => void (error = toPlus1Error(thrown)));
  const read = await set.read(signal).catch((thrown: unknown) => {
    error ??= toPlus1Error(thrown);
    return undefined;
  });
  const isProved = read !== undefined && set.isSame(new Set(read.keys()), planned.ids);
  await record.tell?.([setWritten(set, hash, { isProved, found: read?.keys(), error })], signal).catch(() => undefined);
  return { live: read ?? live, isWritten: isProved, ...(!isProved && error !== undefined && { error }) };
}

interface HoldSight<T extends AssignedItem> {
  planned: PlannedSet<T>;
  known: ReadonlyMap<string, unknown>;
  isWritten: boolean;
  verdicts: readonly ApprovalVerdict[];
  record: SetDependencies['record'];
}

/** What approvals let pass, and what is held: each plan that is held is told once. */
async function tellHold<T extends AssignedItem>(
  set: AssignedSet<T>,
  { planned: { decision }, known, isWritten, verdicts, record }: HoldSight<T>,
  signal: AbortSignal,
): Promise<void> {
  const inState = (state: string): ApprovalVerdict[] => verdicts.filter((verdict) => verdict.state === state);
  const entries = [
    ...(isWritten ? releasedBy(set, decision, inState('Used')) : []),
    ...heldBy(set, stillHeld(decision, isWritten), known, inState('Counted')),
  ];
  if (entries.length > 0) await record.tell?.(entries, signal);
}

function releasedBy<T extends AssignedItem>(
  set: AssignedSet<T>,
  { heldBy: hold, whole, approved }: AssignedDecision<T>,
  approvals: readonly ApprovalVerdict[],
): Entry[] {
  if (hold === undefined || approved.length === 0) return [];
  return [
    setHeld(set, 'PlanReleased', { plan: { ...whole, ...partOf(whole, approved) }, reason: hold.reason, approvals }),
  ];
}

function heldBy<T extends AssignedItem>(
  set: AssignedSet<T>,
  held: StillHeld<T> | undefined,
  known: ReadonlyMap<string, unknown>,
  approvals: readonly ApprovalVerdict[],
): Entry[] {
  if (held === undefined || known.has(held.plan.hash)) return [];
  return [setHeld(set, 'PlanHeld', { plan: held.plan, reason: held.hold.reason, approvals })];
}

interface StillHeld<T extends AssignedItem> {
  hold: Hold;
  plan: HeldChanges<T>;
}

/** A write that is not proved released nothing. */
function stillHeld<T extends AssignedItem>(
  { hold, held, heldBy: before, whole }: AssignedDecision<T>,
  isWritten: boolean,
): StillHeld<T> | undefined {
  if (!isWritten) return before && { hold: before, plan: whole };
  return hold && held && { hold, plan: held };
}

function partOf<T extends AssignedItem>(
  { entering, leaving }: { entering: readonly T[]; leaving: readonly T[] },
  part: readonly T[],
): { entering: T[]; leaving: T[] } {
  const ids = new Set(part.map(({ id }) => id));
  return { entering: entering.filter(({ id }) => ids.has(id)), leaving: leaving.filter(({ id }) => ids.has(id)) };
}

/** What the next pass must know. A write that is not proved released nothing, and may be applied late: who would weaken by it is counted. */
function after<T extends AssignedItem>(
  { decision, changes, hold: times }: PlannedSet<T>,
  { guards, memory, nowMs }: SetRequest<T>,
  isWritten: boolean,
): Pick<KeptSet<T>, 'memory' | 'held'> {
  const open = {
    window: decision.openWindow ?? memory.window,
    entryWindow: decision.entryWindow ?? memory.entryWindow,
  };
  const { window, entryWindow } = isWritten || !changes ? decision : open;
  const kept = { ...(window && { window }), ...(entryWindow && { entryWindow }) };
  const still = stillHeld(decision, isWritten);
  if (still === undefined) return { memory: kept };
  const { hold, plan } = still;
  const fields = holdFields(times, { timeoutMs: durationMs(guards.approval.timeout), beginMs: nowMs });
  const count = plan.entering.length + plan.leaving.length;
  return { memory: { ...kept, heldSince: fields.since }, held: { ...hold, planHash: plan.hash, count, ...fields } };
}
