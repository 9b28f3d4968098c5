/** What a pass is given to work with. */
import type { Log, Timers } from '../../base/index.js';
import type { GitHubReader, GitHubWriter, IssueTracker } from '../../github/index.js';
import type { OperatorLimits } from '../../governance/index.js';
import type { InputHandler } from '../inputs/handler.js';
import type { HeldDates } from '../memory/newest-dates.js';
import type { CacheTTL } from '../memory/verdict-cache.js';
import type { PassRecord } from '../pass-record.js';
import type { Publisher } from '../publishers/publisher.js';
import type { Progress } from '../types.js';

export interface PassDependencies {
  reader: GitHubReader;
  /** Absent in a dry run: it holds no object that has a writing method. */
  writer?: GitHubWriter;
  /** Absent with it, and where issues are never opened. */
  issues?: IssueTracker;
  /** What the pass keeps, and what it asks. */
  record: PassRecord;
  cacheTTLMs?: CacheTTL;
  /** What this process knows of the dates of rulesets from earlier passes of the policy. */
  dates?: HeldDates;
  /** What the operator allows every policy at most. */
  limits?: OperatorLimits;
  /** Of the kinds that are inputs of passes. Default: none. */
  handlers?: readonly InputHandler[];
  /** Whom the pass is published to, in this order. */
  publishers: readonly Publisher[];
  /** For the deadlines of publishers. */
  timers: Timers;
  log: Log;
  progress?: (done: Progress) => void;
  /** Aborts where a pass that only reads is to be given up, while one that writes may go on. */
  stopReading?: AbortSignal;
}
