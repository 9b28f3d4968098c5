/**
 * The last part of a volume belongs to journal and state: without them nothing may be written to GitHub, and what can be made
 * again must not take their room. What is written beside them asks here first.
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';

/** Of a volume of usual size; of a small one a tenth. */
export const RESERVED_BYTES = 67_108_864;
const SMALL_SHARE = 10;

export interface VolumeSpace {
  totalBytes: number;
  /** That a user may still take. */
  freeBytes: number;
}

/** How much of a volume belongs to journal and state. */
export const reservedOf = ({ totalBytes }: VolumeSpace): number =>
  Math.min(RESERVED_BYTES, Math.floor(totalBytes / SMALL_SHARE));

/** Whether what can be made again may take that many bytes. */
export const hasRoomFor = (space: VolumeSpace, bytes: number): boolean => space.freeBytes - bytes >= reservedOf(space);

/** The space of the volume of a folder; of the one above where it is not there yet. Throws what the file system throws. */
export async function volumeSpace(folder: string): Promise<VolumeSpace> {
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch (error) {
    const above = dirname(folder);
    if (errnoOf(error) !== 'ENOENT' || above === folder) throw error;
    return volumeSpace(above);
  }
}

export interface ReserveOptions {
  /** On the volume that is looked at. */
  folder: string;
  /** Default: that of the operating system. */
  space?: (folder: string) => Promise<VolumeSpace>;
}

export class StorageReserve {
  readonly #folder: string;
  readonly #space: (folder: string) => Promise<VolumeSpace>;

  constructor({ folder, space = volumeSpace }: ReserveOptions) {
    this.#folder = folder;
    this.#space = space;
  }

  /** Undefined where the file system does not say: some network file systems do not. */
  async look(): Promise<VolumeSpace | undefined> {
    try {
      const space = await this.#space(this.#folder);
      return space.totalBytes > 0 ? space : undefined;
    } catch {
      return undefined;
    }
  }

  /** What is in the way of a file of that length that can be made again; undefined where nothing is, or nobody knows. */
  async shortage(bytes: number): Promise<string | undefined> {
    const space = await this.look();
    if (space === undefined || hasRoomFor(space, bytes)) return undefined;
    const [free, reserved] = [space.freeBytes, reservedOf(space)].map(mebibytes);
    return `the volume of ${this.#folder} has ${free} left, of which the last ${reserved} belong to journal and state`;
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;
