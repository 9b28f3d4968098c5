/** A thousand small organizations, each of which its first pass has something to do for, in a process of their own. */
import { town } from '../builders.js';
import { startGitHub, type Counts } from '../fakes/github/index.js';
import { LATENCY } from './model.js';

/** What this process tells its parent: its address, then what was counted since the last message. */
export type ClusterTold = { apiURL: string } | { counts: Counts };

/** Five repositories: one is a member, two enter, two stay out. */
const KINDS = { members: 1, promoted: 2, others: 2 };

const organizations = Array.from({ length: Number(process.argv[2]) }, (_, index) =>
  town({ login: `org-${String(index).padStart(4, '0')}`, ...KINDS }),
);
// One user owns all tokens here, and would meet the limit of one.
const github = await startGitHub({ organizations, latency: LATENCY, rateLimit: false });
const tell = (told: ClusterTold): void => void process.send?.(told);

process.on('message', () => {
  tell({ counts: github.counts() });
  github.reset();
});
process.once('disconnect', () => void github.close());
tell({ apiURL: github.apiURL });
