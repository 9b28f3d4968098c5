/**
 * The proof that nothing was lost, made on the texts and not on what the code meant to do: every scalar of the source is in the
 * result or among what was told, and every comment is in the result.
 */
import type { Node, ParsedNode } from 'yaml';
import { isScalar } from 'yaml';
import { commentsIn } from '../../text/index.js';
import { isNothing } from '../entity-view.js';
import { walk } from './tree.js';

/** Values, not keys: keys are renamed. */
export function valuesIn(roots: readonly (ParsedNode | null)[]): string[] {
  const keys = new Set<Node>();
  const found: string[] = [];
  for (const root of roots)
    walk(root, (node) => {
      if ('items' in node) for (const item of node.items) if (item !== null && hasKey(item)) keys.add(item.key);
      if (isScalar(node) && !keys.has(node) && !isNothing(node)) found.push(String(node.value));
    });
  return found;
}

const hasKey = (item: unknown): item is { key: Node } =>
  typeof item === 'object' && item !== null && 'key' in item && typeof item.key === 'object' && item.key !== null;

/** Those of `before` that are not in `after`, counted. */
export function missing(before: readonly string[], after: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const each of after) left.set(each, (left.get(each) ?? 0) + 1);
  return before.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count <= 0;
  });
}

/** Comments of a text that another one does not have. */
export const lostComments = (before: string, after: string): string[] => missing(commentsIn(before), commentsIn(after));
