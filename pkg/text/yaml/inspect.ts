/**
 * A look at a whole tree after parsing: repeated keys, and aliases with what they stand for. Aliases are never
 * expanded, only counted as if they were, so that a tree of aliases costs nothing. Recursion is safe: `compose` bounds
 * the depth. The keys of a mapping are compared by a set, since the library compares each with every other.
 */
import { isAlias, isMap, isScalar, isSeq, type Alias, type ParsedNode } from 'yaml';
import type { Fault } from './faults.js';
import { quote } from '../printable.js';
import { MAX_KEYS, TooCostly } from './bounds.js';

/** What each alias stands for. */
export type Targets = ReadonlyMap<Alias, ParsedNode>;

/** Nodes that aliases may add to a document: more than any person repeats, far less than an expansion attack needs. */
const MAX_ALIAS_NODES = 10_000;
/** A text can repeat a hundred thousand keys; nobody reads more than a screen of them. */
const MAX_FAULTS = 60;

interface Anchor {
  node: ParsedNode;
  /** Undefined while the anchored node is being looked at: an alias to it would contain itself. */
  size: number | undefined;
}

interface Walk {
  faults: Fault[];
  anchors: Map<string, Anchor>;
  targets: Map<Alias, ParsedNode>;
  /** Nodes that expanding the aliases would add. */
  added: number;
  limited: boolean;
}

/** Adds the faults of one document and resolves its aliases. Throws TooCostly for a mapping with too many keys. */
export function inspect(root: ParsedNode, faults: Fault[]): Targets {
  const walk: Walk = { faults, anchors: new Map(), targets: new Map(), added: 0, limited: false };
  visit(root, walk);
  return walk.targets;
}

/** The size of the node with its aliases expanded. */
function visit(node: ParsedNode | null, walk: Walk): number {
  if (node === null) return 1;
  if (isAlias(node)) return visitAlias(node, walk);
  const anchor = node.anchor === undefined ? undefined : { node, size: undefined as number | undefined };
  if (anchor !== undefined && node.anchor !== undefined) walk.anchors.set(node.anchor, anchor);
  const size = visitItems(node, walk);
  if (anchor !== undefined) anchor.size = size;
  return size;
}

function visitItems(node: ParsedNode, walk: Walk): number {
  let size = 1;
  if (isSeq(node)) for (const item of node.items) size += visit(item, walk);
  if (!isMap(node)) return size;
  if (node.items.length > MAX_KEYS) throw new TooCostly(MAX_KEYS, 'keys in one mapping', node.range[0]);
  const keys = new Set<string>();
  for (const { key, value } of node.items as { key: ParsedNode; value: ParsedNode | null }[]) {
    size += visit(key, walk);
    checkKey(key, keys, walk);
    size += visit(value, walk);
  }
  return size;
}

function visitAlias(alias: Alias.Parsed, walk: Walk): number {
  const anchor = walk.anchors.get(alias.source);
  if (anchor === undefined) {
    fault(
      walk,
      'alias-unresolved',
      alias,
      'an anchor that stands before the alias',
      'set the anchor first, or write the value itself',
    );
    return 1;
  }
  walk.targets.set(alias, anchor.node);
  const size = anchor.size ?? Infinity;
  walk.added += size;
  if (walk.added > MAX_ALIAS_NODES && !walk.limited) {
    walk.limited = true;
    fault(
      walk,
      'alias-limit',
      alias,
      `aliases that expand to at most ${MAX_ALIAS_NODES} nodes, and never to themselves`,
      'write the values out',
    );
  }
  return size;
}

function fault(walk: Walk, code: Fault['code'], alias: Alias.Parsed, expected: string, fix: string): void {
  if (walk.faults.length >= MAX_FAULTS) return;
  walk.faults.push({ code, offset: alias.range[0], says: { found: quote(`*${alias.source}`), expected, fix } });
}

function checkKey(key: ParsedNode, keys: Set<string>, walk: Walk): void {
  const node = isAlias(key) ? walk.targets.get(key) : key;
  if (!isScalar(node)) return;
  const name = String(node.value);
  if (!keys.has(name)) {
    keys.add(name);
    return;
  }
  if (walk.faults.length >= MAX_FAULTS) return;
  const says = {
    found: `the key ${quote(name)} for a second time`,
    expected: 'every key of a mapping once',
    fix: 'remove one of the two',
  };
  walk.faults.push({ code: 'duplicate-key', offset: key.range[0], says });
}
