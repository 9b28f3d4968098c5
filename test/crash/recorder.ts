/**
 * Records what the code under test does to files below one folder, by standing in for `node:fs/promises`: the journal and the
 * state then run as they are, on real files. Each operation is recorded when it is done.
 */
import { constants } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';
import type { Mark, Operation } from './operation.js';

const real = { ...promises };

export class Recorder {
  readonly operations: Operation[] = [];
  readonly #root: string;
  /** The file that stands under a name now. */
  readonly #files: Map<string, number>;
  #count: number;

  /** `there`: the files that an earlier recording made there, by the names that they have below the root. */
  constructor(root: string, there: ReadonlyMap<string, number> = new Map()) {
    this.#root = resolve(root);
    this.#files = new Map([...there].map(([path, file]) => [resolve(root, path), file]));
    this.#count = Math.max(0, ...there.values());
  }

  mark(mark: Mark): void {
    this.operations.push({ kind: 'mark', mark });
  }

  /** Runs the work with every function recorded. Nothing else may use files meanwhile that is to go unrecorded. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    Object.assign(promises, {
      open: this.#open.bind(this),
      mkdir: async (path: string, options?: unknown) => {
        if (this.#isMine(path) && options !== undefined && typeof options === 'object')
          throw new Error('a folder with those above it is not one operation');
        await real.mkdir(path);
        this.#add(path, { kind: 'mkdir', path: resolve(path) });
      },
      rename: async (from: string, to: string) => {
        await real.rename(from, to);
        const file = this.#files.get(resolve(from));
        this.#files.delete(resolve(from));
        if (file !== undefined) this.#files.set(resolve(to), file);
        this.#add(to, { kind: 'rename', from: resolve(from), to: resolve(to) });
      },
      rm: async (path: string, options?: { force?: boolean; recursive?: boolean }) => {
        if (this.#isMine(path) && options?.recursive === true) throw new Error('a whole folder is not one operation');
        const isThere = await real.lstat(path).then(
          () => true,
          () => false,
        );
        await real.rm(path, options);
        this.#files.delete(resolve(path));
        if (isThere) this.#add(path, { kind: 'remove', path: resolve(path) });
      },
      writeFile: this.#notRecorded('writeFile', real.writeFile),
      appendFile: this.#notRecorded('appendFile', real.appendFile),
      unlink: this.#notRecorded('unlink', real.unlink),
      rmdir: this.#notRecorded('rmdir', real.rmdir),
      copyFile: this.#notRecorded('copyFile', real.copyFile),
      truncate: this.#notRecorded('truncate', real.truncate),
    });
    syncBuiltinESMExports();
    try {
      return await work();
    } finally {
      Object.assign(promises, real);
      syncBuiltinESMExports();
    }
  }

  /** A function that the code did not use when this was written: a crash in it would go untested. */
  #notRecorded<A extends unknown[], R>(name: string, run: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      if (typeof args[0] === 'string' && this.#isMine(args[0])) throw new Error(`${name} is not recorded`);
      return run(...args);
    };
  }

  async #open(path: string, flags: string | number = 'r', mode?: number): Promise<FileHandle> {
    const name = resolve(path);
    const bits = typeof flags === 'number' ? flags : (FLAGS[flags] ?? 0);
    const wasThere = this.#files.has(name) || !this.#isMine(name) || (bits & constants.O_CREAT) === 0;
    const handle = await real.open(path, flags, mode);
    if (!this.#isMine(name)) return handle;
    if ((await handle.stat()).isDirectory()) return this.#folder(handle, name);
    if (!wasThere) {
      this.#count += 1;
      this.#files.set(name, this.#count);
      this.operations.push({ kind: 'create', path: name, file: this.#count });
    }
    const file = this.#files.get(name);
    if ((bits & (constants.O_WRONLY | constants.O_RDWR)) === 0) return handle;
    if (file === undefined) throw new Error(`${name} was there before the recording`);
    if ((bits & constants.O_TRUNC) !== 0) this.operations.push({ kind: 'truncate', file, size: 0 });
    return this.#wrap(handle, file);
  }

  #folder(handle: FileHandle, path: string): FileHandle {
    return replaced(handle, {
      sync: async () => {
        await handle.sync();
        this.operations.push({ kind: 'syncFolder', path });
      },
    });
  }

  #wrap(handle: FileHandle, file: number): FileHandle {
    const written = (bytes: Uint8Array, offset: number): void =>
      void this.operations.push({ kind: 'write', file, offset, bytes: Buffer.from(bytes) });
    return replaced(handle, {
      write: async (bytes: Uint8Array, start: number, length: number, offset: number) => {
        const done = await handle.write(bytes, start, length, offset);
        written(bytes.subarray(start, start + done.bytesWritten), offset);
        return done;
      },
      writeFile: async (text: string) => {
        const { size } = await handle.stat();
        await handle.writeFile(text);
        written(Buffer.from(text), size);
      },
      truncate: async (size = 0) => {
        await handle.truncate(size);
        this.operations.push({ kind: 'truncate', file, size });
      },
      sync: async () => {
        await handle.sync();
        this.operations.push({ kind: 'sync', file });
      },
    });
  }

  #isMine(path: string): boolean {
    const name = resolve(path);
    return name === this.#root || name.startsWith(this.#root + sep);
  }

  #add(path: string, operation: Operation): void {
    if (this.#isMine(path)) this.operations.push(operation);
  }
}

const { O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY, O_APPEND } = constants;
const FLAGS: Record<string, number> = {
  r: 0,
  'r+': O_RDWR,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  wx: O_WRONLY | O_CREAT | O_EXCL,
  a: O_WRONLY | O_CREAT | O_APPEND,
};

/** The handle with some functions in the place of its own. */
function replaced(handle: FileHandle, functions: Record<string, unknown>): FileHandle {
  return new Proxy(handle, {
    get: (target, name) => {
      if (typeof name === 'string' && Object.hasOwn(functions, name)) return functions[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
