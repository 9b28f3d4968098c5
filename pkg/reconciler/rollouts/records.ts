/** Writes to a candidate, and the hold before its first Active stage, as the journal is told of them. Pure. */
import { durationMs, type PolicySpec, type RolloutStatus } from '../../api/index.js';
import { membersHash } from '../../base/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import { holdTimes, planHash, type ApprovalVerdict } from '../../governance/index.js';
import type { Data, Entry } from '../../journal/index.js';
import type { Action } from '../../rollout/index.js';
import { toldApproval } from '../journal/approvals.js';
import type { ChangeRecords } from '../owned/change.js';

/** Of every record: which set it is about. */
const assigned = (uid: string): { assignment: string; target: string } => ({ assignment: 'candidate', target: uid });

export interface CandidateChange {
  uid: string;
  action: Extract<Action, { kind: 'change' }>;
  nameOf: (id: number) => string;
  /** What the impact says of one that enters. */
  wordOf: (id: number) => string;
}

/** One record before the write, and one after it. */
export function changeRecords(change: CandidateChange): ChangeRecords {
  let hash = '';
  return {
    intended: (live): Entry => {
      const data = intendedData(change, live);
      hash = data.planHash;
      return { kind: 'WriteIntended', data };
    },
    ended: ({ state, live, error }): Entry => ({
      kind: ({ proved: 'WriteProved', unproved: 'WriteUnproved', refused: 'WriteRefused' } as const)[state],
      data: {
        ...{ ...assigned(change.uid), planHash: hash },
        hashAfter: live?.members === undefined ? null : membersHash(live.members),
        error: error === undefined ? null : `${error.code}: ${error.message}`,
      },
    }),
  };
}

function intendedData(
  { uid, action, nameOf, wordOf }: CandidateChange,
  live: OwnedRuleset,
): Data<'WriteIntended'> & { enforcement: object } {
  const before = live.members ?? new Set<number>();
  const after = new Set(action.members ?? before);
  const told = (ids: readonly number[], statusOf: (id: number) => string): Data<'WriteIntended'>['enter'] =>
    [...ids].sort((a, b) => a - b).map((id) => ({ id, name: nameOf(id), status: statusOf(id) }));
  const enter = told(
    [...after].filter((id) => !before.has(id)),
    wordOf,
  );
  const leave = told(
    [...before].filter((id) => !after.has(id)),
    () => 'rolledBack',
  );
  const pairs = (members: typeof enter): { id: number; status: string }[] =>
    members.map(({ id, status }) => ({ id, status: status ?? '' }));
  const plan = { assignment: 'candidate', target: uid, entering: pairs(enter), leaving: pairs(leave) };
  return {
    ...{ ...assigned(uid), planHash: planHash(plan), enter, leave },
    enforcement: { before: live.enforcement, after: action.enforcement ?? live.enforcement },
    ...{ membersBefore: before.size, membersAfter: after.size },
    ...{ hashBefore: membersHash(before), hashAfter: membersHash(after) },
  };
}

type KeptHold = NonNullable<RolloutStatus['hold']>;

export interface HoldChange {
  uid: string;
  before: KeptHold | undefined;
  after: KeptHold | undefined;
  /** The stage that waited has begun. */
  isReleased: boolean;
  verdicts: readonly ApprovalVerdict[];
  guards: PolicySpec['guards'];
  nowMs: number;
}

/** A hold starts, or its plan has another hash; it expired; it ended. */
export function holdRecords({ uid, before, after, isReleased, verdicts, guards, nowMs }: HoldChange): Entry[] {
  const told = (hold: KeptHold, state: ApprovalVerdict['state']): Data<'PlanHeld'> => ({
    ...{ ...assigned(uid), planHash: hold.planHash, reason: 'ApprovalRequired', leave: [] },
    enter: (hold.members ?? []).map(({ id, name, impact }) => ({ id, name, status: impact })),
    approvals: verdicts.filter((verdict) => verdict.state === state).map(toldApproval),
  });
  if (after === undefined) return before && isReleased ? [{ kind: 'PlanReleased', data: told(before, 'Used') }] : [];
  const timeoutMs = durationMs(guards.approval.timeout);
  const hasExpired = holdTimes(before, { timeoutMs, now: nowMs })?.hasExpired === true;
  return [
    ...(before && hasExpired ? [{ kind: 'HoldExpired', data: told(before, 'Expired') } as const] : []),
    ...(before?.planHash === after.planHash ? [] : [{ kind: 'PlanHeld', data: told(after, 'Counted') } as const]),
  ];
}
