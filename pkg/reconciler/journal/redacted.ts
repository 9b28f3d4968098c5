/**
 * The last net for secrets in records: what looks like a credential is cut out of every text. Names, lifecycles and reasons are
 * other people's words, and a record stays for seven years.
 */
import { redactPatterns } from '../../text/index.js';

/**
 * The same value; strings without what looks like a credential, names of fields too. What holds nothing of that is not copied: the first
 * record of an organization names each of its repositories.
 */
export function redacted<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return redactPatterns(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return cleanList(value as unknown[]);
  const fields = Object.entries(value as Record<string, unknown>).map(([name, inner]) => ({
    name,
    inner,
    to: redactPatterns(name),
    as: clean(inner),
  }));
  if (fields.every(({ name, inner, to, as }) => name === to && Object.is(inner, as))) return value;
  return Object.fromEntries(fields.map(({ to, as }) => [to, as]));
}

function cleanList(items: readonly unknown[]): readonly unknown[] {
  const cleaned = items.map(clean);
  return cleaned.every((each, index) => Object.is(each, items[index])) ? items : cleaned;
}
