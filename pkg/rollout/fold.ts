/** The rules that the main ruleset has once those of the candidate are added. Its owner applies them; Plus1 never changes rules. */
import { missingRules } from './rules.js';

/** Rules that the main ruleset has with equal parameters are not added twice. Where one of a type is there with others, both stand. */
export const fold = (main: readonly unknown[], candidate: readonly unknown[]): unknown[] => [
  ...main,
  ...missingRules(candidate, main),
];
