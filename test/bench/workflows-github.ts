/** The simulator of `workflows.ts` in a process of its own: each repository has 11 or 12 workflow files, those of the tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { seedOrganization, startGitHub, type Counts } from '../fakes/github/index.js';
import { LOGIN, PASS_LATENCY, RULESET } from './model.js';

/** What was counted since the last message. */
export interface WorkflowsTally {
  counts: Counts;
  /** Questions for workflow files, and their points. */
  workflows: number;
  /** Questions for the checklist, and their points. */
  baseline: number;
  baselinePoints: number;
  /** Requests for custom properties and code scanning. */
  properties: number;
  scans: number;
}

/** What this process tells its parent. */
export type WorkflowsTold = { apiURL: string; files: number } | WorkflowsTally;

const repositories = Number(process.argv[2]);
const organization = seedOrganization({
  login: LOGIN,
  repositories,
  production: Math.round(repositories * 0.36),
  rulesetName: RULESET,
  rulesetMembers: 'one',
});
organization.properties.define({ property_name: 'team', value_type: 'string' });
const folder = new URL('../fixtures/workflows/', import.meta.url);
// One object a text: the simulator computes what git says of it once.
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ content: readFileSync(new URL(name, folder), 'utf8'), mode: '100644' as const }));
let files = 0;
for (const [index, repository] of organization.repositories.entries()) {
  // A commit a file would keep a hundred thousand commits for nothing.
  const head = repository.files as Map<string, (typeof texts)[number]>;
  for (let number = 0; number < 11 + (index % 2); number += 1, files += 1) {
    const text = texts[files % texts.length];
    if (text !== undefined) head.set(`.github/workflows/w${number}.yml`, text);
  }
  repository.security.analyze('CodeQL', Date.now());
}

const github = await startGitHub({ organizations: [organization], rateLimit: false, latency: PASS_LATENCY });
const tell = (told: WorkflowsTold): void => void process.send?.(told);
process.on('message', () => {
  const { requests } = github;
  const isAsked = (path: string): number => requests.filter((each) => each.path.includes(path)).length;
  const baseline = requests.filter(({ operation }) => operation === 'baseline');
  tell({
    counts: github.counts(),
    workflows: requests.filter(({ body }) => JSON.stringify(body ?? '').includes('.github/workflows')).length,
    baseline: baseline.length,
    baselinePoints: baseline.reduce((sum, { points }) => sum + points, 0),
    properties: isAsked('/properties/'),
    scans: isAsked('/code-scanning/'),
  });
  github.reset();
});
process.once('disconnect', () => void github.close());
tell({ apiURL: github.apiURL, files });
