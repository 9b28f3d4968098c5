/** Flushes a folder: a name that was made, renamed or removed in it survives a power cut only after that. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoOf } from './errno.js';

/** Some network and FUSE file systems cannot flush a folder, and say so; there it is as safe as it gets. */
const CANNOT = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EBADF']);

/** https://man7.org/linux/man-pages/man2/fsync.2.html : the entry in the folder needs an fsync of its own. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } catch (error) {
    if (!CANNOT.has(errnoOf(error) ?? '')) throw error;
  } finally {
    await folder.close();
  }
}
