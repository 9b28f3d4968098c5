/** Order of resource versions of one object. An API server counts them up, and since 1.35 promises so (KEP-5504). */

/** True where `a` is as new as `b`, or newer. Versions that are no numbers cannot be told apart by age: then the later heard one wins. */
export function isAtLeast(a: string, b: string): boolean {
  if (!isNumber(a) || !isNumber(b)) return a === b;
  // Longer than a double holds exactly, so they are compared as text.
  return a.length === b.length ? a >= b : a.length > b.length;
}

const isNumber = (version: string): boolean => /^[1-9]\d*$/.test(version);
