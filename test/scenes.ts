/**
 * Scenes: tests of whole passes and of whole programs, which together take three quarters of the time of a run. `make test` plays a share of
 * them (PLUS1_TESTS=sample), drawn by the seed of the sample; CI plays all, and so does `npx mocha FILE`.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isChosen, isSample } from './sample.js';

/** Files below `test` with titles in them, and which share of these tests is played: those that take seconds of processor time. */
const SHARES: readonly (readonly [RegExp, number])[] = [
  [/^(loop|integration)\//, 1 / 12],
  // Each starts Helm, npm or the program several times, or cuts a story at many places.
  [/^(chart|crash|github-actions)\//, 1 / 6],
  [/^cmd\/(approve|changed-policy|collections|incident-file|report-reconcile|rollback|sync)\./, 1 / 4],
  [/^cmd\/(report|sync-emergency|sync-told|validate-github|workflows)\./, 1 / 3],
  [/^chaos\/chaos\./, 1 / 4],
  // Chromium, Prometheus and its Alertmanager, trestle, the shell for each line of a page.
  [/^(web\/(browser|thread)|monitoring\/(alerts|scrape)|report\/(validators|verify-page))\./, 1 / 5],
  // Whole months, long outages, large lists.
  [/^(report\/(certification|keep|markdown|report)|siem\/forwarder|journal\/(keys|kept)|server\/webhooks)\./, 1 / 3],
  [/^(policies\/(list-rewrite|folder\/(many-files|state-lock))|catalog\/(costly|migrate\/migrate)|web\/site)\./, 1 / 3],
  // Collects the garbage of all that the process has loaded, again and again.
  [/^(reconciler\/pass\/survey-memory|workflows\/index-memory)\./, 1 / 4],
  // Each plays a story for each fault at each request, or starts a tool, some for each line of a file.
  [/^outside\/journal\..* by a shell script/, 1 / 4],
  [/^reconciler\/owned\/owned-rulesets\..* at (each|any) (request|call)/, 1 / 3],
  [/^(monitoring\/rules\..* cases hold|fakes\/github\/seed\..* (prints one line|tells))/, 1 / 3],
  [/^architecture\/walls\./, 1 / 3],
  // Compiles the program twice: as much as all tests of some rooms.
  [/^architecture\/targeting\./, 0],
];

/** Up to the last folder of that name: the clone may lie in another. */
const ABOVE = /.*\/test\//;
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
  const file = (test.file ?? '').replace(ABOVE, '');
  const title = test.fullTitle();
  const [, share] = SHARES.find(([pattern]) => pattern.test(`${file} ${title}`)) ?? [];
  return share === undefined || isChosen(title, share);
}
