/** Puts a whole folder in its place, or nothing. */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, makeFolder } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';

/** What `make` fills is renamed to `path`, unless it says false. What is there may be an earlier one, and nothing else: PLUS1_USAGE. */
export async function putFolder(path: string, make: (folder: string) => Promise<boolean>): Promise<boolean> {
  const before = await namesIn(path);
  if (before.length > 0 && !before.includes('certification.json'))
    throw new Plus1Error('PLUS1_USAGE', `--output: ${path} is not empty`, { fix: 'name a new or empty folder' });
  await makeFolder(dirname(path));
  const beside = join(dirname(path), `.plus1-${randomUUID()}`);
  try {
    await makeFolder(beside);
    if (!(await make(beside))) return false;
    await takeAway(path);
    await rename(beside, path);
    return true;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** A folder that is not empty cannot be renamed over. */
async function takeAway(path: string): Promise<void> {
  const old = join(dirname(path), `.plus1-${randomUUID()}-${basename(path).slice(0, 32)}`);
  try {
    await rename(path, old);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
