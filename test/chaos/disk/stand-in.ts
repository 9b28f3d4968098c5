/**
 * Stands in for the file functions of Node below `/chaos`, so that the product runs as it is on volumes in memory: no thread takes
 * part, and a run is the same whenever it is repeated. Everything else goes to the real file system. Segments of the journal are
 * packed and read on the spot, not by a thread: virtual time would go on to the deadline of the pass that waits for it.
 */
import fs, { constants, type Stats } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';
import type { Found, Mounts } from './mounts.js';
import { OpenFile, statsOf } from './open-file.js';
import { errno } from './volume.js';

type Any = (...args: never[]) => unknown;

/** What `/proc` says of the process that starts: each life has a start of its own, each machine a boot. */
export interface Identity {
  boot: string;
  start: string;
}

const EXT4 = 0xef53;
const BLOCK = 4_096;
const BLOCKS = 262_144;

/**
 * From now on until the function that it returns is called. `onOther` is told of each other function of Node that is asked for one of our
 * files: it finds none there, and what the product makes of that would pass for what it does.
 */
export function standIn(mounts: Mounts, identity: () => Identity, onOther: (what: string) => void): () => void {
  const others = (functions: object, but: object): [string, Any][] =>
    Object.keys(functions)
      .filter((name) => /^[a-z]/.test(name) && !Object.hasOwn(but, name) && isFunction(functions, name))
      .map((name) => [
        name,
        (path: unknown) => (mounts.isOurs(path) ? refuse(`${name} of ${String(path)}`) : undefined),
      ]);
  const refuse = (what: string): never => {
    onOther(what);
    throw new Error(`${what} has no stand-in`);
  };
  const [async, sync] = [{ ...asyncFunctions(mounts), ...procFunctions(identity) }, syncFunctions(mounts)];
  const undo = [
    ...[...Object.entries(async), ...others(promises, async)].map((each) => replace(promises, ...each)),
    ...[...Object.entries(sync), ...others(fs, sync)].map((each) => replace(fs, ...each)),
    ...Object.entries(zlibFunctions()).map((each) => replace(zlib, ...each)),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const each of undo) each();
    syncBuiltinESMExports();
  };
}

function zlibFunctions(): Record<string, Any> {
  const inATurn =
    <O>(run: (bytes: Uint8Array, options: O) => Buffer) =>
    (bytes: Uint8Array, options: O, done: (error: Error | null, result?: Buffer) => void): true => {
      setImmediate(() => {
        let result: Buffer;
        try {
          result = run(bytes, options);
        } catch (error) {
          return done(error as Error);
        }
        done(null, result);
      });
      return true;
    };
  return { gzip: inATurn(zlib.gzipSync), gunzip: inATurn(zlib.gunzipSync) };
}

const isFunction = (table: object, name: string): boolean =>
  typeof (table as Record<string, unknown>)[name] === 'function';

/** Undefined from `mine` means that the call is not ours. */
function replace(functions: object, name: string, mine: Any): () => void {
  const table = functions as Record<string, Any>;
  const real = table[name] as Any;
  table[name] = Object.assign((...args: never[]) => mine(...args) ?? real(...args), real);
  return () => void (table[name] = real);
}

/** Each takes the path first. */
function asyncFunctions(mounts: Mounts): Record<string, Any> {
  const on =
    <A extends unknown[]>(operation: string, run: (found: Found, path: string, ...args: A) => unknown) =>
    (path: string, ...args: A): Promise<unknown> | undefined => {
      const found = mounts.find(path);
      if (found === undefined) return undefined;
      return (async () => {
        await found.mount.gate(operation, path);
        return run(found, path, ...args);
      })();
    };
  const opened = (names: string[]): object => ({
    read: async () => (names.length > 0 ? { name: names.shift() } : null),
    close: async () => undefined,
  });
  const listed = on('opendir', ({ volume, below }) => opened(volume.list(below).map(([name]) => name)));
  const to = (path: string): string => mounts.find(path)?.below ?? path;
  return {
    open: on('open', (found, path, flags: string | number = 'r') => openNode(mounts, found, path, flags)),
    stat: on('stat', ({ volume, below }) => statsOf(volume.node(below))),
    lstat: on('stat', ({ volume, below }) => statsOf(volume.node(below))),
    statfs: on('statfs', ({ volume, below }) => spaceOf(volume.node(below) && volume.refuses, volume.room)),
    readdir: on('readdir', ({ volume, below }, _path, options?: { withFileTypes?: boolean }) =>
      volume
        .list(below)
        .map(([name, node]) => (options?.withFileTypes === true ? Object.assign(statsOf(node), { name }) : name)),
    ),
    opendir: (path: string) => (mounts.isAbove(path) ? Promise.resolve(opened(['a volume'])) : listed(path)),
    mkdir: on('mkdir', ({ volume, below }) => volume.mkdir(below)),
    rename: on('rename', ({ volume, below }, _path, target: string) => volume.rename(below, to(target))),
    link: on('link', ({ volume, below }, _path, target: string) => volume.link(below, to(target))),
    rm: on('rm', ({ volume, below }, _path, options?: { force?: boolean }) => {
      if (options?.force !== true || volume.has(below)) volume.remove(below);
    }),
  };
}

function openNode(mounts: Mounts, found: Found, path: string, flags: string | number): OpenFile {
  const { volume, below } = found;
  const isNew = flags === 'wx' || flags === 'w' || flags === 'a';
  const node = isNew ? volume.create(below, { exclusive: flags === 'wx' }) : volume.node(below);
  if (flags === 'w' && node.kind === 'file') volume.truncate(node, 0, path);
  const bits = typeof flags === 'number' ? flags : 0;
  if ((bits & constants.O_DIRECTORY) !== 0 && node.kind !== 'folder') throw errno('ENOTDIR', path);
  return new OpenFile(mounts, { ...found, node, path });
}

function spaceOf(refuses: string | undefined, room: number): object {
  const bavail = refuses === undefined ? Math.floor(Math.min(room, BLOCK * BLOCKS) / BLOCK) : 0;
  return { type: EXT4, bsize: BLOCK, blocks: BLOCKS, bfree: bavail, bavail };
}

function procFunctions(identity: () => Identity): Record<string, Any> {
  return {
    readFile: (path: unknown) => {
      if (path === '/proc/sys/kernel/random/boot_id') return Promise.resolve(`${identity().boot}\n`);
      if (path !== `/proc/${process.pid}/stat`) return undefined;
      const fields = ['S', ...Array.from({ length: 18 }, () => '0'), identity().start];
      return Promise.resolve(`${process.pid} (plus1) ${fields.join(' ')}`);
    },
    readlink: (path: unknown) => (path === '/proc/self/ns/pid' ? Promise.resolve('pid:[1]') : undefined),
  };
}

function syncFunctions(mounts: Mounts): Record<string, Any> {
  return {
    fstatSync: (fd: number): Stats | undefined => {
      const open = mounts.opened(fd);
      return open && statsOf(open.node);
    },
    futimesSync: (fd: number) => {
      const open = mounts.opened(fd);
      if (open === undefined) return undefined;
      open.volume.touch(open.node);
      return true;
    },
    readdirSync: (path: unknown) => {
      const found = mounts.find(path);
      return found?.volume.list(found.below).map(([name]) => name);
    },
    statSync: (path: unknown) => {
      const found = mounts.find(path);
      return found && statsOf(found.volume.node(found.below));
    },
    existsSync: (path: unknown) => {
      const found = mounts.find(path);
      return found?.volume.has(found.below);
    },
    watch: (path: string, _options: unknown, onChange: () => void) => {
      const found = mounts.find(path);
      if (found === undefined) return undefined;
      const watcher = { path: `${path.split('/').slice(3).join('/')}/`, onChange };
      found.mount.watchers.add(watcher);
      return { close: () => found.mount.watchers.delete(watcher), on: () => undefined };
    },
  };
}
