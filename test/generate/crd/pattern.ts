/**
 * Patterns that mean the same in JavaScript and in RE2, which API servers use. https://github.com/google/re2/wiki/Syntax
 * RE2 has no look-around and no back references; `\s`, `\b`, `\w` and `.` mean other characters there.
 */
const FOREIGN = /\(\?|\\[1-9kpPsSwWbBuxc]|(?<!\\)(?:\\\\)*\.(?![^[]*\])/;

/** Throws on a pattern that the two would read differently. */
export function assertPortable(pattern: string): void {
  const found = FOREIGN.exec(pattern);
  if (found !== null) throw new Error(`the pattern ${pattern} holds ${found[0]}, which RE2 reads differently`);
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
