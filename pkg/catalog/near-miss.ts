/** Which known word an unknown one was probably meant to be. */

/** Beyond this length a word is no misspelt key; the comparison grows with the square of it. */
const MAX_LENGTH = 40;

/** The closest of `known`: the same but for case and separators, or at most two letters away. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const plain = simplify(word);
  const same = known.find((candidate) => simplify(candidate) === plain);
  if (same !== undefined) return same;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(plain, simplify(candidate), allowed(candidate));
    if (distance !== undefined && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Short words are near to too many others. */
const allowed = (word: string): number => (word.length <= 3 ? 0 : word.length <= 5 ? 1 : 2);

const simplify = (word: string): string => word.replace(/[\s_-]/g, '').toLowerCase();

/** Letters to replace, add, leave out or swap with their neighbour; undefined where these are more than `most`. */
function editDistance(a: string, b: string, most: number): number | undefined {
  if (Math.abs(a.length - b.length) > most) return undefined;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, at(row, j) + 1, at(next, j - 1) + 1));
    }
    // No number grows smaller again, and a swap looks back over two rows. Most words differ in their first letters.
    if (Math.min(...row) > most && Math.min(...next) > most) return undefined;
    [before, row] = [row, next];
  }
  const distance = at(row, b.length);
  return distance <= most ? distance : undefined;
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
