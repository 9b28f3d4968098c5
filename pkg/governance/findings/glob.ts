/**
 * Globs of repository names: `*` is any run of characters, `?` is one, everything else is itself.
 * Not a regular expression on purpose: a policy may hold `*a*a*a*…b`, and backtracking over that would stop the worker.
 */

/** True where the whole name matches the glob, whatever the case of either: GitHub's names differ by more than case. */
export function matchesGlob(name: string, glob: string): boolean {
  const text = name.toLowerCase();
  const pattern = glob.toLowerCase();
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const wanted = pattern[next];
    if (wanted === '*') {
      star = next;
      starAt = at;
      next += 1;
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      // Only the last star need grow: what earlier ones took can stay as short as it was. This keeps it quadratic.
      starAt += 1;
      at = starAt;
      next = star + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(next));
}
