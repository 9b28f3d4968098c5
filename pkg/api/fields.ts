/**
 * The small field types that the policy schema is made of. Each carries the sentence that says what is allowed; the
 * fault line of a wrong policy prints it as it stands here, and so does an API server.
 */
import * as v from 'valibot';
import { isDay } from '../base/index.js';
import { ADDRESS_RULES, addressFault } from './address.js';
import { DURATION_PATTERN, parseDuration, preciseMs } from './duration.js';
import { allowedText, celMatch, ruled, shared, type CelRule, type ClusterHints } from './rule.js';
import { brokenRule, type TextRule } from './text-rule.js';

/** GitHub counts in GraphQL's Int, which has 32 bits. https://spec.graphql.org/October2021/#sec-Int */
export const MAX_COUNT = 2_147_483_647;
/** The longest duration that anyone writes is `167h59m59s999ms`; CEL wants every text bounded. */
const MAX_DURATION_CHARACTERS = 32;

/** A string between two lengths, counted in characters as API servers do it, not in UTF-16 units. */
export function text(min: number, max: number, allowed: string): v.GenericSchema<string> {
  const fits = (value: string): boolean => {
    const { length } = [...value];
    return length >= min && length <= max;
  };
  return v.pipe(v.string(allowed), shared(fits, allowed, { keywords: lengths(min, max) }));
}

const lengths = (min: number, max: number): Record<string, number> => ({
  ...(min === 0 ? {} : { minLength: min }),
  maxLength: max,
});

/** A string of at most `max` characters that matches an anchored pattern; the pattern says that it is not empty. */
export const matching = (pattern: RegExp, max: number, allowed: string): v.GenericSchema<string> =>
  v.pipe(text(0, max, allowed), v.regex(pattern, allowed));

/** One word of a list. */
export const oneOf = <const T extends readonly [string, ...string[]]>(options: T): v.PicklistSchema<T, string> =>
  v.picklist(options, `one of ${options.join(', ')}`);

/** A list of scalars without repeats. */
export function set<T>(
  item: v.GenericSchema<T>,
  { min, max, allowed }: { min: number; max: number; allowed: string },
): v.GenericSchema<T[]> {
  return v.pipe(
    v.array(item, allowed),
    v.minLength(min, allowed),
    v.maxLength(max, allowed),
    shared((list) => new Set(list).size === list.length, `${allowed}, each value once`, {
      keywords: { 'x-kubernetes-list-type': 'set' },
    }),
  );
}

/** A list of mappings of which one field tells them apart. */
export function listMap<I, T extends object>(
  item: v.GenericSchema<I, T>,
  { key, max, allowed }: { key: keyof T & string; max: number; allowed: string },
): v.GenericSchema<I[], T[]> {
  return v.pipe(
    v.array(item, allowed),
    v.maxLength(max, allowed),
    shared((list) => new Set(list.map((entry) => entry[key])).size === list.length, `${allowed}, each ${key} once`, {
      keywords: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] },
    }),
  );
}

/** A Go duration between two others. */
export function duration(min: string, max: string): v.GenericSchema<string> {
  return within(min, max, { isOffAllowed: false });
}

/** The same, or `0s`, which switches off what the duration is about. */
export function durationOrOff(min: string, max: string): v.GenericSchema<string> {
  return within(min, max, { isOffAllowed: true });
}

function within(min: string, max: string, { isOffAllowed }: { isOffAllowed: boolean }): v.GenericSchema<string> {
  const allowed = isOffAllowed
    ? `a duration from ${min} to ${max}, such as 30s or 5m, or 0s to switch it off`
    : `a duration from ${min} to ${max}, such as 10m or 1h30m`;
  const [least, most] = [parseDuration(min) ?? 0, parseDuration(max) ?? 0];
  const isWithin = (value: string): boolean => {
    const ms = preciseMs(value);
    return ms !== undefined && ((ms >= least && ms <= most) || (isOffAllowed && ms === 0));
  };
  const range = `duration(self) >= duration('${min}') && duration(self) <= duration('${max}')`;
  const cel = isOffAllowed ? `(duration(self) == duration('0s') || (${range}))` : range;
  return v.pipe(
    v.string(allowed),
    shared((value) => value.length <= MAX_DURATION_CHARACTERS && isWithin(value), allowed, {
      keywords: { maxLength: MAX_DURATION_CHARACTERS, pattern: DURATION_PATTERN.source },
      rules: [
        {
          rule: `${celMatch(DURATION_PATTERN)} && ${cel}`,
          message: allowedText(allowed),
        },
      ],
    }),
  );
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number, allowed: string): v.GenericSchema<number> {
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

const PERCENTAGE = /^([0-9]{1,2}|100)%$/;

/** A count, or a percentage such as `25%`. */
export function isShare(value: number | string): boolean {
  if (typeof value === 'string') return PERCENTAGE.test(value);
  return Number.isInteger(value) && value >= 0 && value <= MAX_COUNT;
}

/** A count or a share of the membership; the string "25" is refused, because it could mean either. */
export function share(allowed: string): v.GenericSchema<number | string> {
  const cel = `type(self) == int ? self >= 0 && self <= ${MAX_COUNT} : ${celMatch(PERCENTAGE)}`;
  return v.pipe(v.union([v.number(), v.string()], allowed), ruled(isShare, allowed, cel));
}

/** A text that breaks none of the rules; one that does is told by the sentence of the first. */
export function judged(
  schema: v.GenericSchema<string>,
  rules: readonly TextRule[],
  {
    fault = (value) => brokenRule(rules, value),
    more = [],
  }: { fault?: (value: string) => string | undefined; more?: readonly CelRule[] } = {},
): v.GenericSchema<string> {
  const own: CelRule[] = rules.map(({ pattern, matches, message }) => ({
    rule: `${matches ? '' : '!'}${celMatch(pattern)}`,
    message: allowedText(message),
  }));
  const cluster: ClusterHints = { rules: [...own, ...more] };
  return v.pipe(schema, {
    ...v.rawCheck<string>(({ dataset, addIssue }) => {
      const message = dataset.typed ? fault(dataset.value) : undefined;
      if (message !== undefined) addIssue({ message });
    }),
    cluster,
  });
}

/** The address of an API: https, or plain http to this machine. */
export function address(max: number): v.GenericSchema<string> {
  return judged(text(0, max, `a URL of at most ${max} characters`), ADDRESS_RULES, {
    fault: addressFault,
    more: [{ rule: 'isURL(self)', message: allowedText('an absolute URL') }],
  });
}

const RFC_3339 = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$/;

/** A point in time as RFC 3339 writes it, on a day that exists. */
export function time(): v.GenericSchema<string> {
  const allowed = 'an RFC 3339 time such as 2027-03-31T00:00:00Z';
  return v.pipe(matching(RFC_3339, 35, allowed), shared(isTime, allowed, { keywords: { format: 'date-time' } }));
}

const isTime = (value: string): boolean => !Number.isNaN(Date.parse(value)) && isDay(value);
