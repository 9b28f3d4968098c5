/**
 * Files that are never seen half written: beside, flushed, renamed. A crash leaves the old file or the new one.
 * A leftover `.tmp` of a killed process is ignored by readers; `sweepLeftovers` takes it away.
 */
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.js';

/** Far longer than any write takes, so that no file of a process that still lives is taken for a leftover. */
const LEFTOVER_MS = 3_600_000;

/** As `writeFileAtomic`, in folders that are made where they are missing: ours, not a user's who mistyped a path. */
export async function keepFile(path: string, text: string, signal?: AbortSignal): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, text, signal);
}

/** Writes `text` to `path` whole or not at all. `mode` of new files: owner only, they name repositories. */
export async function writeFileAtomic(path: string, text: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const beside = `${path}.${process.pid}.tmp`;
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

/** Takes away what killed processes left half written below the folder. `nowMs`: Unix ms. Never throws. */
export async function sweepLeftovers(folder: string, nowMs: number): Promise<void> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  for (const path of entries.filter((name) => /\.\d+\.tmp$/.test(name)).map((name) => join(folder, name))) {
    const age = await stat(path).then(
      ({ mtimeMs }) => nowMs - mtimeMs,
      () => 0,
    );
    if (age >= LEFTOVER_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}
