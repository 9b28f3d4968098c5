/** Folders for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = Symbol.for('plus1.temporaryFolders');
/**
 * Of the process, and not of this module: mocha may load `hooks.ts`, which removes them, by another loader than a test file, and each
 * loader has a module of its own.
 */
const folders = ((globalThis as { [KEY]?: Set<string> })[KEY] ??= new Set());

/** A new folder that is removed when the tests of the file have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plus1-test-'));
  folders.add(folder);
  return folder;
}

/** Removes every folder that was given out so far. */
export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
