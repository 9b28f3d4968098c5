/**
 * The tree of a workflow file as GitHub reads it: aliases are followed, merge keys are not applied, and every scalar is a string.
 * Nodes stay at hand, since findings need their place and the style of a scalar.
 */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { isNothing } from '../../catalog/index.js';
import type { YAMLDocument } from '../../text/index.js';

export type Node = ParsedNode;

/** A key of a mapping with its value. */
export interface Entry {
  name: string;
  key: Node;
  /** Undefined where there is nothing. */
  value: Node | undefined;
}

/** The nodes of one document, each alias followed. */
export class Tree {
  readonly root: Node | undefined;
  readonly #targets: YAMLDocument['targets'];

  constructor({ root, targets }: Pick<YAMLDocument, 'root' | 'targets'>) {
    this.#targets = targets;
    this.root = this.#real(root);
  }

  /** Empty where the node is no mapping. A key that is no scalar has no name and is left out. */
  entries(node: Node | undefined): Entry[] {
    if (!isMap(node)) return [];
    return node.items.flatMap(({ key, value }) => {
      const real = this.#real(key);
      return real === undefined || !isScalar(real) ? [] : [{ name: String(real.value), key, value: this.#real(value) }];
    });
  }

  entry(node: Node | undefined, name: string): Entry | undefined {
    return this.entries(node).find((entry) => entry.name === name);
  }

  /** The value of a key; undefined where there is none. */
  get(node: Node | undefined, name: string): Node | undefined {
    return this.entry(node, name)?.value;
  }

  /** Empty where the node is no list. */
  items(node: Node | undefined): Node[] {
    if (!isSeq(node)) return [];
    return node.items.flatMap((item) => this.#real(item) ?? []);
  }

  /** Without what is nothing: `null`, `~` and an empty value, unquoted. */
  #real(node: Node | null): Node | undefined {
    const real = node !== null && isAlias(node) ? this.#targets.get(node) : node;
    return real === undefined || real === null || isNothing(real) ? undefined : real;
  }
}

export const isMapping = (node: Node | undefined): node is YAMLMap.Parsed => node !== undefined && isMap(node);
export const isList = (node: Node | undefined): node is YAMLSeq.Parsed => node !== undefined && isSeq(node);
export const isText = (node: Node | undefined): node is Scalar.Parsed => node !== undefined && isScalar(node);

/** The text of a scalar; undefined for everything else. */
export const textOf = (node: Node | undefined): string | undefined => (isText(node) ? String(node.value) : undefined);

export const offsetOf = (node: Node): number => node.range[0];
