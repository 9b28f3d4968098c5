/**
 * Thirty repositories of an organization on 15 March 2025, the day after tags of tj-actions/changed-files were moved to bad code
 * (CVE-2025-30066). https://github.com/advisories/GHSA-mrrh-fwg8-r2c3
 */
import { PATH, PRODUCTION, town } from '../../builders.js';
import type { Organization, Repository } from '../../fakes/github/index.js';

export const BAD = 'tj-actions/changed-files';
export const CI = '.github/workflows/ci.yml';
/** The team that may still push. */
export const TEAM = 'security-response';
/** A commit from before: who pins it ran no bad code. */
export const GOOD_COMMIT = '0e58ed8671d6b60d0890c21b07f8835ace038e67';

const NOON = Date.UTC(2025, 2, 15, 12);
const HOUR_MS = 3_600_000;

/** A workflow file with one step. */
export const uses = (action: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ${action}\n`;

/** Name and workflow file of those that the story is about. */
const FILES = {
  'pay-web': uses(`${BAD}@v45`),
  'pay-api': uses(`${BAD}@v44`),
  'pay-lib': `on: push\njobs:\n  call:\n    uses: acme/pay-web/${CI}@main\n`,
  'mail-jobs': uses(`${BAD}@v45`),
  'docs-site': uses(`${BAD}@${GOOD_COMMIT}`),
  'old-tool': 'jobs: [\n',
} as const;

export type Name = keyof typeof FILES | 'shop-web';

/** Whom `--matching Ran` closes off: those that ran it, and one whose file nobody can read. */
export const CLOSED: readonly Name[] = ['pay-web', 'pay-api', 'pay-lib', 'mail-jobs', 'old-tool'];

export function incidentTown(): Organization {
  const acme = town({ members: 23 });
  acme.teams.set(TEAM, 31);
  for (const [name, text] of Object.entries({ ...FILES, 'shop-web': uses('actions/checkout@v4') }))
    acme.createRepository({ name, files: { [PATH]: PRODUCTION, [CI]: text } });
  const ran = { path: CI, sha: GOOD_COMMIT, at: NOON - HOUR_MS, conclusion: 'success' } as const;
  for (const name of ['pay-web', 'pay-api', 'pay-lib', 'mail-jobs', 'shop-web'] as const)
    acme.get(name).actions.add(ran, NOON);
  // It did not run in the days in question.
  acme.get('docs-site').actions.add({ ...ran, at: NOON - 240 * HOUR_MS }, NOON);
  // This one is still under way.
  acme.get('pay-web').actions.add({ path: CI, sha: GOOD_COMMIT, at: NOON - 0.6 * HOUR_MS }, NOON);
  // Not every repository has the same settings: they must come back as they were.
  acme.get('pay-api').actions.permissions.allowed_actions = 'selected';
  acme.get('pay-lib').actions.permissions.sha_pinning_required = true;
  return acme;
}

/** What is asked for of the incident and of its drill, as flags. */
export const ORDER = [
  `--action ${BAD} --matching Ran`,
  '--window-start 2025-03-14T16:00:00Z --window-end 2025-03-15T22:00:00Z',
  `--actions Disabled --cancel-runs --responder ${TEAM} --policies policies`,
].join(' \\\n    ');

/** Actions settings of all that the incident touches, as text. */
export const settingsOf = (acme: Organization): string =>
  JSON.stringify(CLOSED.map((name) => [acme.get(name).actions.permissions, acme.get(name).actions.selected]));

/** True where GitHub starts no workflow there. */
export const isQuiet = (repository: Repository): boolean =>
  !repository.actions.start({ path: CI, sha: GOOD_COMMIT }, { now: Date.now(), isArchived: false }).ok;
