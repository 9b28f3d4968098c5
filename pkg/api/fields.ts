/**
 * The small field types that the policy schema is made of. Each carries the sentence that says what is allowed; the
 * fault line of a wrong policy prints it as it stands here.
 */
import * as v from 'valibot';
import { parseDuration } from './duration.js';

/** A string between two lengths. */
export const text = (min: number, max: number, allowed: string): v.GenericSchema<string> =>
  v.pipe(v.string(allowed), v.minLength(min, allowed), v.maxLength(max, allowed));

/** One word of a list. */
export const oneOf = <const T extends readonly [string, ...string[]]>(options: T): v.PicklistSchema<T, string> =>
  v.picklist(options, `one of ${options.join(', ')}`);

/** A list without repeats. */
export function set<T>(
  item: v.GenericSchema<T>,
  { min, max, allowed }: { min: number; max: number; allowed: string },
): v.GenericSchema<T[]> {
  return v.pipe(
    v.array(item, allowed),
    v.minLength(min, allowed),
    v.maxLength(max, allowed),
    v.check((list) => new Set(list).size === list.length, `${allowed}, each value once`),
  );
}

/** A Go duration between two others. */
export function duration(min: string, max: string): v.GenericSchema<string> {
  const allowed = `a duration from ${min} to ${max}, such as 10m or 1h30m`;
  const [least, most] = [parseDuration(min) ?? 0, parseDuration(max) ?? 0];
  return v.pipe(
    v.string(allowed),
    v.check((value) => {
      const ms = parseDuration(value);
      return ms !== undefined && ms >= least && ms <= most;
    }, allowed),
  );
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number, allowed: string): v.GenericSchema<number> {
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

/** A count or a share of the membership; the string "25" is refused, because it could mean either. */
export const share = (allowed: string): v.GenericSchema<number | string> =>
  v.union(
    [
      v.pipe(v.number(), v.integer(allowed), v.minValue(0, allowed)),
      v.pipe(v.string(), v.regex(/^([0-9]{1,2}|100)%$/, allowed)),
    ],
    allowed,
  );

/**
 * A field that a later release gives a meaning. Its default is accepted so that a policy can be written whole; any
 * other value is refused by name, because a guard that is asked for and ignored is worse than none.
 */
export function reserved<T>(schema: v.GenericSchema<T>, isDefault: (value: T) => boolean): v.GenericSchema<T> {
  return v.pipe(schema, v.check(isDefault, 'its default only: this release does not have the feature yet'));
}
