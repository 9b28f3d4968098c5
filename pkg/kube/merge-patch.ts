/** The smallest merge patch that makes one JSON object of another: https://www.rfc-editor.org/rfc/rfc7386 */
import { isDeepStrictEqual } from 'node:util';

type JSONObject = Record<string, unknown>;

/** A list is replaced whole, as merge patches know no other way. Neither object may hold null: there it means "remove". */
export function mergePatch(from: JSONObject, to: JSONObject): JSONObject {
  const patch: JSONObject = {};
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch[key] = null;
  for (const [key, value] of Object.entries(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    if (isObject(value) && isObject(before)) {
      const inner = mergePatch(before, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!isDeepStrictEqual(before, value)) {
      patch[key] = value;
    }
  }
  return patch;
}

function isObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
