/** What goes into a pass and what comes out of it. */
import type { IssuesStatus, LiveRuleset, OwnedStatus, PassResult, Plus1Policy, PolicyStatus } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { FileChange, Organization } from '../github/index.js';
import type { AbsentMember, ApprovalVerdict, Decision, Finding } from '../governance/index.js';
import type { ToldExemption } from './memory/verdict-cache-shape.js';
import type { RecordedMembers } from '../journal/index.js';
import type { RollbackRequest } from '../policies/index.js';
import type { Drift, LastWriteSight } from './memory/drift.js';
import type { Anchor, Changed } from './anchor.js';
import type { BackupUse } from './backup-use.js';
import type { InputsOutcome } from './inputs/outcome.js';
import type { BaselineSurvey } from './baseline/baseline-index.js';
import type { WorkflowSurvey } from './workflows/workflow-index.js';

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
  /** Where that is the backup: why. */
  backup?: BackupUse;
  /** Nothing of this pass is kept for a later one: what needs two passes to be proved cannot be proved. */
  forgets?: boolean;
  /** What asked for this pass by annotation, or for an earlier one. */
  reconcileAt?: string;
  /** A person asked for this look: what memory says against a repository is not taken from memory. */
  isAsked?: boolean;
  /** It goes on where an interrupted pass ended: verdicts of that one are believed, whatever their age. The listing is taken again. */
  isResumed?: boolean;
  /** A rollback that somebody asked for and nobody released yet. Carried out is the one that `status.lastHandledRollbackTo` names. */
  rollback?: RollbackRequest;
  /** Absent where no quick pass comes after this one. */
  quick?: QuickTerms;
}

/** What quick passes hand on from one to the next. */
export interface QuickTerms {
  /** As the last look left it: what a full pass asks GitHub for need not be told again where it is the same. */
  before?: Anchor | undefined;
  /** What a quick pass saw of what changed. Without it the pass is a full one. */
  glance?: Changed | undefined;
  /** Why a quick pass saw nothing. */
  failed?: Plus1Error | undefined;
}

/** How a pass ended, as far as that decides when the next one is. */
export interface Ended {
  error: Plus1Error | undefined;
  result: PassResult;
  /** By the time of the pass, Unix ms. */
  endMs: number;
  /** When a write that may still be applied is settled, by the same time: then a pass must look. */
  settlesMs?: number | undefined;
  /** What quick passes begin with after it, where they can. */
  anchor?: Anchor | undefined;
  isQuick?: true | undefined;
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
  /** What changed alone was read: the rest is as an earlier pass saw it. */
  isQuick?: true;
  /** Every repository was listed, by a pass that looked for all. */
  isListed?: boolean;
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

/** What is known of the rules that are in force. */
export interface Effective {
  /** By id of the production repositories that the ruleset targets: whether its rules are in force on the default branch. */
  states: ReadonlyMap<number, boolean | null>;
  /** When GitHub was last asked about one of them, Unix ms; absent where it never was, or nothing is checked. */
  lastCheckMs?: number;
}

/** A rollback that this pass carried out, or worked on. */
export interface RollbackOutcome {
  to: RecordedMembers['to'];
  /** Nothing of it is missing: it is not carried out again. */
  isApplied: boolean;
  /** Members that the record does not have and that stay. */
  kept: { id: number; name: string }[];
  /** Whom the record has and who is no member after it: repositories that are not there any more. */
  missing: { id: number; name: string }[];
}

/** What a pass left of the issues for repository owners. */
export interface IssuesOutcome extends IssuesStatus {
  /** Findings that wait for their issue: the pass had opened as many as it may. */
  waiting: number;
  /** Repositories where GitHub takes none, each told once. */
  notes: { repository: string; why: string }[];
  /** Why the pass went on with none of them. */
  stopped?: string;
}

/** A ruleset that a pass made, or would make. */
export interface MadeRuleset {
  /** Absent in a dry run. */
  id?: number;
  enforcement: LiveRuleset['enforcement'];
  /** Who is in it from the start; with targeting by property they enter by a write of their own. */
  entered: Decision['toEnter'];
}

export interface PassOutcome {
  request: PassRequest;
  /** It read only what changed. */
  isQuick?: true;
  /** What quick passes begin with after this one, where they can. */
  anchor?: Anchor;
  dryRun: boolean;
  startMs: number;
  endMs: number;
  /** The same by the clock that is behind, the local one or GitHub's. Without it, `endMs`. */
  earlierEndMs?: number;
  result: PassResult;
  /** Repositories in production as the last complete pass counted them, where that is known. */
  productionBefore?: number;
  /** Ends of exemptions that earlier passes recorded events for. */
  toldExemptions?: readonly ToldExemption[];
  /** When the next pass is due, Unix ms; absent where nothing waits for it. */
  nextPassMs?: number;
  /** From one full pass to the next, where the budget stretches the interval. */
  effectiveInterval?: string;
  /** As it was read at the start, also by a pass that saw nothing else. */
  ruleset?: LiveRuleset;
  seen?: PassObservation;
  acted?: ActResult;
  /** A ruleset that this pass made from the template of the policy; in a dry run, would make. */
  made?: MadeRuleset;
  /** Rulesets that Plus1 made itself, as they are known after the pass. */
  owned?: readonly OwnedStatus[];
  /** What became of the approvals that were given. */
  approvals?: readonly ApprovalVerdict[];
  /** What became of the objects that are inputs of the pass; absent where none is handled. */
  inputs?: InputsOutcome;
  /** Nothing proves who approves: groups and an Emergency count for nothing. */
  approvalsAreClaims?: true;
  rollback?: RollbackOutcome;
  /** What the jobs of workflow files are worth; absent where it is switched off, and of a pass that did not look. */
  workflows?: WorkflowSurvey;
  /** Checklists of repositories; absent where it is switched off, and of a pass that did not look. */
  baseline?: BaselineSurvey;
  /** Absent where the policy opens none, and of a pass that did not look. */
  issues?: IssuesOutcome;
  /** Which rules are in force, as far as that is known; absent of a pass that came to no decision. */
  effective?: Effective;
  error?: Plus1Error;
  /** The status as it is after this pass. */
  status: PolicyStatus;
}
