/** The records of a hold: it starts, its plan changes, something of it is released. Pure. */
import type { Data, Entry } from '../../journal/index.js';
import type { ApprovalVerdict, Decision, PlanItem } from '../../governance/index.js';
import { stillHeld } from '../held.js';
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
export function holdChanges(recorded: unknown, sight: HoldSight): Entry[] {
  const { decision, isWritten, approvals = [] } = sight;
  const before = recorded as Pick<Held, 'planHash' | 'reason'> | null;
  const held = stillHeld({ decision, written: isWritten });
  const released = releases(before, sight);
  if (held === undefined) return released;
  const { reason, plan } = held;
  if (before?.planHash === plan.hash && before.reason === reason && released.length === 0) return [];
  const lists = { leave: plan.leaving.map(told), enter: plan.entering.map(told) };
  const counted = inState(approvals, 'Counted');
  return [...released, { kind: 'PlanHeld', data: { planHash: plan.hash, reason, ...lists, approvals: counted } }];
}

/** By approvals, or since nothing is held any more. Empty lists: what was held is not planned any more, and nothing had to be released. */
function releases(
  before: Pick<Held, 'planHash' | 'reason'> | null,
  { decision, isWritten, approvals = [] }: HoldSight,
): Entry[] {
  const { plan, toLeave, toEnter, approved } = decision;
  const isHeld = stillHeld({ decision, written: isWritten }) !== undefined;
  const isApproved = isWritten && approved.length > 0;
  if (before === null || (isHeld && !isApproved)) return [];
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
