/**
 * Cuts secrets out of text by value, on the way out of this room: GitHub, or whoever answers in its place, may repeat
 * what it was sent. Without regard to case, since URLs lower the case of host names.
 */
import { Plus1Error } from '../../errors/index.js';

const REPLACEMENT = '[redacted]';

/** The text without any of the secrets. */
export function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replace(new RegExp(escaped(secret), 'gi'), REPLACEMENT), text);
}

/** The same error; a new one, without its cause, where it held a secret. */
export function hideInError(error: Plus1Error, secrets: readonly string[]): Plus1Error {
  const { code, retryAt } = error;
  const [message, fix] = [hide(error.message, secrets), hide(error.fix, secrets)];
  if (message === error.message && fix === error.fix) return error;
  return new Plus1Error(code, message, { fix, ...(retryAt === undefined ? {} : { retryAt }) });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
