/**
 * The Merkle tree over the lines of a chain. Only its right edge is kept: the roots of the perfect subtrees that the number of
 * leaves is made of, largest first, which are 17 for 100,000 leaves.
 * https://www.rfc-editor.org/rfc/rfc6962#section-2.1
 */
import { createHash } from 'node:crypto';

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const leafHash = (entry: Uint8Array): Buffer => sha256(LEAF, entry);
const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

export class Tree {
  #size: number;
  readonly #edge: Buffer[];

  private constructor(size: number, edge: readonly Buffer[]) {
    this.#size = size;
    this.#edge = [...edge];
  }

  static empty(): Tree {
    return new Tree(0, []);
  }

  /** From what `edge` gave, in base64; undefined where it cannot be the edge of a tree of that size. */
  static at(size: number, edge: readonly string[]): Tree | undefined {
    const hashes = edge.map((each) => Buffer.from(each, 'base64'));
    const isWhole = hashes.every((each, at) => each.length === 32 && each.toString('base64') === edge[at]);
    return isWhole && hashes.length === ones(size) ? new Tree(size, hashes) : undefined;
  }

  get size(): number {
    return this.#size;
  }

  /** In base64. */
  get edge(): string[] {
    return this.#edge.map((each) => each.toString('base64'));
  }

  /** Adds a leaf: the bytes of a line without its line end. */
  append(entry: Uint8Array): void {
    let hash = leafHash(entry);
    // Each bit that the count carries over joins two perfect subtrees.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2))
      hash = nodeHash(this.#edge.pop() ?? Buffer.alloc(0), hash);
    this.#edge.push(hash);
    this.#size += 1;
  }

  /** The hash of the whole tree, in base64 as in a checkpoint. */
  root(): string {
    const folded = this.#edge.reduceRight<Buffer | undefined>(
      (right, left) => (right === undefined ? left : nodeHash(left, right)),
      undefined,
    );
    return (folded ?? sha256()).toString('base64');
  }

  copy(): Tree {
    return new Tree(this.#size, this.#edge);
  }
}

/** How many bits of a number are set. */
function ones(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
