/**
 * The tree as an entity file is read: fields with a place, and values that are text, a list, a mapping or nothing.
 * Tags change nothing and merge keys are keys like any other, so what stands in the file is what is read.
 */
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { YAMLDocument } from '../text/index.js';

type Targets = YAMLDocument['targets'];

export type Value =
  | { is: 'nothing' }
  | { is: 'text'; text: string }
  | { is: 'list'; items: Value[] }
  | { is: 'mapping'; mapping: Mapping };

export interface Field {
  name: string;
  value: Value;
  keyOffset: number;
  /** Where the value stands; the key's place where there is no value. */
  offset: number;
}

export interface Mapping {
  /** Where the mapping begins. */
  offset: number;
  /** In order; a key that is a list or a mapping has no name and is left out. */
  fields: readonly Field[];
  field(name: string): Field | undefined;
}

/** What no value looks like: nothing at all, `null` or `~`, unquoted. */
const NOTHING = new Set(['', 'null', '~']);

export function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && NOTHING.has(String(node.value)));
}

/** The value of a node; aliases stand for what they name. Lists and mappings are looked into only when asked. */
export function valueOf(node: ParsedNode | null, targets: Targets): Value {
  const real = resolve(node, targets);
  if (real === undefined || isNothing(real)) return { is: 'nothing' };
  if (isScalar(real)) return { is: 'text', text: String(real.value) };
  if (isMap(real)) return { is: 'mapping', mapping: mappingOf(real, targets) };
  if (!isSeq(real)) return { is: 'nothing' };
  const items = real.items;
  return {
    is: 'list',
    get items() {
      return items.map((item) => valueOf(item, targets));
    },
  };
}

/** What a value is, in words. */
export function describe(value: Value): string {
  if (value.is === 'nothing') return 'no value';
  return value.is === 'text' ? 'text' : `a ${value.is}`;
}

function resolve(node: ParsedNode | null, targets: Targets): ParsedNode | undefined {
  if (node === null) return undefined;
  return isAlias(node) ? targets.get(node) : node;
}

function mappingOf(map: YAMLMap.Parsed, targets: Targets): Mapping {
  let fields: Field[] | undefined;
  const all = (): Field[] => (fields ??= map.items.flatMap((pair) => fieldOf(pair, targets)));
  return {
    offset: map.range[0],
    get fields() {
      return all();
    },
    field: (name) => all().find((field) => field.name === name),
  };
}

function fieldOf(pair: Pair<ParsedNode, ParsedNode | null>, targets: Targets): Field[] {
  const key = resolve(pair.key, targets);
  if (key === undefined || !isScalar(key)) return [];
  const value = valueOf(pair.value, targets);
  const keyOffset = pair.key.range[0];
  return [
    {
      name: String(key.value),
      value,
      keyOffset,
      offset: value.is === 'nothing' ? keyOffset : (pair.value?.range[0] ?? keyOffset),
    },
  ];
}
