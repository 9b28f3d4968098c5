/**
 * Long tables of tests: `make test` plays a sample of each, another one in each run; with PLUS1_TESTS=whole, as in CI, all of
 * it. PLUS1_SEED repeats a sample.
 */
const isWhole = process.env['PLUS1_TESTS'] === 'whole';
/** Of this run. */
export const SEED = Number(process.env['PLUS1_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** What was played, for the line that a table prints at its end. */
export const SAMPLE_NAME = isWhole ? 'all of them' : `a sample; PLUS1_SEED=${SEED} repeats it`;

/** At most `size` items, in their order. `name` makes the samples of two tables differ. */
export function sampleOf<T>(items: readonly T[], size: number, name: string): readonly T[] {
  if (isWhole || items.length <= size) return items;
  const ranked = items.map((item, index) => ({ item, index, rank: hash(`${SEED} ${name} ${index}`) }));
  const chosen = ranked.sort((a, b) => a.rank - b.rank).slice(0, size);
  return chosen.sort((a, b) => a.index - b.index).map(({ item }) => item);
}

/** How often a property is tried: `all` in CI. A failure prints the seed of fast-check, which is another one in each run. */
export const runsOf = (all: number, some: number): { numRuns: number } => ({ numRuns: isWhole ? all : some });

/** FNV-1a with a final mix: neighbours must not stay neighbours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) >>> 0;
}
