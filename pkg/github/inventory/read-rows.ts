/** Asks once more what the listing tells of some repositories: by id, in questions of their own. */
import type { Repository } from '../../api/index.js';
import { FileReader, MAX_BATCH_SIZE, type FileReaderOptions } from './file-reader.js';
import type { ReadOptions } from './read-files.js';

/** By id. Without those that GitHub did not answer for. Throws Plus1Error where nothing can be said at all. */
export async function readRows(
  options: ReadOptions & Pick<FileReaderOptions, 'ownerID' | 'failedAt'>,
  repositories: readonly Repository[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Repository>> {
  const rows = new Map<number, Repository>();
  const reader = new FileReader({
    ...options,
    ...{ paths: [], rowsOnly: true },
    // As many as a page of the listing has: without files such a question is cheap, and a mass archive takes few of them.
    batchSize: MAX_BATCH_SIZE,
    context: { ...options.context, signal },
    onFiles: ({ id }, { row }) => void (row !== undefined && rows.set(id, row)),
  });
  try {
    reader.add(repositories);
    await reader.finish();
  } finally {
    await reader.settle();
  }
  return rows;
}
