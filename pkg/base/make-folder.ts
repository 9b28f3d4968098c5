/**
 * Makes a folder with those above it. In place of `mkdir` with `recursive`, which never returns where the file system says
 * of a parent that exists that it does not (below /proc), and takes a thread with it that nothing can stop.
 *
 * A power cut takes a folder away whose name was not flushed, with all that was kept in it since. So a name is made in a folder only
 * once the name of that folder is flushed: one that holds something needs no flush. An empty one may be what a process left that was
 * killed before its flush, or that of a flush that failed.
 */
import { mkdir, opendir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.js';
import { syncFolder } from './sync-folder.js';

/** Throws what the file system throws. Something else of that name is left for the person who looks into it. */
export async function makeFolder(path: string): Promise<void> {
  if (await holdsSomething(path)) return;
  const above = dirname(path);
  if (above !== path) await makeFolder(above);
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    return syncOthers(above);
  }
  await syncFolder(above);
}

/** False also where that cannot be seen: what is wrong there is said by what is tried next. */
async function holdsSomething(path: string): Promise<boolean> {
  try {
    const folder = await opendir(path, { bufferSize: 1 });
    try {
      return (await folder.read()) !== null;
    } finally {
      await folder.close();
    }
  } catch {
    return false;
  }
}

/** Where this process may not look into a folder, somebody else made what is in it, and answers for its flush. */
const NOT_OURS = new Set(['EACCES', 'EPERM', 'EROFS']);

async function syncOthers(path: string): Promise<void> {
  try {
    await syncFolder(path);
  } catch (error) {
    if (!NOT_OURS.has(errnoOf(error) ?? '')) throw error;
  }
}
