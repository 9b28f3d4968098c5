/**
 * Long tables of tests: `npx mocha FILE` plays a sample of each, and `make test` a third of that; with PLUS1_TESTS=whole, as in CI,
 * all of it. Two runs of one commit play the same: a change is to blame for what fails, and not the draw. PLUS1_SEED=random draws
 * another sample and other inputs for the properties, PLUS1_SEED=N repeats them.
 */
import { randomInt } from 'node:crypto';

const isWhole = process.env['PLUS1_TESTS'] === 'whole';
/** As `make test` does: of the scenes a share is played as well (`scenes.ts`). */
export const isSample = process.env['PLUS1_TESTS'] === 'sample';
/** Of a sample, in `make test`. */
const PART = isSample ? 1 / 3 : 1;
/** Of a property that says no number: that of fast-check. */
const RUNS = 100;
/** Hashes are below it. */
const HASHES = 2 ** 32;

/** Of this run. */
export const SEED = seedOf(process.env['PLUS1_SEED'] ?? '1');
// For the workers and processes of this run, which load this file too.
process.env['PLUS1_SEED'] = String(SEED);

/** What was played, for the line that a table prints at its end. */
export const SAMPLE_NAME = isWhole ? 'all of them' : `a sample; PLUS1_SEED=${SEED} repeats it`;

/** At most `size` items, in their order; in `make test` at most a third as many. `name` makes the samples of two tables differ. */
export function sampleOf<T>(items: readonly T[], size: number, name: string): readonly T[] {
  const most = partOf(size);
  if (isWhole || items.length <= most) return items;
  const ranked = items.map((item, index) => ({ item, index, rank: hash(`${SEED} ${name} ${index}`) }));
  const chosen = ranked.sort((a, b) => a.rank - b.rank).slice(0, most);
  return chosen.sort((a, b) => a.index - b.index).map(({ item }) => item);
}

/** Whether an item is drawn that is one of many by its name; `share` of all are, from 0 to 1. */
export const isChosen = (name: string, share: number): boolean => hash(`${SEED} ${name}`) < share * HASHES;

/** How often a property is tried: `all` in CI, a third of `some` in `make test`. A failure prints the seed of fast-check. */
export const runsOf = (all: number, some = all): { numRuns: number } => ({ numRuns: isWhole ? all : partOf(some) });

/** The same for a property that says no number. */
export const { numRuns: USUAL_RUNS } = runsOf(RUNS);

/** How large a test makes what it is about: `all` in CI. Not less in `make test`: what shows at that size would not show. */
export const sizeOf = (all: number, some: number): number => (isWhole ? all : some);

function partOf(size: number): number {
  return Math.ceil(size * PART);
}

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
