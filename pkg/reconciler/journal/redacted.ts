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
  return Array.isArray(value) ? cleanList(value as unknown[]) : cleanFields(value as Record<string, unknown>);
}

function cleanFields(fields: Record<string, unknown>): unknown {
  let copy: [name: string, value: unknown][] | undefined;
  const names = Object.keys(fields);
  for (const [at, name] of names.entries()) {
    const [to, as] = [redactPatterns(name), clean(fields[name])];
    if (copy === undefined && to === name && Object.is(as, fields[name])) continue;
    copy ??= names.slice(0, at).map((before) => [before, fields[before]]);
    copy.push([to, as]);
  }
  return copy === undefined ? fields : Object.fromEntries(copy);
}

function cleanList(items: readonly unknown[]): readonly unknown[] {
  const cleaned = items.map(clean);
  return cleaned.every((each, index) => Object.is(each, items[index])) ? items : cleaned;
}
