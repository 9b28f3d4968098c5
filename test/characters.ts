/** Any character at all, for random texts. */
import fc from 'fast-check';

/** Halves of pairs stand from here on; a text holds none of them alone. */
const HALVES = 0xd800;
const HALVES_COUNT = 0x800;
const CHARACTERS = 0x110000 - HALVES_COUNT;

/**
 * What fast-check calls the unit `binary`, for `fc.string({ unit })`. That one builds a table of a million characters first, in each
 * process: more than a second of processor time.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .nat(CHARACTERS - 1)
  .map((at) => String.fromCodePoint(at < HALVES ? at : at + HALVES_COUNT), placeOf);

/** Throws for what is no single character: fast-check asks which texts it may build of them. */
function placeOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
  if (code === undefined || text !== String.fromCodePoint(code)) throw new Error('not one character');
  if (code >= HALVES && code < HALVES + HALVES_COUNT) throw new Error('half of a pair');
  return code < HALVES ? code : code - HALVES_COUNT;
}
