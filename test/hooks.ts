/**
 * Around every run of the tests, named in `.mocharc.json`: a temporary folder of its own, in which nothing may be left. Each
 * file removes what it made; a test that does not fails the run, because folders that nobody removes fill a disk.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureGlobal } from 'fast-check';
import { SEED, USUAL_RUNS } from './sample.js';
import { chooseScenes, scenesLeftOut } from './scenes.js';
import { removeTemporaryFolders } from './temporary-folder.js';

configureGlobal({ seed: SEED, numRuns: USUAL_RUNS });

/** What tools keep there until the run has ended: the compiler's cache, and the program that tests start. */
const KEPT = /^(tsx-|node-compile-cache|program|scenes-left-out)/;

const CLEANING_MS = 300_000;

let folder: string | undefined;

/** Once, before the first file; workers inherit the environment. */
export function mochaGlobalSetup(): void {
  folder = mkdtempSync(join(tmpdir(), 'plus1-run-'));
  process.env['TMPDIR'] = folder;
}

/** Once, after the last file. */
export function mochaGlobalTeardown(): void {
  if (folder === undefined) return;
  const scenes = scenesLeftOut(folder);
  if (scenes > 0) console.log(`  ${scenes} scenes left out: PLUS1_TESTS=whole plays all, PLUS1_SEED=random others\n`);
  const left = readdirSync(folder).filter((name) => !KEPT.test(name));
  rmSync(folder, { recursive: true, force: true });
  if (left.length === 0) return;
  console.error(`Tests left in the temporary folder: ${left.join(', ')}`);
  process.exitCode = 1;
}

export const mochaHooks = {
  /** Before each file in parallel, else before the first one. */
  beforeAll(this: Mocha.Context): void {
    if (this.test?.parent) chooseScenes(this.test.parent);
  },

  /** After each file in parallel, else after the last one. */
  afterAll(this: Mocha.Context): void {
    // Ten thousand hostile files take their time on a busy disk.
    this.timeout(CLEANING_MS);
    removeTemporaryFolders();
  },
};
