/** Rules compared: what was asked for, what the candidate has, what the main ruleset has. Lists of parameters are compared as sets. */

/** A rule in a form that is equal where the rules are: keys sorted, order of lists and empty values without meaning. */
export function canonicalRule(rule: unknown): string {
  return JSON.stringify(plain(rule)) ?? '';
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((each) => JSON.stringify(plain(each))))].sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, each]) => [key, plain(each)] as const)
    .filter(([, each]) => !isNothing(each));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** GitHub shows an empty value as it likes, or not at all. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** Those of `rules` that are not among `others` with equal parameters. */
export function missingRules(rules: readonly unknown[], others: readonly unknown[]): unknown[] {
  const known = new Set(others.map(canonicalRule));
  return rules.filter((rule) => !known.has(canonicalRule(rule)));
}

/** True where each rule that was asked for is there, with all of its parameters; GitHub adds those that have defaults. */
export function hasAsked(rules: readonly unknown[], asked: readonly unknown[]): boolean {
  return rules.length === asked.length && asked.every((each) => rules.some((rule) => isWithin(each, rule)));
}

/** True where each rule that was asked for is in force, whatever else is. */
export const areInForce = (asked: readonly unknown[], rules: readonly unknown[]): boolean =>
  asked.every((each) => rules.some((rule) => isWithin(each, rule)));

function isWithin(asked: unknown, found: unknown): boolean {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked))
    return canonicalRule({ asked }) === canonicalRule({ asked: found });
  const values: Readonly<Record<string, unknown>> =
    typeof found === 'object' && found !== null ? { ...(found as Record<string, unknown>) } : {};
  return Object.entries(asked).every(([key, value]) => isNothing(value) || isWithin(value, values[key]));
}

/** Types in words, for messages. */
export const typesOf = (rules: readonly unknown[]): string => [...new Set(rules.map(typeOf))].sort().join(', ');

export function typeOf(rule: unknown): string {
  const { type } = (typeof rule === 'object' && rule !== null ? rule : {}) as { type?: unknown };
  return typeof type === 'string' ? type : 'unknown';
}
