/** What goes into a pass and what comes out of it. */
import type { LiveRuleset, PassResult, Plus1Policy, PolicyStatus } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { FileChange, Organization } from '../github/index.js';
import type { AbsentMember, ApprovalVerdict, Decision, Finding } from '../governance/index.js';
import type { ToldExemption } from './memory/verdict-cache-shape.js';
import type { Drift, LastWriteSight } from './memory/drift.js';

/** One run of the reconciler for one policy. */
export interface PassRequest {
  policy: Plus1Policy;
  /** What earlier passes left; empty for a run without memory. */
  status: PolicyStatus;
  /** Nothing but the ids in it can say whose memory the status is. */
  isMemoryUnproved?: boolean;
  reconcileID: string;
  /** The Secret in use, where it is one. */
  secretName?: string;
  /** Nothing of this pass is kept for a later one: what needs two passes to be proved cannot be proved. */
  forgets?: boolean;
  /** What asked for this pass by annotation, or for an earlier one. */
  reconcileAt?: string;
  /** A person asked for this look: what memory says against a repository is not taken from memory. */
  isAsked?: boolean;
}

/** How a pass ended, as far as that decides when the next one is. */
export interface Ended {
  error: Plus1Error | undefined;
  result: PassResult;
  /** By the time of the pass, Unix ms. */
  endMs: number;
  /** When a write that may still be applied is settled, by the same time: then a pass must look. */
  settlesMs?: number | undefined;
}

export interface Progress {
  listed: number;
  total: number;
  read: number;
}

/** Who last changed the catalogue files of a repository. */
export type ChangeOrigin = FileChange;

/** All that was seen of GitHub, decided upon nothing. */
export interface PassObservation {
  organization: Organization;
  credential: { kind: 'Token' | 'App'; visibility: 'Full' | 'Partial' };
  /** GitHub says that there are more repositories than the credential sees: one of those may be in production. */
  seesFewer: boolean;
  ruleset: LiveRuleset;
  findings: Finding[];
  absent: AbsentMember[];
  /** How many more members no listing contains, which wait for a later pass to be looked up. */
  waiting: number;
  /** What GitHub says there are. */
  totalCount: number;
  /** When the reading began that confirms what speaks against members, Unix ms by the time of the pass. */
  evidenceMs: number;
  /** Default branch by repository id: each repository is judged by its own. */
  branches: ReadonlyMap<number, string | undefined>;
  /** Who started the change of those that are demoted or about to leave, by id, as far as that is known. */
  origins?: ReadonlyMap<number, ChangeOrigin>;
  /** What someone else changed since the last pass. */
  drift?: Drift;
  /** How the last write was found, where the policy writes. */
  lastWrite?: LastWriteSight;
  /** The time of the pass cannot be trusted (`trusted-time.ts`), so that no grace period can be measured: nobody leaves. */
  skewed: boolean;
  /** True where nothing stayed unknown. */
  complete: boolean;
}

/** What became of the decision. */
export interface ActResult {
  /** As last decided: again where the ruleset had changed under us. */
  decision: Decision;
  /** The ruleset as it is now. */
  live: LiveRuleset;
  /** Why nobody left by the last write, where it was planned again for that. */
  stays?: string;
  /** True where a PUT was proved. */
  written: boolean;
  /** True where a PUT was sent and nobody knows what became of it. */
  pending: boolean;
  /** The status that was kept before a PUT that is not proved: its marks tell who left by it. */
  intended?: PolicyStatus;
  error?: Plus1Error;
}

export interface PassOutcome {
  request: PassRequest;
  dryRun: boolean;
  startMs: number;
  endMs: number;
  result: PassResult;
  /** Repositories in production as the last complete pass counted them, where that is known. */
  productionBefore?: number;
  /** Ends of exemptions that earlier passes recorded events for. */
  toldExemptions?: readonly ToldExemption[];
  /** When the next pass is due, Unix ms; absent where nothing waits for it. */
  nextPassMs?: number;
  /** As it was read at the start, also by a pass that saw nothing else. */
  ruleset?: LiveRuleset;
  seen?: PassObservation;
  acted?: ActResult;
  /** What became of the approvals that were given. */
  approvals?: readonly ApprovalVerdict[];
  error?: Plus1Error;
  /** The status as it is after this pass. */
  status: PolicyStatus;
}
