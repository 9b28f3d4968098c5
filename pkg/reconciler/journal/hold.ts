/** The records of a hold: it starts, its plan changes, something of it is released. Pure. */
import type { Data, Entry } from '../../journal/index.js';
import type { ApprovalVerdict, Decision, PlanItem } from '../../governance/index.js';
import { toldApproval } from './approvals.js';

type Held = Data<'PlanHeld'>;

export interface HoldSight {
  decision: Decision;
  /** What was decided was written, and proved. */
  isWritten: boolean;
  /** What became of the approvals. */
  approvals?: readonly ApprovalVerdict[];
}

/**
 * `recorded`: the data of the last record of the hold that runs; null where nothing is held. Its lists are those that the hash of
 * the plan stands for, since an approval that names the hash releases what they hold.
 */
export function holdChanges(recorded: unknown, { decision, isWritten, approvals = [] }: HoldSight): Entry[] {
  const before = recorded as Pick<Held, 'planHash' | 'reason'> | null;
  const { hold, held, heldPlan } = decision;
  const released = releases(before, { decision, isWritten, approvals });
  const named = isWritten ? held : heldPlan;
  if (hold === undefined || named === undefined) return released;
  const isSame = before?.planHash === named.hash && before.reason === hold.reason && released.length === 0;
  if (isSame) return [];
  const { hash: planHash, leaving, entering } = named;
  const lists = { leave: leaving.map(told), enter: entering.map(told) };
  return [
    ...released,
    { kind: 'PlanHeld', data: { planHash, reason: hold.reason, ...lists, approvals: inState(approvals, 'Counted') } },
  ];
}

/** By approvals, or since nothing is held any more. Empty lists: what was held is not planned any more, and nothing had to be released. */
function releases(
  before: Pick<Held, 'planHash' | 'reason'> | null,
  { decision, isWritten, approvals = [] }: HoldSight,
): Entry[] {
  const { hold, plan, toLeave, toEnter, approved } = decision;
  const isApproved = isWritten && approved.length > 0;
  if (before === null || (hold !== undefined && !isApproved)) return [];
  const transferred = new Set(plan.gone.map(({ id }) => id));
  const byApproval = new Set(approved.map(({ id }) => id));
  const passed = (item: PlanItem): boolean => isWritten && (!isApproved || byApproval.has(item.id));
  const leave = toLeave.filter((item) => passed(item) && !transferred.has(item.id)).map(told);
  const enter = isApproved ? toEnter.filter(passed).map(told) : [];
  return [
    {
      kind: 'PlanReleased',
      data: { planHash: before.planHash, reason: before.reason, leave, enter, approvals: inState(approvals, 'Used') },
    },
  ];
}

const inState = (approvals: readonly ApprovalVerdict[], state: ApprovalVerdict['state']): Held['approvals'] =>
  approvals.filter((verdict) => verdict.state === state).map(toldApproval);

const told = ({ id, name, status }: PlanItem): Held['leave'][number] => ({ id, name, status });
