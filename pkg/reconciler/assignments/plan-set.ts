/** What of a set would change, and what of that may be applied now. Pure. */
import type { PolicySpec } from '../../api/index.js';
import {
  countingApprovals,
  coveredBy,
  decide,
  holdTimes,
  type ApprovalTerms,
  type AssignedDecision,
  type Covered,
  type GivenApproval,
  type HeldChanges,
  type HoldTimes,
} from '../../governance/index.js';
import type { AssignedItem, AssignedSet } from './assigned-set.js';
import { durationMs } from '../../api/index.js';

/** What earlier passes left of one set. */
export interface SetMemory {
  /** Since when something of it is held, RFC 3339. */
  heldSince?: string | undefined;
  /** What its guards count. */
  window?: AssignedDecision<AssignedItem>['window'];
  entryWindow?: AssignedDecision<AssignedItem>['entryWindow'];
}

export interface SetRequest<T extends AssignedItem> {
  /** Who is to be in it. */
  wanted: readonly T[];
  guards: PolicySpec['guards'];
  memory: SetMemory;
  /** Those that may name a plan of it. */
  approvals: readonly GivenApproval[];
  /** By the time of the pass, Unix ms. */
  nowMs: number;
  /** That time is not to be believed: nothing weakens by it. */
  isSkewed: boolean;
}

export interface PlannedSet<T extends AssignedItem> {
  decision: AssignedDecision<T>;
  /** The whole set as it is to be sent, sorted. */
  ids: number[];
  changes: boolean;
  /** Who would weaken it and does not, for lack of evidence. */
  retained: { item: T; why: string }[];
  terms: ApprovalTerms;
  hold: HoldTimes | undefined;
}

const SKEWED = "waits while the local clock and GitHub's differ by more than 5 minutes";

/** `known`: changes of plans that earlier passes of this hold made, by hash. */
export function planSet<T extends AssignedItem>(
  { assignment, target, doubt }: Pick<AssignedSet<T>, 'assignment' | 'target' | 'doubt'>,
  live: ReadonlyMap<number, T>,
  { wanted, guards, memory, approvals, nowMs, isSkewed }: SetRequest<T>,
  known: ReadonlyMap<string, readonly Covered[]>,
): PlannedSet<T> {
  const is = new Set(wanted.map(({ id }) => id));
  const retained: PlannedSet<T>['retained'] = [];
  const mayWeaken = (item: T): boolean => {
    const why = isSkewed ? SKEWED : doubt(item);
    if (why !== undefined) retained.push({ item, why });
    return why === undefined;
  };
  const all = {
    enter: wanted.filter(({ id }) => !live.has(id)),
    leave: [...live.values()].filter(({ id }) => !is.has(id)),
  };
  const { weakens } = assignment;
  const changes = { ...all, [weakens]: all[weakens].filter(mayWeaken), target, members: live.size, transferred: [] };
  const hold = holdTimes(memory.heldSince === undefined ? undefined : { since: memory.heldSince }, {
    ...{ timeoutMs: durationMs(guards.approval.timeout), now: nowMs },
  });
  const terms = { rules: guards.approval, hold, now: nowMs };
  const { window, entryWindow } = memory;
  const decision = decide(assignment, changes, { settings: guards, now: nowMs, window, entryWindow }, (held) =>
    countingApprovals(approvals, pairsOf(known, held), terms),
  );
  const left = new Set(decision.left.map(({ id }) => id));
  const ids = [...live.keys(), ...decision.entered.map(({ id }) => id)].filter((id) => !left.has(id));
  return {
    ...{ decision, retained, terms, hold },
    ids: ids.sort((a, b) => a - b),
    changes: decision.entered.length + decision.left.length > 0,
  };
}

/** Changes by the hash of their plan: that of this pass, and those of earlier ones. */
export const pairsOf =
  (known: ReadonlyMap<string, readonly Covered[]>, held: HeldChanges<AssignedItem>) =>
  (hash: string): readonly Covered[] | undefined =>
    hash === held.hash ? coveredBy(held) : known.get(hash);
