/** The simulator of the soak in a process of its own, without latency: its memory is in nobody's figures. */
import { seedOrganization, startGitHub, type Counts } from '../fakes/github/index.js';
import { LOGIN, RULESET } from './model.js';

/** What this process tells its parent: its address, then what was counted since the last message. */
export type SoakTold = { apiURL: string } | { counts: Counts; files: number };

const repositories = Number(process.argv[2]);
const organization = seedOrganization({
  login: LOGIN,
  repositories,
  production: Math.round(repositories * 0.36),
  archived: Math.round(repositories * 0.16),
  rulesetName: RULESET,
  rulesetMembers: 'one',
});
// No limit: a real hour has room for a pass every ten minutes, and here they follow each other.
const github = await startGitHub({ organizations: [organization], rateLimit: false });
const tell = (told: SoakTold): void => void process.send?.(told);

process.on('message', () => {
  const files = github.requests.filter(({ operation }) => operation === 'files').length;
  tell({ counts: github.counts(), files });
  github.reset();
});
process.once('disconnect', () => void github.close());
tell({ apiURL: github.apiURL });
