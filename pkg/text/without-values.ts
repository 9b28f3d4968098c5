/** Cuts given values, such as those of a credential, out of a foreign text. Pure. */

const REPLACEMENT = '[redacted]';

/**
 * A shorter value is cut out of no text. GitHub's tokens have 40 characters and more, but the password of a proxy may have
 * few, so the bound is low. Below it a value stands in ordinary words: the password `X` would make `HTTPS_PROXY` unreadable,
 * and would show by the gaps which letter it is.
 */
const SHORTEST_VALUE = 4;

/** The values that are long enough to be cut out. */
export const longValues = (values: readonly string[]): string[] =>
  values.filter(({ length }) => length >= SHORTEST_VALUE);

/** The text without any of the values, whatever the case of their letters: URLs lower the case of host names. */
export const withoutValues = (text: string, values: readonly string[]): string =>
  longValues(values)
    // The longest first: once a part of one is gone, the rest would not be found.
    .sort((a, b) => b.length - a.length)
    .reduce((left, value) => left.replace(new RegExp(escaped(value), 'gi'), REPLACEMENT), text);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
