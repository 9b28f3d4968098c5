/**
 * `status` of a policy: all that a pass leaves behind for people, for `kubectl wait`, and for the next pass. Times are
 * RFC 3339 in UTC. A field that is absent is not known yet.
 */
import type { Condition, HeldReason } from './conditions.js';
import type { FindingStatus } from './finding.js';

/** One running exit clock. `dueTime` is recomputed in every pass from `since` and today's grace period. */
export interface ExitClock {
  id: number;
  name: string;
  reason: FindingStatus;
  since: string;
  dueTime: string;
  /** Head commit of the first contrary observation, and its author's login or name. */
  commit?: string;
  author?: string;
}

/** What `guards.maxLeaving` counts: how many left since `startTime`, when the ruleset had `members`. */
export interface GuardWindow {
  startTime: string;
  members: number;
  left: number;
}

export interface HoldStatus {
  planHash: string;
  reason: HeldReason;
  since: string;
  expiryTime?: string;
  count: number;
  /** At most 50 names. */
  repositories: string[];
  approvals: number;
}

export type PassResult = 'Succeeded' | 'Failed' | 'Held' | 'Incomplete' | 'Observed';

export interface LastPass {
  type: 'Full';
  result: PassResult;
  startTime: string;
  completionTime: string;
  reconcileID: string;
  entered: number;
  left: number;
  retained: number;
}

export type Enforcement = 'Active' | 'Evaluate' | 'Disabled';

export interface RulesetStatus {
  id: number;
  enforcement: Enforcement;
  members: number;
  /** `sha256:` over the sorted ids, as we left them. */
  membersHash: string;
  /** Passes in a row that found our last write undone. */
  undone: number;
}

export interface ComplianceStatus {
  /** `governed/production`, the printer column. */
  summary: string;
  total: number;
  production: number;
  governed: number;
  ungoverned: number;
  /** Since when at least one production repository has been ungoverned. */
  ungovernedSince?: string;
}

export interface PolicyStatus {
  observedGeneration?: number;
  lastHandledReconcileAt?: string;
  conditions?: Condition[];
  organizationID?: number;
  ruleset?: RulesetStatus;
  compliance?: ComplianceStatus;
  findings?: { status: FindingStatus; count: number }[];
  credentials?: { kind: 'Token' | 'App'; secretName?: string; visibility: 'Full' | 'Partial' };
  lastPass?: LastPass;
  /** End of the last complete pass. */
  lastSyncTime?: string;
  nextPassTime?: string;
  /** At most 500, oldest first; others wait for a place. */
  leaving?: ExitClock[];
  window?: GuardWindow;
  hold?: HoldStatus;
  /** An act without a known outcome: set before the PUT, cleared by its outcome. */
  pendingWrite?: { planHash: string; startTime: string };
}
