/** Conditions of an object that is an input of passes. Pure. */
import type { ConditionOf, InputObject } from '../../api/index.js';

/** A condition as a handler says it. */
export type Said = Pick<ConditionOf, 'type' | 'status' | 'reason' | 'message'>;

/** Whole conditions: `lastTransitionTime` moves only where `status` changes. A type that is not said any more goes. */
export function conditionsOf(
  { metadata: { generation }, status }: Pick<InputObject, 'metadata' | 'status'>,
  said: readonly Said[],
  nowMs: number,
): ConditionOf[] {
  const before = new Map((status.conditions ?? []).map((condition) => [condition.type, condition]));
  return said.map(({ type, status: is, reason, message }) => {
    const known = before.get(type);
    const lastTransitionTime = known?.status === is ? known.lastTransitionTime : new Date(nowMs).toISOString();
    return { type, status: is, reason, message, observedGeneration: generation, lastTransitionTime };
  });
}

/** The status of one condition; undefined where there is none of that type. */
export const conditionStatus = (
  { conditions = [] }: InputObject['status'],
  type: string,
): ConditionOf['status'] | undefined => conditions.find((each) => each.type === type)?.status;
