/**
 * Policies that try every field of the schema: each wrong type, each bound and one beyond it, each word and a wrong one,
 * unknown fields, nulls, missing fields. Made from the CRD's nodes, so that a new field is tried without being asked.
 */
import type { OpenApi } from './open-api.js';
import { SAMPLES, textOfLength, wholeAt } from './samples.js';

export interface Case {
  /** Where the value stands, as `spec.guards.window`. */
  path: string;
  reason: string;
  spec: unknown;
}

interface Value {
  reason: string;
  value: unknown;
}

/** Stands for a field that is left out. */
const ABSENT = Symbol('absent');

/** A smallest spec that a cluster accepts. */
export const SMALLEST = { organization: 'acme', github: { credentials: { secretRef: { name: 'acme-github' } } } };

/** All cases of a spec. */
export function casesOf(spec: OpenApi): Case[] {
  return nodesUnder(spec, 'spec').flatMap(({ path, node, required }) =>
    valuesOf(path, node, required).map(({ reason, value }) => ({ path, reason, spec: placed(path, value) })),
  );
}

interface Place {
  path: string;
  node: OpenApi;
  required: boolean;
}

function nodesUnder(node: OpenApi, path: string, required = true): Place[] {
  const fields = Object.entries(node.properties ?? {}).flatMap(([name, field]) =>
    nodesUnder(field, `${path}.${name}`, node.required?.includes(name) ?? false),
  );
  const items = node.items === undefined ? [] : nodesUnder(node.items, `${path}.[]`);
  return [{ path, node, required }, ...fields, ...items];
}

function valuesOf(path: string, node: OpenApi, required: boolean): Value[] {
  return [
    { reason: 'null', value: null },
    ...(required && !path.endsWith('[]') ? [{ reason: 'left out', value: ABSENT }] : []),
    ...wrongTypes(node),
    ...lengths(path, node),
    ...numbers(node),
    ...words(node),
    ...lists(path, node),
    ...objects(path, node),
    ...(SAMPLES[path] ?? []).map((value) => ({ reason: `sample ${JSON.stringify(value).slice(0, 60)}`, value })),
  ];
}

const OF_EACH_TYPE: readonly [string, unknown][] = [
  ['integer', 7],
  ['number', 1.5],
  ['string', 'text'],
  ['boolean', true],
  ['array', []],
  ['object', {}],
];

function wrongTypes({ type, ...node }: OpenApi): Value[] {
  const own: unknown[] = node['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : [type];
  return OF_EACH_TYPE.filter(([other]) => !own.includes(other)).map(([other, value]) => ({
    reason: `of type ${other}`,
    value,
  }));
}

function lengths(path: string, { type, minLength = 0, maxLength }: OpenApi): Value[] {
  if (type !== 'string' || maxLength === undefined) return [];
  return [minLength - 1, minLength, maxLength, maxLength + 1]
    .filter((length) => length >= 0)
    .flatMap((length) => [
      { reason: `${length} characters`, value: textOfLength(path, length) },
      // Two UTF-16 units, four bytes, one character.
      { reason: `${length} characters beyond the basic plane`, value: '🚀'.repeat(length) },
    ]);
}

function numbers({ type, minimum, maximum }: OpenApi): Value[] {
  if (type !== 'integer' || minimum === undefined || maximum === undefined) return [];
  return [minimum - 1, minimum, minimum + 0.5, maximum, maximum + 1].map((value) => ({ reason: `${value}`, value }));
}

function words({ enum: options = [] }: OpenApi): Value[] {
  const wrong = options.length === 0 ? [] : ['', 'Nonsense', options[0]?.toLowerCase(), `${options[0]} `];
  return [...options, ...wrong].map((value) => ({ reason: `the word ${JSON.stringify(value)}`, value }));
}

function lists(path: string, { type, items, minItems = 0, maxItems }: OpenApi): Value[] {
  if (type !== 'array' || items === undefined || maxItems === undefined) return [];
  const item = (index: number): unknown => entry(path, items, index);
  const sizes = [minItems - 1, minItems, maxItems, maxItems + 1].filter((size) => size >= 0);
  return [
    ...sizes.map((size) => ({ reason: `${size} entries`, value: Array.from({ length: size }, (_, at) => item(at)) })),
    { reason: 'one entry twice', value: [item(0), item(0)] },
  ];
}

function entry(path: string, items: OpenApi, index: number): unknown {
  if (items.enum !== undefined) return items.enum[index % items.enum.length];
  if (items.type === 'object') return { ...(wholeAt(`${path}.[]`) as object), repository: `repository-${index}` };
  return `value-${index}`;
}

function objects(path: string, { properties }: OpenApi): Value[] {
  if (properties === undefined) return [];
  const whole = wholeAt(path) as object;
  return [
    { reason: 'whole', value: whole },
    { reason: 'with an unknown field', value: { ...whole, bogus: 1 } },
    { reason: 'with an unknown field that is null', value: { ...whole, bogus: null } },
  ];
}

/** A smallest spec with a value put at the path; what stands around it is whole. */
function placed(path: string, value: unknown): unknown {
  const [, ...keys] = path.split('.');
  return put(SMALLEST, keys, { path: 'spec', value });
}

function put(around: unknown, keys: readonly string[], end: { path: string; value: unknown }): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return end.value;
  const path = `${end.path}.${key}`;
  if (key === '[]') return [put(wholeAt(path), rest, { ...end, path })];
  const given = (around ?? {}) as Record<string, unknown>;
  const inner = put(given[key], rest, { ...end, path });
  const { [key]: _replaced, ...others } = given;
  return inner === ABSENT ? others : { ...others, [key]: inner };
}
