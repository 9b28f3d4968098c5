/**
 * Flushes what an earlier process left of a chain. It may have been killed between a write and its flush: what it wrote is read, and is
 * gone after a power cut. The status would name a head by then that the chain does not have, and a name that was never flushed would take
 * all records with it that were written since.
 */
import { isAbsent, type Files } from './files.js';
import { segmentFile } from './place.js';
import type { ChainState } from './state.js';

/** The open segment, and the names in the folder of the chain. Throws what the file system throws. */
export async function flushFound(
  files: Pick<Files, 'open' | 'syncFolder'>,
  { folder, segment }: Pick<ChainState, 'folder' | 'segment'>,
): Promise<void> {
  try {
    const file = await files.open(`${folder}/${segmentFile(segment.number)}`);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // One that is compressed was flushed before it got its name.
    if (!isAbsent(error)) throw error;
  }
  await files.syncFolder(folder);
}
