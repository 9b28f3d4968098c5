/** Where a field of a document stands. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { YAMLDocument } from './read.js';

/** Of the field, or of the innermost one above it that is there. */
export function offsetOfPath({ root, targets, offset }: YAMLDocument, path: readonly string[]): number {
  let node: ParsedNode | null | undefined = root;
  let found = root?.range[0] ?? offset;
  for (const step of path) {
    if (isAlias(node)) node = targets.get(node);
    const next = stepInto(node, step);
    if (next === undefined) return found;
    found = next.offset;
    node = next.node;
  }
  return found;
}

function stepInto(
  node: ParsedNode | null | undefined,
  step: string,
): { node: ParsedNode | null; offset: number } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { node: item, offset: item.range[0] };
  }
  if (!isMap(node)) return undefined;
  const pairs = node.items as { key: ParsedNode; value: ParsedNode | null }[];
  const pair = pairs.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair === undefined ? undefined : { node: pair.value, offset: pair.key.range[0] };
}
