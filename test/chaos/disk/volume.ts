/**
 * A file system in memory: what is there now, and what of it a power cut would leave. A write is safe after a flush of its file,
 * a name after a flush of its folder. Nothing here waits: `stand-in.ts` makes promises of it.
 */
import type { Random } from '../random.js';

export interface FileNode {
  readonly kind: 'file';
  readonly ino: number;
  /** Never written into: a write makes another. */
  data: Buffer;
  safe: Buffer;
  mtimeMs: number;
  ctimeMs: number;
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly ino: number;
  names: Map<string, Node>;
  safe: Map<string, Node>;
  mtimeMs: number;
  ctimeMs: number;
}

export type Node = FileNode | FolderNode;

export const errno = (code: string, what: string): Error => Object.assign(new Error(`${code}: ${what}`), { code });

const EMPTY = Buffer.alloc(0);

export class Volume {
  /** What a write throws, where the disk takes nothing: ENOSPC, EIO, EROFS. */
  refuses: string | undefined;
  /** How many bytes a disk that is nearly full still takes. */
  room = Number.POSITIVE_INFINITY;
  readonly root: FolderNode;
  readonly #now: () => number;
  readonly #onText: (bytes: Uint8Array, path: string) => void;
  #made = 1;

  /** `onText` is shown all that is written. */
  constructor(now: () => number, onText: (bytes: Uint8Array, path: string) => void = () => undefined) {
    this.#now = now;
    this.#onText = onText;
    this.root = this.#folder();
  }

  /** Throws ENOENT or ENOTDIR. */
  node(path: string): Node {
    let at: Node = this.root;
    for (const name of namesOf(path)) {
      if (at.kind !== 'folder') throw errno('ENOTDIR', path);
      const next = at.names.get(name);
      if (next === undefined) throw errno('ENOENT', path);
      at = next;
    }
    return at;
  }

  has(path: string): boolean {
    try {
      return this.node(path) !== undefined;
    } catch {
      return false;
    }
  }

  list(path: string): [string, Node][] {
    const node = this.node(path);
    if (node.kind !== 'folder') throw errno('ENOTDIR', path);
    return [...node.names];
  }

  mkdir(path: string): void {
    if (namesOf(path).length === 0) throw errno('EEXIST', path);
    const [folder, name] = this.#place(path);
    if (folder.names.has(name)) throw errno('EEXIST', path);
    this.#requireRoom(1);
    folder.names.set(name, this.#folder());
    this.#touch(folder);
  }

  create(path: string, { exclusive }: { exclusive: boolean }): FileNode {
    const [folder, name] = this.#place(path);
    const there = folder.names.get(name);
    if (there !== undefined && exclusive) throw errno('EEXIST', path);
    if (there?.kind === 'folder') throw errno('EISDIR', path);
    if (there !== undefined) return there;
    this.#requireRoom(1);
    const now = this.#now();
    const file: FileNode = { kind: 'file', ino: this.#ino(), data: EMPTY, safe: EMPTY, mtimeMs: now, ctimeMs: now };
    folder.names.set(name, file);
    this.#touch(folder);
    return file;
  }

  link(from: string, to: string): void {
    const node = this.node(from);
    const [folder, name] = this.#place(to);
    if (folder.names.has(name)) throw errno('EEXIST', to);
    this.#requireRoom(1);
    folder.names.set(name, node);
    this.#touch(folder);
  }

  rename(from: string, to: string): void {
    const node = this.node(from);
    const [before, old] = this.#place(from);
    const [folder, name] = this.#place(to);
    before.names.delete(old);
    folder.names.set(name, node);
    this.#touch(folder);
  }

  remove(path: string): void {
    if (this.node(path).kind === 'folder') throw errno('EISDIR', path);
    const [folder, name] = this.#place(path);
    folder.names.delete(name);
    this.#touch(folder);
  }

  /** How many bytes were taken: of a disk that is nearly full some of them. */
  write(file: FileNode, bytes: Uint8Array, offset: number, path: string): number {
    if (this.refuses !== undefined) throw errno(this.refuses, path);
    const taken = Math.min(bytes.length, this.room);
    if (taken === 0 && bytes.length > 0) throw errno('ENOSPC', path);
    this.room -= taken;
    const part = bytes.subarray(0, taken);
    this.#onText(part, path);
    const data = Buffer.alloc(Math.max(file.data.length, offset + taken));
    file.data.copy(data);
    data.set(part, offset);
    file.data = data;
    this.#touch(file);
    return taken;
  }

  truncate(file: FileNode, size: number, path: string): void {
    if (this.refuses === 'EIO' || this.refuses === 'EROFS') throw errno(this.refuses, path);
    file.data = Buffer.concat([file.data, Buffer.alloc(Math.max(0, size - file.data.length))]).subarray(0, size);
    this.#touch(file);
  }

  sync(node: Node, path: string): void {
    if (this.refuses === 'EIO') throw errno('EIO', path);
    if (node.kind === 'file') node.safe = node.data;
    else node.safe = new Map(node.names);
  }

  /** Signs of life touch a file, also on a full disk. */
  touch(file: Node): void {
    this.#touch(file);
  }

  /** The power goes: of each file and each folder either what was flushed is left, or what was there, or half of a last write. */
  cutPower(random: Random): void {
    const all = random.chance(0.25);
    const none = !all && random.chance(0.33);
    const isKept = (): boolean => all || (!none && random.chance(0.5));
    const fall = (folder: FolderNode): void => {
      if (!isKept()) folder.names = new Map(folder.safe);
      folder.safe = new Map(folder.names);
      for (const node of folder.names.values()) {
        if (node.kind === 'folder') fall(node);
        else node.safe = node.data = isKept() ? node.data : torn(node, random);
      }
    };
    fall(this.root);
  }

  /** The bytes of every file below a folder that a power cut would leave, by path. */
  *safeFiles(folder: FolderNode, below = ''): Generator<[string, Buffer]> {
    for (const [name, node] of folder.safe) {
      if (node.kind === 'folder') yield* this.safeFiles(node, `${below}/${name}`);
      else yield [`${below}/${name}`, node.safe];
    }
  }

  #requireRoom(bytes: number): void {
    if (this.refuses !== undefined) throw errno(this.refuses, 'a new name');
    if (this.room < bytes) throw errno('ENOSPC', 'a new name');
  }

  #place(path: string): [FolderNode, string] {
    const names = namesOf(path);
    const name = names.pop();
    const folder = this.node(names.join('/'));
    if (name === undefined) throw errno('EINVAL', path);
    if (folder.kind !== 'folder') throw errno('ENOTDIR', path);
    return [folder, name];
  }

  #folder(): FolderNode {
    const now = this.#now();
    return { kind: 'folder', ino: this.#ino(), names: new Map(), safe: new Map(), mtimeMs: now, ctimeMs: now };
  }

  #touch(node: Node): void {
    node.mtimeMs = node.ctimeMs = this.#now();
  }

  #ino(): number {
    this.#made += 1;
    return this.#made;
  }
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '');

/** A file that only grew may keep a part of what was added. */
function torn({ data, safe }: FileNode, random: Random): Buffer {
  const grew = data.length > safe.length && data.subarray(0, safe.length).equals(safe);
  return grew && random.chance(0.3) ? data.subarray(0, random.between(safe.length, data.length)) : safe;
}
