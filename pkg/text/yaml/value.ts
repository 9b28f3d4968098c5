/** A tree as plain values. `inspect` has bounded what aliases add, and refused those that contain themselves. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { YAMLDocument } from './read.js';

/** The value of a document without faults. A value that aliases name several times is one object. */
export function valueOfDocument({ root, targets }: Pick<YAMLDocument, 'root' | 'targets'>): unknown {
  const made = new Map<ParsedNode, unknown>();
  const valueOf = (node: ParsedNode | null): unknown => {
    const real = node !== null && isAlias(node) ? targets.get(node) : node;
    if (real === null || real === undefined || isAlias(real)) return null;
    if (isScalar(real)) return real.value;
    if (!made.has(real)) made.set(real, isSeq(real) ? real.items.map(valueOf) : mappingOf(real));
    return made.get(real);
  };
  const mappingOf = (node: ParsedNode): Record<string, unknown> => {
    const entries = isMap(node) ? (node.items as { key: ParsedNode; value: ParsedNode | null }[]) : [];
    // `fromEntries` makes an entry of `__proto__`, where an assignment would change the prototype.
    return Object.fromEntries(entries.map(({ key, value }) => [nameOf(valueOf(key)), valueOf(value)]));
  };
  return valueOf(root);
}

/**
 * A key that is a list or a mapping has a name that no field has. What is in it is not written out: written as JSON within JSON,
 * keys within keys double their length at each level, so that 150 bytes are gigabytes.
 */
function nameOf(key: unknown): string {
  if (key === null || key === undefined) return '';
  if (typeof key === 'string') return key;
  if (typeof key === 'object') return Array.isArray(key) ? '[a list]' : '{a mapping}';
  return JSON.stringify(key);
}
