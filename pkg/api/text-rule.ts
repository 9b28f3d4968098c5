/** Rules of a text as patterns, each with the sentence that says what to write instead: the first that is broken is the fault. */

export interface TextRule {
  pattern: RegExp;
  /** Whether the text must match the pattern, or must not. */
  matches: boolean;
  /** What is allowed. */
  message: string;
}

/** The sentence of the first broken rule, or undefined where none is. */
export function brokenRule(rules: readonly TextRule[], text: string): string | undefined {
  return rules.find(({ pattern, matches }) => pattern.test(text) !== matches)?.message;
}
