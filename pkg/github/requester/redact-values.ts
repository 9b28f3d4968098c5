/**
 * Cuts secrets out of text by value, on the way out of this room: GitHub, or a server that answers in its place, may repeat
 * what it was sent. A secret in its own spelling is cut out; a text that holds one in any other is cut as a whole, because
 * nobody can say where it ends.
 */
import { Plus1Error } from '../../errors/index.js';
import { longValues, withoutValues } from '../../text/index.js';
import { holdsTrace } from './traces.js';

const REPLACEMENT = '[redacted]';

/** The text without any of the secrets. */
export function redactValues(text: string, secrets: readonly string[]): string {
  const rest = withoutValues(text, secrets);
  return holdsTrace(rest, longValues(secrets)) ? REPLACEMENT : rest;
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
