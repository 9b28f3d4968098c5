/** Answers of GitHub that lack something: a field that is gone, has another shape, or is null beside an error; a page that is cut. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** `gone`: the field is not there. `odd`: it has another shape. `cut`: a part of it alone. Otherwise null beside an error of that type. */
export const DAMAGES = ['gone', 'odd', 'cut', 'FORBIDDEN', 'NOT_FOUND', 'INTERNAL'] as const;
export type Damage = (typeof DAMAGES)[number];

export interface Damaged {
  value: Json;
  /** Null beside it, where the damage is told of by an error. */
  error?: { type: string; path: (string | number)[]; message: string };
}

type Path = readonly (string | number)[];

/** Every place in it that a damage can be done to, itself too. Entries of lists can be null, but not be gone. */
export function placesIn(value: Json, at: Path = []): Path[] {
  const children = Array.isArray(value)
    ? [...value.entries()].flatMap(([index, each]) => placesIn(each, [...at, index]))
    : isMapping(value)
      ? Object.entries(value).flatMap(([key, each]) => placesIn(each, [...at, key]))
      : [];
  return [at, ...children];
}

/** Lists look alike whatever the number is. */
export const shapeOf = (path: Path): string => path.map((each) => (typeof each === 'number' ? '#' : each)).join('.');

/** A copy with that damage; undefined where it cannot be done there. `root`: where `value` stands in the answer. */
export function damagedAt(
  value: Json,
  { path, damage, root }: { path: Path; damage: Damage; root: Path },
): Damaged | undefined {
  if (damage === 'gone')
    return typeof path.at(-1) === 'string' ? { value: changed(value, path, undefined) } : undefined;
  if (damage === 'cut') return cutAt(value, path);
  if (damage === 'odd') return { value: changed(value, path, odd) };
  const error = { type: damage, path: [...root, ...path], message: 'Something went wrong' };
  return { value: changed(value, path, () => null), error };
}

/** A page that has another behind it, or a text that is not whole. */
function cutAt(value: Json, path: Path): Damaged | undefined {
  let isCut = false;
  const cut = (whole: Json): Json => {
    if (!isMapping(whole)) return whole;
    isCut = true;
    if (Array.isArray(whole['nodes']))
      return { ...whole, pageInfo: { hasNextPage: true }, nodes: half(whole['nodes']) };
    if (typeof whole['text'] === 'string') return { ...whole, isTruncated: true, text: half(whole['text']) };
    isCut = false;
    return whole;
  };
  const damaged = changed(value, path, cut);
  return isCut ? { value: damaged } : undefined;
}

const half = <T extends string | Json[]>(whole: T): T => whole.slice(0, Math.floor(whole.length / 2)) as T;

/** What no field of the questions is. */
const odd = (value: Json): Json =>
  Array.isArray(value) ? 'odd' : isMapping(value) ? 7 : typeof value === 'object' ? 7 : [7];

function changed(value: Json, path: Path, change: ((value: Json) => Json) | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change?.(value) ?? null;
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? changed(each, rest, change) : each));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).flatMap(([name, each]): [string, Json][] => {
    if (name !== key) return [[name, each]];
    return rest.length === 0 && change === undefined ? [] : [[name, changed(each, rest, change)]];
  });
  return Object.fromEntries(entries);
}

export const isMapping = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
