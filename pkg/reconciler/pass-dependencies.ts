/** What a pass is given to work with. */
import type { LiveRuleset, PolicyStatus } from '../api/index.js';
import type { Log, Timers } from '../base/index.js';
import type { GitHubReader, GitHubWriter } from '../github/index.js';
import type { CacheTTL, KnownStore } from './known.js';
import type { Publisher } from './publishers/publisher.js';
import type { Progress } from './types.js';

export interface PassDependencies {
  reader: GitHubReader;
  /** Absent in a dry run: it holds no object that has a writing method. */
  writer?: GitHubWriter;
  /** Keeps the status before a write; false where the policy went, and with it what keeps it. Absent where there is no memory, and in a dry run. */
  keep?: (status: PolicyStatus, signal: AbortSignal) => Promise<boolean | undefined>;
  /** Throws where nothing may be written to this ruleset (any more). Asked once it is known, and before and after the intent of each write is kept. */
  permit?: (ruleset: LiveRuleset) => void;
  /** What earlier passes learned of each repository. */
  known?: KnownStore;
  cacheTTLMs?: CacheTTL;
  /** Whom the pass is published to, in this order. */
  publishers: readonly Publisher[];
  /** For the deadlines of publishers. */
  timers: Timers;
  log: Log;
  progress?: (done: Progress) => void;
  /** Aborts where a pass that only reads is to be given up, while one that writes may go on. */
  stopReading?: AbortSignal;
}
