/**
 * Files that are never seen half written: beside, flushed, renamed. A crash leaves the old file or the new one.
 * A leftover `.tmp` of a killed process is overwritten by the next write of the same process id, and ignored by readers.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes `text` to `path` whole or not at all; makes the folders. `mode` of new files: owner only, they name repositories. */
export async function writeFileAtomic(path: string, text: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const beside = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      // Without the flush a power cut can leave the renamed file empty: rename is ordered after nothing.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}
