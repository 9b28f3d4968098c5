/**
 * Cuts secrets out of text by value, on the way out of this room: GitHub, or a server that answers in its place, may repeat
 * what it was sent. A secret in its own spelling is cut out; a text that holds one in any other is cut as a whole, because
 * nobody can say where it ends. Without regard to case, since URLs lower the case of host names.
 */
import { Plus1Error } from '../../errors/index.js';
import { holdsTrace } from './traces.js';

const REPLACEMENT = '[redacted]';

/**
 * A shorter value is cut out of no text. GitHub's tokens have 40 characters and more, but the password of a proxy may have
 * few, so the bound is low. Below it a value stands in ordinary words: the password `X` would make `HTTPS_PROXY` unreadable,
 * and would show by the gaps which letter it is.
 */
const SHORTEST_SECRET = 4;

/** The text without any of the secrets. */
export function redactValues(text: string, secrets: readonly string[]): string {
  const long = secrets.filter(({ length }) => length >= SHORTEST_SECRET);
  const rest = long.reduce((left, secret) => left.replace(new RegExp(escaped(secret), 'gi'), REPLACEMENT), text);
  return holdsTrace(rest, long) ? REPLACEMENT : rest;
}

/** The same error; a new one, without its cause, where it held a secret. */
export function redactValuesInError(error: Plus1Error, secrets: readonly string[]): Plus1Error {
  const { code, retryAt } = error;
  const message = redactAnswer(error.message, secrets);
  const fix = redactValues(error.fix, secrets);
  if (message === error.message && fix === error.fix) return error;
  return new Plus1Error(code, message, { fix, ...(retryAt === undefined ? {} : { retryAt }) });
}

/** `cannot …: what was answered`: what was tried is ours, and stays where the answer is cut. */
function redactAnswer(message: string, secrets: readonly string[]): string {
  const at = message.indexOf(': ') + 2;
  return at < 2
    ? redactValues(message, secrets)
    : redactValues(message.slice(0, at), secrets) + redactValues(message.slice(at), secrets);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
