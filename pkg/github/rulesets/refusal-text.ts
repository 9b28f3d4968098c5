/** What GitHub says of a write that it refused, in one bounded line. The texts are its own and go into messages. */
import { foreignLine } from '../../text/index.js';

/** A refusal may name hundreds of ids; a condition message and a terminal have no place for them. */
const MAX_LENGTH = 500;

/** `errors` holds plain strings or objects, by endpoint and by day. */
export function refusalText(data: unknown, fallback: string): string {
  const message = textOf(data, 'message');
  const errors =
    typeof data === 'object' && data !== null && 'errors' in data && Array.isArray(data.errors) ? data.errors : [];
  const texts = errors.map(errorText).filter((text) => text !== '');
  const text = texts.length > 0 ? texts.join('; ') : (message ?? fallback);
  return foreignLine(text, MAX_LENGTH);
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = textOf(error, 'message');
  if (message !== undefined) return message;
  return ['resource', 'field', 'code']
    .map((key) => textOf(error, key))
    .filter((text) => text !== undefined)
    .join(' ');
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const text = (value as Record<string, unknown>)[key];
  return typeof text === 'string' ? text : undefined;
}
