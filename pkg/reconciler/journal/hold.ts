/** The records of a hold: it starts, its plan changes, something of it is released. Pure. */
import type { Data, Entry } from '../../journal/index.js';
import type { Decision, PlanItem } from '../../governance/index.js';

type Held = Data<'PlanHeld'>;

export interface HoldSight {
  decision: Decision;
  /** What was decided was written, and proved. */
  isWritten: boolean;
}

/** `recorded`: the data of the last record of the hold that runs; null where nothing is held. */
export function holdChanges(recorded: unknown, { decision, isWritten }: HoldSight): Entry[] {
  const before = recorded as Pick<Held, 'planHash' | 'reason'> | null;
  const { hold, plan } = decision;
  if (hold === undefined) return before === null ? [] : [released(before, decision, isWritten)];
  if (before?.planHash === plan.hash && before.reason === hold.reason) return [];
  const stays = new Set((isWritten ? decision.toLeave : []).map(({ id }) => id));
  const enters = new Set(decision.toEnter.map(({ id }) => id));
  return [
    {
      kind: 'PlanHeld',
      data: {
        planHash: plan.hash,
        reason: hold.reason,
        leave: plan.leave.filter(({ id }) => !stays.has(id)).map(told),
        enter: plan.enter.filter(({ id }) => !enters.has(id)).map(told),
        approvals: [],
      },
    },
  ];
}

/** Nothing is held any more. Empty lists: what was held is not planned any more, so that nothing had to be released. */
function released(
  { planHash, reason }: Pick<Held, 'planHash' | 'reason'>,
  { plan, toLeave }: Decision,
  isWritten: boolean,
): Entry {
  const transferred = new Set(plan.gone.map(({ id }) => id));
  const leave = isWritten ? toLeave.filter(({ id }) => !transferred.has(id)) : [];
  return { kind: 'PlanReleased', data: { planHash, reason, leave: leave.map(told), enter: [], approvals: [] } };
}

const told = ({ id, name, status }: PlanItem): Held['leave'][number] => ({ id, name, status });
