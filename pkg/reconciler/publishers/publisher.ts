/** What is published of a policy, and who publishes it: one signature for the status, metrics, events and log alike. */
import type { PolicyStatus } from '../../api/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { PolicyKey } from '../../policies/index.js';
import type { IdleCause } from '../status/idle-status.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import type { PassOutcome } from '../types.js';

interface OfPolicy {
  key: PolicyKey;
  organization: string;
  reconcileID: string;
  /** As it was before. */
  previous: PolicyStatus;
  status: PolicyStatus;
}

/** A pass that ended. */
export interface PassPublication extends OfPolicy {
  kind: 'pass';
  outcome: PassOutcome;
  /** What the pass knows of each repository. */
  verdicts: VerdictCache;
}

/** A policy that gets no pass now. */
export interface IdlePublication extends OfPolicy {
  kind: 'idle';
  cause: IdleCause;
}

export type Publication = PassPublication | IdlePublication;

export interface Publisher {
  /** One word, for log lines. */
  name: string;
  /** True where a pass that is not published here has failed. Otherwise a log line is all that comes of a failure. */
  isRequired: boolean;
  /** How long it may take, ms. A pass waits no longer for it. */
  timeoutMs: number;
  /** The log line where it fails: constant, to be counted and searched for. */
  failed: string;
  /** The error of one that took longer. */
  late: (seconds: number) => Plus1Error;
  /**
   * What it lays over the status before those that come after it publish it. A failure is one log line, and leaves the status as it
   * was.
   */
  amend?: (publication: Publication, signal: AbortSignal) => Promise<PolicyStatus>;
  publish: (publication: Publication, signal: AbortSignal) => Promise<void> | void;
}
