/** Small steps on the tree of a document that is to be written again. Comments hang on keys and values, and go with them. */
import { isAlias, isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, type Node, type ParsedNode } from 'yaml';
import type { YAMLDocument } from '../../text/index.js';
import { isNothing } from '../entity-view.js';

export type Targets = YAMLDocument['targets'];
export type Entry = Pair<Node, Node | null>;

/** The entries of a mapping, in order. */
export const entriesOf = (map: YAMLMap): Entry[] => map.items as Entry[];

/** What an alias stands for, else the node itself. */
export function real(node: Node | null | undefined, targets: Targets): Node | undefined {
  if (node === null || node === undefined) return undefined;
  return isAlias(node) ? targets.get(node) : node;
}

/** Undefined where a key is a list or a mapping. */
export function keyName(entry: Entry, targets: Targets): string | undefined {
  const key = real(entry.key, targets);
  return isScalar(key) ? String(key.value) : undefined;
}

export const find = (map: YAMLMap, name: string, targets: Targets): Entry | undefined =>
  entriesOf(map).find((entry) => keyName(entry, targets) === name);

/** The text of a scalar; undefined for a list, a mapping and no value. */
export function textOf(node: Node | null | undefined, targets: Targets): string | undefined {
  const value = real(node, targets);
  return isScalar(value) && !isNothing(value) ? String(value.value) : undefined;
}

/** True where nothing is stated: no value, or an empty text. */
export function isEmpty(node: Node | null | undefined, targets: Targets): boolean {
  const value = real(node, targets);
  return value === undefined || isNothing(value) || (isScalar(value) && String(value.value).trim() === '');
}

export function mapOf(entry: Entry | undefined, targets: Targets): YAMLMap | undefined {
  const value = real(entry?.value, targets);
  return isMap(value) ? value : undefined;
}

/** Where it stands in the source; 0 for what was made here. */
export const offsetOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

/** A plain text, in quotes where the document writes JSON. */
export function scalar(text: string, json: boolean): Scalar<string> {
  const made = new Scalar(text);
  // A schema of strings alone writes `true` and `12` plain; other readers would see a boolean and a number.
  const isPlain = /^[A-Za-z][\w.:/-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$|:$/i.test(text);
  made.type = isPlain && !json ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
  return made;
}

/** Gives a node the comments of another one. */
export function takeComments(from: Node | null, to: Node): void {
  if (hasText(from?.commentBefore)) to.commentBefore = from?.commentBefore ?? null;
  if (hasText(from?.comment)) to.comment = from?.comment ?? null;
}

const hasText = (comment: string | null | undefined): boolean => comment !== undefined && comment !== null;

/** Comments as one, those that are there. */
export const joined = (...comments: readonly (string | null | undefined)[]): string | null =>
  comments.filter(hasText).join('\n') || null;

/** Another name for the key; what hangs on the old one stays. An anchor does not: it named the old word. */
export function rename(entry: Entry, name: string, json: boolean): void {
  const key = scalar(name, json);
  const old = entry.key;
  takeComments(old, key);
  if (isScalar(old) && old.spaceBefore === true) key.spaceBefore = true;
  entry.key = key;
}

/** A new value at the place of the old one, whose comments it takes. */
export function replaceValue(entry: Entry, value: Node): void {
  takeComments(entry.value, value);
  entry.value = value;
}

export function entry(name: string, value: Node, json: boolean): Entry {
  return new Pair<Node, Node | null>(scalar(name, json), value);
}

/** An empty mapping in the style of the document. */
export function newMap(flow: boolean): YAMLMap {
  const map = new YAMLMap();
  if (flow) map.flow = true;
  return map;
}

/** True where keys are written in double quotes within brackets, as in JSON. */
export function isJSON(root: YAMLMap): boolean {
  const key = root.items[0]?.key;
  return root.flow === true && isScalar(key) && key.type === Scalar.QUOTE_DOUBLE;
}

/** Runs over every node below, keys included, in the order of the text. */
export function walk(node: Node | null | undefined, visit: (node: Node) => void): void {
  if (node === null || node === undefined) return;
  visit(node);
  if (isSeq(node)) for (const item of node.items) walk(item as Node | null, visit);
  if (isMap(node))
    for (const { key, value } of node.items as Entry[]) {
      walk(key, visit);
      walk(value, visit);
    }
}

export type { ParsedNode };
