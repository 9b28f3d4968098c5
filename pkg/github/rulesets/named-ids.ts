/**
 * The ids that GitHub's answer to a refused write names. GitHub documents no form for it: they may stand in a sentence, or
 * be values of their own beside it. What is taken for an id here is only ever used against ids that were sent.
 */

/** Deeper than any answer of GitHub. */
const MAX_DEPTH = 6;

/** Numbers that are about the answer, not about a repository. */
const ASIDE = new Set(['status', 'code', 'index', 'line', 'column', 'documentation_url', 'request_id']);

/** A whole number by itself: no part of a word, a path, a version, a hash or another number. */
const NUMBER = /(?<![\w./-])\d{1,16}(?![\w/-]|\.\d)/g;

/** Empty where the answer names none. */
export function namedIDs(data: unknown): ReadonlySet<number> {
  const ids = new Set<number>();
  collect(data, ids, 0);
  return ids;
}

function collect(value: unknown, ids: Set<number>, depth: number): void {
  if (typeof value === 'number') add(value, ids);
  else if (typeof value === 'string') for (const [digits] of value.matchAll(NUMBER)) add(Number(digits), ids);
  else if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    for (const [key, each] of Object.entries(value)) if (!ASIDE.has(key)) collect(each, ids, depth + 1);
  }
}

function add(value: number, ids: Set<number>): void {
  if (Number.isSafeInteger(value) && value > 0) ids.add(value);
}
