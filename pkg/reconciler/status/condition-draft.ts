/** A condition as a pass states it, and how a list of them becomes that of a status. */
import {
  CONDITION_TYPES,
  MAX_CONDITION_MESSAGE_CHARACTERS,
  type Condition,
  type ConditionReason,
  type ConditionType,
} from '../../api/index.js';
import { cut, printable } from '../../text/index.js';

/** A condition before its times. */
export interface ConditionDraft {
  type: ConditionType;
  status: Condition['status'];
  reason: ConditionReason;
  message: string;
}

/** Puts observed generation and transition times on, and sorts. */
export function withTimes(
  stated: readonly ConditionDraft[],
  previous: readonly Condition[],
  observedGeneration: number,
  now: string,
): Condition[] {
  return [...stated]
    .sort((a, b) => CONDITION_TYPES.indexOf(a.type) - CONDITION_TYPES.indexOf(b.type))
    .map((condition) => {
      const before = previous.find(({ type }) => type === condition.type);
      const lastTransitionTime = before?.status === condition.status ? before.lastTransitionTime : now;
      // The API server would refuse the whole status, and with it the memory of the next pass.
      const message = cut(printable(condition.message), MAX_CONDITION_MESSAGE_CHARACTERS);
      return { ...condition, message, observedGeneration, lastTransitionTime };
    });
}

/** Names in a message; the report has them all. */
const MAX_NAMES = 10;

/** Names for a message, in their order: a list in another order would be another write to the API server. */
export function someOf(names: readonly string[]): string {
  const shown = [...names].sort().slice(0, MAX_NAMES);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}
