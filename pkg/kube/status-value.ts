/**
 * A status as an API server keeps it. Server-side apply has no owner for an empty list: `parts: []` is not stored where
 * a list was before, and stays for ever where there was none. So an empty list is not applied, and an absent one is the
 * same as an empty one. Measured on kube-apiserver 1.35.
 */
import { isDeepStrictEqual } from 'node:util';
import { isMapping } from '../base/index.js';

type JSONObject = Record<string, unknown>;

/** What the schema of the kind says about the lists of its status. */
export interface StatusLists {
  /** Paths of those whose entries have owners of their own, such as `timeline.due`, with the field that tells the entries apart. */
  keys: Readonly<Record<string, string>>;
  /** Paths of those that the schema requires. They are kept and owned as a whole, and come back as they were sent. */
  required: ReadonlySet<string>;
}

/** The status as it comes back: without what is empty, and without what JSON and UTF-8 have no word for. */
export function asKept(status: unknown, { required }: Pick<StatusLists, 'required'>): object {
  return kept(JSON.parse(JSON.stringify(status ?? {})), [], required) ?? {};
}

/** True where an API server makes no difference between the two. */
export function isSameStatus(a: unknown, b: unknown, lists: Pick<StatusLists, 'required'>): boolean {
  return isDeepStrictEqual(asKept(a, lists), asKept(b, lists));
}

function kept(value: unknown, path: readonly string[], required: ReadonlySet<string>): unknown {
  // The API server replaces half a surrogate pair, and the text would never come back as it was sent.
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) {
    if (value.length === 0 && !required.has(path.join('.'))) return undefined;
    return value.map((each) => (isMapping(each) ? (kept(each, path, required) ?? {}) : kept(each, path, required)));
  }
  if (!isMapping(value)) return value ?? undefined;
  const entries = Object.entries(value).map(([key, inner]) => [key, kept(inner, [...path, key], required)] as const);
  const known = entries.filter(([, inner]) => inner !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** Those of the fields that are not kept as they were applied. The order of entries that have a key means nothing. */
export function notKept(applied: object, answer: unknown, names: Iterable<string>, lists: StatusLists): string[] {
  const [wanted, is] = [applied, answer].map((status) => asKept(status, lists) as JSONObject);
  return [...names].filter(
    (name) => !isDeepStrictEqual(inOrder(wanted?.[name], lists.keys[name]), inOrder(is?.[name], lists.keys[name])),
  );
}

function inOrder(value: unknown, key: string | undefined): unknown {
  if (key === undefined || !Array.isArray(value)) return value;
  const textOf = (entry: unknown): string => (isMapping(entry) ? JSON.stringify(entry[key]) : '');
  return value.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/**
 * The merge patch (https://www.rfc-editor.org/rfc/rfc7386) that takes out of `from` what `to` does not have, and changes
 * nothing else: a patch that only removes makes its sender the owner of nothing. Empty where there is nothing to take out.
 */
export function removalPatch(from: object, to: object, lists: Pick<StatusLists, 'keys'>): JSONObject {
  return removal(from, to, { keys: lists.keys, path: '' });
}

function removal(from: object, to: object, at: { keys: StatusLists['keys']; path: string }): JSONObject {
  const patch: JSONObject = {};
  for (const [key, before] of Object.entries(from)) {
    const after: unknown = (to as JSONObject)[key];
    const path = `${at.path}${key}`;
    if (after === undefined) {
      patch[key] = null;
    } else if (Array.isArray(before) && Array.isArray(after)) {
      const rest = restOfList(before, after, at.keys[path]);
      // A merge patch replaces a list whole. An empty one would be owned by its sender.
      if (rest !== undefined) patch[key] = rest.length === 0 ? null : rest;
    } else if (isMapping(before) && isMapping(after)) {
      const inner = removal(before, after, { keys: at.keys, path: `${path}.` });
      if (Object.keys(inner).length > 0) patch[key] = inner;
    }
  }
  return patch;
}

/** The entries of `before` that `after` has, without the fields that it does not have; undefined where that is all of them. */
function restOfList(
  before: readonly unknown[],
  after: readonly unknown[],
  key: string | undefined,
): unknown[] | undefined {
  if (key === undefined) return undefined;
  const wanted = new Map(after.filter(isMapping).map((entry) => [entry[key], entry]));
  const rest = before.filter(isMapping).flatMap((entry) => {
    const same = wanted.get(entry[key]);
    return same === undefined ? [] : [pick(entry, Object.keys(same))];
  });
  return isDeepStrictEqual(rest, before) ? undefined : rest;
}

function pick(object: JSONObject, keys: readonly string[]): JSONObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => keys.includes(key)));
}
