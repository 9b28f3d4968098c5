/** The simulator in a process of its own, so that its work and its memory are in nobody's figures. Told by messages of `simulator.ts`. */
import { seedOrganization, startGitHub, type Counts } from '../fakes/github/index.js';
import { LOGIN, PASS_LATENCY, RULESET } from './model.js';

/** What this process tells its parent. */
export type Told = { apiURL: string } | { counts: Counts; members: number; production: number };

const repositories = Number(process.argv[2]);
const share = (part: number): number => Math.round(repositories * part);

// The shares of the organization in the specification: 450, 25, 75 and 200 of 1,250.
const organization = seedOrganization({
  login: LOGIN,
  repositories,
  production: share(0.36),
  invalidSchema: share(0.02),
  missingLifecycle: share(0.06),
  archived: share(0.16),
  rulesetName: RULESET,
  rulesetMembers: 'one',
});
// Nothing of it is about limits, and many passes of a large organization ask for more than an hour allows.
const LIMIT = 1_000_000;
const isImmediate = process.argv[3] === 'immediate';
const github = await startGitHub({
  organizations: [organization],
  rateLimit: { rest: LIMIT, graphql: LIMIT },
  ...(!isImmediate && { latency: PASS_LATENCY }),
});
const tell = (told: Told): void => void process.send?.(told);

// Any message asks for what was counted since the last one.
process.on('message', () => {
  tell({
    counts: github.counts(),
    members: organization.ruleset(RULESET).members.length,
    production: organization.expecting('valid_production').length,
  });
  github.reset();
});
process.once('disconnect', () => void github.close());
tell({ apiURL: github.apiURL });
