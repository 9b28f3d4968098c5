/**
 * Anchors and aliases after fields have moved. An alias must stand below its anchor, and means the last anchor of its name above
 * it: one for which that no longer holds is written out in full. What aliases add is bounded where the text is read.
 */
import { isAlias, isMap, isScalar, isSeq, Pair, type Alias, type Document, type Node, type YAMLSeq } from 'yaml';
import { entriesOf, takeComments, type Targets } from './tree.js';

/** Writes out the aliases of the document that would mean something else than before. */
export function settleAliases(document: Document, targets: Targets): void {
  const anchors = new Map<string, Node>();
  document.contents = settle(document.contents, { anchors, targets });
}

interface Walk {
  anchors: Map<string, Node>;
  targets: Targets;
}

function settle(node: Node | null, walk: Walk): Node | null {
  if (node === null) return null;
  if (isAlias(node)) return settleAlias(node, walk);
  if ('anchor' in node && typeof node.anchor === 'string') walk.anchors.set(node.anchor, node);
  if (isSeq(node)) node.items = node.items.map((item) => settle(item as Node | null, walk));
  if (isMap(node))
    for (const entry of entriesOf(node)) {
      entry.key = settle(entry.key, walk) ?? entry.key;
      entry.value = settle(entry.value, walk);
    }
  return node;
}

function settleAlias(alias: Alias, walk: Walk): Node {
  const target = walk.targets.get(alias);
  if (target === undefined || walk.anchors.get(alias.source) === target) return alias;
  const copy = copyOf(target);
  takeComments(alias, copy);
  // Aliases within the copy may stand above their anchors as well.
  return settle(copy, walk) ?? copy;
}

/** Without anchors and comments: both stay where the value was written first. Aliases stay the same objects, known by their targets. */
function copyOf(node: Node): Node {
  if (isAlias(node)) return node;
  const copy = node.clone() as Node & { anchor?: string };
  delete copy.anchor;
  if (isScalar(copy)) {
    copy.comment = copy.commentBefore = null;
    return copy;
  }
  copy.comment = copy.commentBefore = null;
  if (isSeq(copy)) copy.items = (node as YAMLSeq).items.map((item) => copyOf(item as Node));
  if (isMap(copy) && isMap(node))
    copy.items = entriesOf(node).map(({ key, value }) => new Pair(copyOf(key), value === null ? null : copyOf(value)));
  return copy;
}
