/**
 * Long tables of tests: `make test` plays a sample of each; with PLUS1_TESTS=whole, as in CI, all of it. Two runs of one commit
 * play the same: a change is to blame for what fails, and not the draw. PLUS1_SEED=random draws another sample and other
 * inputs for the properties, PLUS1_SEED=N repeats them.
 */
import { randomInt } from 'node:crypto';

const isWhole = process.env['PLUS1_TESTS'] === 'whole';
/** As `make test` does: of the scenes a share is played as well (`scenes.ts`). */
export const isSample = process.env['PLUS1_TESTS'] === 'sample';
/** Hashes are below it. */
const HASHES = 2 ** 32;

/** Of this run. */
export const SEED = seedOf(process.env['PLUS1_SEED'] ?? '1');
// For the workers and processes of this run, which load this file too.
process.env['PLUS1_SEED'] = String(SEED);

/** What was played, for the line that a table prints at its end. */
export const SAMPLE_NAME = isWhole ? 'all of them' : `a sample; PLUS1_SEED=${SEED} repeats it`;

/** At most `size` items, in their order. `name` makes the samples of two tables differ. */
export function sampleOf<T>(items: readonly T[], size: number, name: string): readonly T[] {
  if (isWhole || items.length <= size) return items;
  const ranked = items.map((item, index) => ({ item, index, rank: hash(`${SEED} ${name} ${index}`) }));
  const chosen = ranked.sort((a, b) => a.rank - b.rank).slice(0, size);
  return chosen.sort((a, b) => a.index - b.index).map(({ item }) => item);
}

/** Whether an item is drawn that is one of many by its name; `share` of all are, from 0 to 1. */
export const isChosen = (name: string, share: number): boolean => hash(`${SEED} ${name}`) < share * HASHES;

/** How often a property is tried: `all` in CI. A failure prints the seed of fast-check. */
export const runsOf = (all: number, some: number): { numRuns: number } => ({ numRuns: isWhole ? all : some });

function seedOf(text: string): number {
  const seed = text === 'random' ? randomInt(1_000_000) : Number(text);
  if (!Number.isSafeInteger(seed)) throw new Error(`PLUS1_SEED is a whole number or "random", not ${text}`);
  return seed;
}

/** FNV-1a with a final mix: neighbours must not stay neighbours. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) >>> 0;
}
