/** One condition of a status, as every kind of ours has them: `metav1.Condition`. */
import * as v from 'valibot';
import { oneOf, text, time } from './fields.js';
import { count, told, word } from './status-fields.js';

export const CONDITION_STATUSES = ['True', 'False', 'Unknown'] as const;

/** A condition whose words are those of its kind. */
export interface ConditionOf<Type extends string = string, Reason extends string = string> {
  type: Type;
  status: (typeof CONDITION_STATUSES)[number];
  reason: Reason;
  /** For the reader of the status: stable between equal states, no counters of time, no secret, no foreign body. */
  message: string;
  observedGeneration: number;
  /** Moves only when `status` changes. RFC 3339. */
  lastTransitionTime: string;
}

/** `of`: the kind in plain words. `types`: a sentence that names the types. */
export function conditionSchema<Type extends string, Reason extends string>(
  of: string,
  types: string,
): v.GenericSchema<ConditionOf<Type, Reason>> {
  return v.strictObject({
    type: told(word<Type>(/^[A-Za-z][A-Za-z0-9]*$/, 316), types),
    status: told(oneOf(CONDITION_STATUSES), 'Whether the condition holds.'),
    reason: told(word<Reason>(/^[A-Za-z][A-Za-z0-9]*$/, 1024), 'Why, in one word.'),
    message: told(text(0, 32_768, 'a message'), `Why, in a sentence for the user of the ${of}.`),
    observedGeneration: told(count(), `Generation of the ${of} that the condition speaks of.`),
    lastTransitionTime: told(time(), 'When the status of the condition last changed.'),
  });
}
