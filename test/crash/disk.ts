/**
 * A disk that loses what was not flushed. A write is safe after a flush of its file; a name that was made, renamed or removed
 * after a flush of its folder; and a flush of a file does not keep its name.
 * https://man7.org/linux/man-pages/man2/fsync.2.html
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Operation } from './operation.js';

/** How much of what was not flushed is there after a crash. A disk may keep any of it. */
export interface Loss {
  name: string;
  /** How many of `pending` operations on names in a folder are kept, in their order. */
  names: (pending: number) => number;
  /** The same of writes to a file. */
  writes: (pending: number) => number;
  /** How many bytes of the first write that is not kept are there all the same. */
  torn?: (bytes: number) => number;
  /** Of what is kept, the length is there, and the bytes read as zeros: a page that was lost. */
  isZeros?: boolean;
}

const all = (pending: number): number => pending;
const none = (): number => 0;

/** Those that every cut is tried with. */
export const LOSSES: readonly Loss[] = [
  { name: 'all that was not flushed is lost', names: none, writes: none },
  { name: 'nothing is lost', names: all, writes: all },
  { name: 'names are kept, bytes are lost', names: all, writes: none },
  { name: 'bytes are kept, names are lost', names: none, writes: all },
  { name: 'a write is cut in half', names: all, writes: none, torn: (bytes) => Math.ceil(bytes / 2) },
  { name: 'all but the last byte of a write is kept', names: all, writes: none, torn: (bytes) => bytes - 1 },
  { name: 'bytes read as zeros', names: all, writes: all, isZeros: true },
];

/** A mixture. `random`: from 0 to 1. */
export const mixed = (random: () => number, name: string): Loss => {
  const some = (pending: number): number => Math.floor(random() * (pending + 1));
  return { name, names: some, writes: some, torn: (bytes) => Math.floor(random() * bytes) };
};

type Write = { offset: number; bytes: Buffer } | { size: number };

interface StoredFile {
  durable: Buffer;
  pending: Write[];
}

type Naming = (names: Map<string, Entry>) => void;

interface StoredFolder {
  durable: Map<string, Entry>;
  now: Map<string, Entry>;
  pending: Naming[];
}

type Entry = { file: StoredFile } | { folder: StoredFolder };

const emptyFolder = (): StoredFolder => ({ durable: new Map(), now: new Map(), pending: [] });

export class Disk {
  readonly #root: string;
  readonly #top = emptyFolder();
  readonly #files = new Map<number, StoredFile>();

  /** `root` is there, empty, and safe. */
  constructor(root: string) {
    this.#root = root;
  }

  run(operation: Operation): void {
    switch (operation.kind) {
      case 'create': {
        const file: StoredFile = { durable: Buffer.alloc(0), pending: [] };
        this.#files.set(operation.file, file);
        return this.#name(operation.path, (names, name) => names.set(name, { file }));
      }
      case 'mkdir': {
        const folder = emptyFolder();
        return this.#name(operation.path, (names, name) => names.set(name, { folder }));
      }
      case 'write':
        return void this.#file(operation.file).pending.push(operation);
      case 'truncate':
        return void this.#file(operation.file).pending.push(operation);
      case 'sync': {
        const file = this.#file(operation.file);
        file.durable = file.pending.reduce(written, file.durable);
        file.pending = [];
        return;
      }
      case 'syncFolder': {
        const folder = this.#folder(operation.path);
        for (const naming of folder.pending) naming(folder.durable);
        folder.pending = [];
        return;
      }
      case 'rename': {
        const { from, to } = operation;
        if (dirname(from) !== dirname(to))
          throw new Error('a rename to another folder takes two flushes; none is modelled');
        return this.#name(to, (names, name) => {
          const entry = names.get(basename(from));
          names.delete(basename(from));
          if (entry !== undefined) names.set(name, entry);
        });
      }
      case 'remove':
        return this.#name(operation.path, (names, name) => names.delete(name));
      case 'mark':
        return;
    }
  }

  /** The numbers of the files that have a name now, by their paths below the root. */
  numbers(): Map<string, number> {
    const numbers = new Map([...this.#files].map(([number, file]) => [file, number]));
    const found = new Map<string, number>();
    const walk = ({ now }: StoredFolder, below: string): void => {
      for (const [name, entry] of now) {
        if ('folder' in entry) walk(entry.folder, join(below, name));
        else found.set(join(below, name), numbers.get(entry.file) ?? 0);
      }
    };
    walk(this.#top, '');
    return found;
  }

  /** What a crash leaves: the bytes of each file, and null for a folder, by the path below the root. */
  after(loss: Loss): Map<string, Buffer | null> {
    const left = new Map<string, Buffer | null>();
    const walk = ({ durable, pending }: StoredFolder, below: string): void => {
      const names = new Map(durable);
      for (const naming of pending.slice(0, loss.names(pending.length))) naming(names);
      for (const [name, entry] of names) {
        const path = join(below, name);
        if ('folder' in entry) {
          left.set(path, null);
          walk(entry.folder, path);
        } else left.set(path, contents(entry.file, loss));
      }
    };
    walk(this.#top, '');
    return left;
  }

  #name(path: string, change: (names: Map<string, Entry>, name: string) => unknown): void {
    const folder = this.#folder(dirname(path));
    const naming: Naming = (names) => void change(names, basename(path));
    naming(folder.now);
    folder.pending.push(naming);
  }

  #folder(path: string): StoredFolder {
    if (path === this.#root) return this.#top;
    const entry = this.#folder(dirname(path)).now.get(basename(path));
    if (entry === undefined || !('folder' in entry)) throw new Error(`${path} is no folder`);
    return entry.folder;
  }

  #file(number: number): StoredFile {
    const file = this.#files.get(number);
    if (file === undefined) throw new Error(`file ${number} is not there`);
    return file;
  }
}

function contents({ durable, pending }: StoredFile, { writes, torn, isZeros = false }: Loss): Buffer {
  const kept = writes(pending.length);
  let bytes = durable;
  for (const write of pending.slice(0, kept))
    bytes = written(bytes, isZeros && 'bytes' in write ? { ...write, bytes: Buffer.alloc(write.bytes.length) } : write);
  const next = pending[kept];
  if (next === undefined || torn === undefined || !('bytes' in next)) return bytes;
  return written(bytes, { ...next, bytes: next.bytes.subarray(0, torn(next.bytes.length)) });
}

function written(before: Buffer, write: Write): Buffer {
  if ('size' in write)
    return Buffer.concat([before, Buffer.alloc(Math.max(0, write.size - before.length))]).subarray(0, write.size);
  const { offset, bytes } = write;
  if (bytes.length === 0) return before;
  const after = Buffer.alloc(Math.max(before.length, offset + bytes.length));
  before.copy(after);
  bytes.copy(after, offset);
  return after;
}

/** Puts what a crash left on the real disk. */
export function putBack(folder: string, left: ReadonlyMap<string, Buffer | null>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of left) {
    if (bytes === null) mkdirSync(join(folder, path), { recursive: true });
    else writeFileSync(join(folder, path), bytes, { mode: 0o600 });
  }
}
