/** A handle of a file in memory, as far as the product uses one. */
import type { Stats } from 'node:fs';
import type { Mounts, OpenNode } from './mounts.js';
import { errno, type FileNode, type Node } from './volume.js';

const S_IFREG = 0o100600;
const S_IFDIR = 0o040700;

/** What the product looks at. */
export function statsOf(node: Node): Stats {
  const isFile = node.kind === 'file';
  const { ino, mtimeMs, ctimeMs } = node;
  const size = isFile ? node.data.length : 4_096;
  return {
    ...{ ino, mtimeMs, ctimeMs, size, dev: 1, nlink: 1, uid: 1, gid: 1, mode: isFile ? S_IFREG : S_IFDIR },
    ...{ mtime: new Date(mtimeMs), ctime: new Date(ctimeMs) },
    isFile: () => isFile,
    isDirectory: () => !isFile,
    isSymbolicLink: () => false,
    isFIFO: () => false,
    isSocket: () => false,
  } as unknown as Stats;
}

export class OpenFile {
  readonly fd: number;
  readonly #mounts: Mounts;
  readonly #open: OpenNode;
  #at = 0;

  constructor(mounts: Mounts, open: OpenNode) {
    this.#mounts = mounts;
    this.#open = open;
    this.fd = mounts.keepOpen(open);
  }

  async stat(): Promise<Stats> {
    await this.#pass('fstat');
    return statsOf(this.#open.node);
  }

  async read(buffer: Buffer, start: number, length: number, position: number | null): Promise<{ bytesRead: number }> {
    await this.#pass('read');
    const from = position ?? this.#at;
    const part = this.#file().data.subarray(from, from + length);
    buffer.set(part, start);
    if (position === null) this.#at += part.length;
    return { bytesRead: part.length };
  }

  async write(bytes: Uint8Array, start: number, length: number, position: number): Promise<{ bytesWritten: number }> {
    await this.#pass('write');
    const part = bytes.subarray(start, start + length);
    return { bytesWritten: this.#open.volume.write(this.#file(), part, position, this.#open.path) };
  }

  async writeFile(text: string): Promise<void> {
    await this.#pass('write');
    const bytes = Buffer.from(text);
    const taken = this.#open.volume.write(this.#file(), bytes, 0, this.#open.path);
    if (taken < bytes.length) throw errno('ENOSPC', this.#open.path);
  }

  async truncate(size = 0): Promise<void> {
    await this.#pass('truncate');
    this.#open.volume.truncate(this.#file(), size, this.#open.path);
  }

  async sync(): Promise<void> {
    await this.#pass('fsync');
    this.#open.volume.sync(this.#open.node, this.#open.path);
  }

  async close(): Promise<void> {
    await this.#pass('close');
    this.#mounts.close(this.fd);
  }

  #pass(operation: string): Promise<void> | undefined {
    return this.#open.mount.gate(operation, this.#open.path);
  }

  #file(): FileNode {
    const { node, path } = this.#open;
    if (node.kind !== 'file') throw errno('EISDIR', path);
    return node;
  }
}
