/** Reads a policy from a parsed document: either the policy with its defaults, or one line for each fault. */
import * as v from 'valibot';
import { redactUserInfo } from './address.js';
import { cut, printable } from '../text/index.js';
import { policySchema, type Plus1Policy } from './policy.js';

/** Characters of a foreign value or path. */
const MAX_SHOWN = 60;

/** Stands for the path of the whole document. */
const WHOLE = '(the document)';

export type ParsedPolicy = { ok: true; policy: Plus1Policy } | { ok: false; faults: string[] };

/** The policy, or its faults, each as `path: found X, allowed: Y`. Never throws. */
export function parsePolicy(document: unknown): ParsedPolicy {
  const input = withoutNulls(document);
  const result = v.safeParse(policySchema, input);
  const found = result.success ? listsForMappings(input, result.output, []) : result.issues.map(faultLine);
  const faults = [...unknownNulls(document), ...found];
  if (result.success && faults.length === 0) return { ok: true, policy: result.output };
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
function unknownNulls(document: unknown): string[] {
  const { issues = [] } = v.safeParse(policySchema, nullsUnset(document));
  return issues.filter(({ expected }) => expected === 'never').map(faultLine);
}

/** Nulls as unset fields: the field is still there to be known or not. */
function nullsUnset(value: unknown): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(nullsUnset);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nullsUnset(inner)]));
}

function faultLine(issue: v.BaseIssue<unknown>): string {
  const path = cut(printable(v.getDotPath(issue) ?? WHOLE), MAX_SHOWN);
  const key = issue.path?.at(-1)?.key;
  if (issue.expected === 'never' && key !== undefined)
    return `${path}: unknown field, allowed: only the fields of v1alpha1`;
  if (issue.received === 'undefined') return `${path}: required, allowed: ${allowed(issue)}`;
  return `${path}: found ${quote(issue.input)}, allowed: ${allowed(issue)}`;
}

/** Our own messages say what is allowed; valibot's own begin with `Invalid` and are put into the same words. */
function allowed(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid')) return issue.message;
  if (issue.type === 'strict_object' || issue.type === 'loose_object')
    return issue.received === 'undefined' ? 'a value' : 'a mapping';
  return issue.expected ?? 'another value';
}

/** Foreign values are shown as JSON, without what is not seen, and cut: a policy can hold anything. */
function quote(value: unknown): string {
  const json =
    typeof value === 'bigint' || typeof value === 'number'
      ? value.toString()
      : (JSON.stringify(value) ?? String(value));
  return cut(printable(redactUserInfo(json)), MAX_SHOWN);
}
