/**
 * Scenes: the tests of the folders below, each of which plays whole passes, and which together take most of the time of a run. `make test`
 * plays a share of them (PLUS1_TESTS=sample), drawn by the seed of the sample; CI plays all, and so does `npx mocha FILE`.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isChosen, isSample } from './sample.js';

/** Of a folder of `test`, which share is played. */
const SHARES: Record<string, number> = { loop: 1 / 4, integration: 1 / 4 };

/** The last folder of that name: the clone may lie in another. */
const FOLDER = /.*\/test\/([^/]+)\//;
/** Workers of one run count here. */
const COUNT = 'scenes-left-out';

/** Takes the other scenes out of a suite, with all that is below it. A suite that is left with none plays none of its hooks. */
export function chooseScenes(root: Mocha.Suite): void {
  const left = isSample ? leaveOut(root) : 0;
  if (left > 0) appendFileSync(join(tmpdir(), COUNT), `${left}\n`);
}

/** How many were left out of a run whose temporary folder this is. */
export function scenesLeftOut(folder: string): number {
  try {
    return readFileSync(join(folder, COUNT), 'utf8')
      .split('\n')
      .map(Number)
      .reduce((sum, each) => sum + each, 0);
  } catch {
    return 0;
  }
}

/** Exported for its test: what `chooseScenes` does to a suite; how many it left out. */
export function leaveOut(suite: Mocha.Suite): number {
  const before = suite.tests.length;
  suite.tests = suite.tests.filter(isPlayed);
  return suite.suites.map(leaveOut).reduce((sum, each) => sum + each, before - suite.tests.length);
}

function isPlayed(test: Mocha.Test): boolean {
  const share = SHARES[FOLDER.exec(test.file ?? '')?.[1] ?? ''] ?? 1;
  return isChosen(test.fullTitle(), share);
}
