/** Reads a parsed document, of a policy or of another kind: either what it says with its defaults, or one line for each fault. */
import * as v from 'valibot';
import { faultLine, quote, WHOLE } from './fault-line.js';
import { policySchema, type Plus1Policy } from './policy.js';

export type ParsedPolicy = { ok: true; policy: Plus1Policy } | { ok: false; faults: string[] };

/** The policy, or its faults, each as `path: found X, allowed: Y`. Never throws. */
export function parsePolicy(document: unknown): ParsedPolicy {
  const parsed = parseDocument(policySchema, document);
  return parsed.ok ? { ok: true, policy: parsed.output } : parsed;
}

/** What a document of any of our kinds says with its defaults, or its faults in the words of `parsePolicy`. Never throws. */
export function parseDocument<T>(
  schema: v.GenericSchema<unknown, T>,
  document: unknown,
): { ok: true; output: T } | { ok: false; faults: string[] } {
  const input = withoutNulls(document);
  const result = v.safeParse(schema, input);
  const found = result.success
    ? listsForMappings(input, result.output, [])
    : result.issues.map((issue) => faultLine(issue));
  const faults = [...unknownNulls(schema, document), ...found];
  if (result.success && faults.length === 0) return { ok: true, output: result.output };
  return { ok: false, faults: [...new Set(faults)] };
}

/**
 * Faults of lists that were read as mappings. To valibot a list is an object, so `guards: []` would be all defaults;
 * an API server refuses it.
 */
function listsForMappings(input: unknown, output: unknown, path: readonly string[]): string[] {
  if (!isObject(input) || !isObject(output)) return [];
  if (Array.isArray(input)) {
    if (Array.isArray(output)) return [];
    return [`${path.join('.') || WHOLE}: found ${quote(input)}, allowed: a mapping`];
  }
  const read = new Map(Object.entries(output));
  return Object.entries(input).flatMap(([key, inner]) => listsForMappings(inner, read.get(key), [...path, key]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * An API server drops a null field and applies the default; a file is read the same way, so that both accept the same
 * policies. A null in a list is an entry, and stays.
 */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNulls);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}

/** Unknown fields without a value, which would go with the nulls: an API server refuses `maxLeavng:` too. */
function unknownNulls(schema: v.GenericSchema, document: unknown): string[] {
  const { issues = [] } = v.safeParse(schema, nullsUnset(document));
  return issues.filter(({ expected }) => expected === 'never').map((issue) => faultLine(issue));
}

/** Nulls as unset fields: the field is still there to be known or not. */
function nullsUnset(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(nullsUnset);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nullsUnset(inner)]));
}
