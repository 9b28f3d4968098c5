/**
 * Makes a folder with those above it. In place of `mkdir` with `recursive`, which never returns where the file system says
 * of a parent that exists that it does not (below /proc), and takes a thread with it that nothing can stop.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';
import { syncFolder } from './sync-folder.js';

/** Throws what the file system throws. Something else of that name is left for the person who looks into it. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || above === path) throw error;
    await makeFolder(above);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
    // Or a power cut takes the folder away, with all that was kept in it since.
    await syncFolder(dirname(path));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}
