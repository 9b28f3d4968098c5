/** Bounded text. Half of a character that takes two UTF-16 units is not valid UTF-8: a server refuses the whole object for it. */

/** The bounds that an API server sets. */
export const MAX_CONDITION_MESSAGE_CHARACTERS = 32_768;
export const MAX_EVENT_NOTE_CHARACTERS = 1_024;

/** The text, or its beginning with an ellipsis where it is longer than `maxCharacters`. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  // What fills more than twice the bound in UTF-16 units is longer than it in characters too.
  const characters = [...text.slice(0, 2 * maxCharacters + 2)];
  return characters.length <= maxCharacters ? text : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
