/**
 * Patterns that mean the same in JavaScript and in RE2, which API servers use. https://github.com/google/re2/wiki/Syntax
 * RE2 has no look-around and no back references; `\s`, `\b`, `\w` and `.` mean other characters there.
 */
const FOREIGN = /\(\?|\\[1-9kpPsSwWbBuxc]|(?<!\\)(?:\\\\)*\.(?![^[]*\])/;

/** A longer bound belongs to the length of the text. */
const MOST_REPEATED = 1_000;

/** Throws on a pattern that the two would read differently, or that RE2 refuses. */
export function assertPortable(pattern: string): void {
  const found = FOREIGN.exec(pattern);
  if (found !== null) throw new Error(`the pattern ${pattern} holds ${found[0]}, which RE2 reads differently`);
  // An API server refuses the whole definition then. https://github.com/google/re2/wiki/Syntax
  for (const [repetition] of pattern.matchAll(/\{\d+(?:,\d*)?\}/g)) {
    const counts = [...repetition.matchAll(/\d+/g)].map(Number);
    if (Math.max(...counts) > MOST_REPEATED)
      throw new Error(`the pattern ${pattern} repeats by ${repetition}, and RE2 at most ${MOST_REPEATED} times`);
  }
}

/** Throws on a pattern that matches anywhere in a text too: the keyword `pattern` is not anchored by itself. */
export function assertAnchored(pattern: string): void {
  assertPortable(pattern);
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) throw new Error(`the pattern ${pattern} is not anchored`);
}

/** The patterns inside the CEL rules of a node, without their quotes and the flag for letters of any case. */
export function patternsOf(rule: string): string[] {
  return [...rule.matchAll(/self\.matches\('((?:[^'\\]|\\.)*)'\)/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1').replace(/^\(\?i\)/, ''),
  );
}
