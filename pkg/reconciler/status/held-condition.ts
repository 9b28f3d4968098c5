/** The condition Held: only while a guard, a rollback or a contest holds the plan of the membership. */
import type { PolicyStatus } from '../../api/index.js';
import { hasCode } from '../../errors/index.js';
import { stillHeld } from '../held.js';
import type { PassOutcome } from '../types.js';
import type { ConditionDraft } from './condition-draft.js';
import { heldText } from './held-text.js';

/** A plan stays held until a pass decides again. */
export function heldAsBefore({ hold, conditions }: PolicyStatus): ConditionDraft[] {
  const before = conditions?.find(({ type }) => type === 'Held');
  return hold === undefined || before === undefined ? [] : [before];
}

/** A pass that came to no decision says nothing about the last one's hold. */
export function held(outcome: Omit<PassOutcome, 'status'>, previous: PolicyStatus): ConditionDraft[] {
  const { acted, seen, error, request } = outcome;
  // What only observes holds nothing back.
  if (acted !== undefined && request.policy.spec.mode === 'Observe') return [];
  if (acted !== undefined && seen?.skewed === true) return heldAsBefore(previous);
  if (acted === undefined) return hasCode(error, 'PLUS1_POLICY_CONFLICT') ? [] : heldAsBefore(previous);
  const hold = stillHeld(acted);
  if (hold === undefined) return [];
  return [{ type: 'Held', status: 'True', reason: hold.reason, message: heldText(hold, outcome) }];
}
