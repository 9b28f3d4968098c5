/**
 * The last net for secrets in records: what looks like a credential is cut out of every text. Names, lifecycles and reasons are
 * other people's words, and a record stays for seven years.
 */
import { redactPatterns } from '../../telemetry/index.js';

/** The same value; strings without what looks like a credential, names of fields too. */
export function redacted<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return redactPatterns(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redactPatterns(name), clean(inner)]));
}
