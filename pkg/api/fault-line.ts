/** What is wrong with a field, as one line, in the same words for every document that people write. */
import * as v from 'valibot';
import { cut, printable } from '../text/index.js';
import { redactAddresses } from './address.js';

/** Characters of a foreign value or path. */
const MAX_SHOWN = 60;

/** Stands for the path of the whole document. */
export const WHOLE = '(the document)';

/** One line: the path, what was found, what is allowed. `fieldsOf`: whose fields are all that is known. */
export function faultLine(issue: v.BaseIssue<unknown>, fieldsOf = 'v1alpha1'): string {
  const path = pathOf(issue);
  const key = issue.path?.at(-1)?.key;
  if (issue.expected === 'never' && key !== undefined)
    return `${path}: unknown field, allowed: only the fields of ${fieldsOf}`;
  if (issue.received === 'undefined') return `${path}: required, allowed: ${allowed(issue)}`;
  return `${path}: ${found(issue.input, key)}allowed: ${allowed(issue)}`;
}

/** `path: allowed: Y`, for a document whose values are not repeated. */
export const allowedLine = (issue: v.BaseIssue<unknown>): string =>
  `${pathOf(issue)}: allowed: ${issue.expected === 'never' ? 'only the fields of v1alpha1' : allowed(issue)}`;

const pathOf = (issue: v.BaseIssue<unknown>): string => cut(printable(v.getDotPath(issue) ?? WHOLE), MAX_SHOWN);

/** An address that may hold a secret is not shown at all: where it is not written as one, nobody knows which part that is. */
function found(value: unknown, key: unknown): string {
  return (key === 'apiURL' || key === 'url') && typeof value === 'string' && /[@?#]/.test(value)
    ? ''
    : `found ${quote(value)}, `;
}

/** Our own messages say what is allowed; valibot's own begin with `Invalid` and are put into the same words. */
function allowed(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid')) return issue.message;
  if (issue.type === 'strict_object' || issue.type === 'loose_object')
    return issue.received === 'undefined' ? 'a value' : 'a mapping';
  return issue.expected ?? 'another value';
}

/** Foreign values are shown as JSON, without what is not seen, and cut: a policy can hold anything. */
export function quote(value: unknown): string {
  const json =
    typeof value === 'bigint' || typeof value === 'number'
      ? value.toString()
      : (JSON.stringify(value) ?? String(value));
  return cut(printable(redactAddresses(json)), MAX_SHOWN);
}
