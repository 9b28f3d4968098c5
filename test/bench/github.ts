/** The simulator in a process of its own, so that its work and its memory are in nobody's figures. Told by messages of `simulator.ts`. */
import { seedOrganization, startGitHub, type Counts } from '../fakes/github/index.js';
import { LATENCY, LOGIN, RULESET } from './model.js';

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
const github = await startGitHub({ organizations: [organization], latency: LATENCY });
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
