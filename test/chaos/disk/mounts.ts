/** Where volumes stand in the name space of a run: `/chaos/<mount>/<volume>/…`. Each process has mounts of its own, by which its calls are known. */
import { errno, type Node, type Volume } from './volume.js';

export const ROOT = '/chaos';

/** Called before each operation: a promise is waited for (a process that is stopped), one that never comes is a process that died. */
export type Gate = (operation: string, path: string) => Promise<void> | undefined;

export interface Mount {
  volumes: Readonly<Record<string, Volume>>;
  gate: Gate;
  /** Told of each name that somebody watches there. */
  watchers: Set<{ path: string; onChange: () => void }>;
}

export interface Found {
  mount: Mount;
  volume: Volume;
  /** Below the root of the volume. */
  below: string;
}

export interface OpenNode extends Found {
  node: Node;
  path: string;
}

const FIRST_FD = 1_000_000_000;

export class Mounts {
  readonly #mounts = new Map<string, Mount>();
  readonly #open = new Map<number, OpenNode>();
  #opened = FIRST_FD;

  add(name: string, mount: Omit<Mount, 'watchers'>): Mount {
    const added = { ...mount, watchers: new Set<{ path: string; onChange: () => void }>() };
    this.#mounts.set(name, added);
    return added;
  }

  isOurs(path: unknown): path is string {
    return typeof path === 'string' && path.startsWith(`${ROOT}/`);
  }

  /** A folder that volumes stand in. */
  isAbove(path: string): boolean {
    return path === ROOT || (this.isOurs(path) && path.split('/').length === 3);
  }

  /** Undefined where the path is none of ours. Somebody else made what volumes stand in. */
  find(path: unknown): Found | undefined {
    if (!this.isOurs(path)) return undefined;
    if (this.isAbove(path)) throw errno('EACCES', path);
    const [, , name = '', volumeName = '', ...rest] = path.split('/');
    const mount = this.#mounts.get(name);
    const volume = mount?.volumes[volumeName];
    if (mount === undefined || volume === undefined) throw errno('ENOENT', path);
    return { mount, volume, below: rest.join('/') };
  }

  keepOpen(open: OpenNode): number {
    this.#opened += 1;
    this.#open.set(this.#opened, open);
    return this.#opened;
  }

  opened(fd: number): OpenNode | undefined {
    return this.#open.get(fd);
  }

  close(fd: number): void {
    this.#open.delete(fd);
  }

  /** Somebody changed a file: all who watch its folder are told. */
  tell(path: string): void {
    for (const { watchers } of this.#mounts.values())
      for (const watcher of watchers) if (path.startsWith(watcher.path)) watcher.onChange();
  }
}
