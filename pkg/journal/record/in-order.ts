/**
 * A value whose keys stand in the order of RFC 8785. Of such a value JSON.stringify, which the engine does itself, writes the canonical
 * form: the RFC takes texts and numbers as ECMAScript writes them (https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2), and sorts
 * keys by their UTF-16 units, as `sort` does.
 */

/** What JSON.stringify would not write as it stands, or would write as something else. */
const UNFIT = Symbol('unfit');

/**
 * The value itself, or a copy in order where its keys are not; undefined where JSON.stringify does not write the canonical form of it:
 * NaN, Infinity, big integers, functions, symbols, objects with `toJSON`, and keys like `10` and `9`, which an object always has by their numbers.
 * Values without an end (a circle) end in a RangeError.
 */
export function inOrder(value: unknown): unknown {
  const ordered = ofAny(value);
  return ordered === UNFIT ? undefined : ordered;
}

function ofAny(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNFIT;
  if (typeof value !== 'object') return UNFIT;
  return Array.isArray(value) ? ofList(value as unknown[]) : ofObject(value as Record<string, unknown>);
}

function ofList(items: unknown[]): unknown {
  let copy: unknown[] | undefined;
  for (let at = 0; at < items.length; at += 1) {
    // A hole of a list, and undefined in it, are null to both.
    const item = items[at] === undefined ? null : items[at];
    const ordered = ofAny(item);
    if (ordered === UNFIT) return UNFIT;
    if (copy === undefined && ordered === item) continue;
    copy ??= items.slice();
    copy[at] = ordered;
  }
  return copy ?? items;
}

function ofObject(object: Record<string, unknown>): unknown {
  if (typeof object['toJSON'] === 'function') return UNFIT;
  const keys = Object.keys(object);
  const sorted = isAscending(keys) ? keys : keys.toSorted();
  let isSame = sorted === keys;
  const entries: [string, unknown][] = [];
  for (const key of sorted) {
    const inner = object[key];
    // Fields that are undefined are written by neither.
    if (inner === undefined) continue;
    const ordered = ofAny(inner);
    if (ordered === UNFIT) return UNFIT;
    if (ordered !== inner) isSame = false;
    entries.push([key, ordered]);
  }
  if (isSame) return object;
  const copy = Object.fromEntries(entries);
  return isAscending(Object.keys(copy)) ? copy : UNFIT;
}

function isAscending(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at += 1) if ((keys[at - 1] as string) > (keys[at] as string)) return false;
  return true;
}
