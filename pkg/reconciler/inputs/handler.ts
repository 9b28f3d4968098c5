/**
 * What a kind does in a pass whose objects are inputs of it. A handler is a value of this shape, put into the list that `assemble`
 * makes; `pass/input-steps.ts` calls it once in each pass, after the membership was written.
 */
import type { InputKind, InputObject, InputSpec, InputStatus } from '../../api/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { Entry } from '../../journal/index.js';
import type { ApprovalVerdict, GivenApproval, OperatorLimits } from '../../governance/index.js';
import type { BrokenInput, InputRef, PolicyEvent } from '../../policies/index.js';
import type { Log, Timers } from '../../base/index.js';
import type { GitHubReader, GitHubWriter } from '../../github/index.js';
import type { PolicyMetrics } from '../../telemetry/index.js';
import type { IndexedRepository } from '../../workflows/index.js';
import type { InputsOutcome } from './outcome.js';
import type { OwnedRulesets } from '../owned/owned-rulesets.js';
import type { PassRecord } from '../pass-record.js';
import type { ActResult, PassObservation, PassRequest } from '../types.js';

/** What a handler is given. */
export interface InputPass<Spec extends InputSpec = InputSpec, Status extends InputStatus = InputStatus> {
  request: PassRequest;
  /** The objects of its kind that name the policy, by name. One that was deleted is not there. */
  objects: readonly InputObject<Spec, Status>[];
  /** Those that this version cannot read: what was done for one stays as it is. Their `Ready` is set for the handler. */
  broken: readonly BrokenInput[];
  /**
   * By the time of the pass, Unix ms. Not to be believed while `isSkewed`: nothing that weakens follows from it then. So it is where the
   * pass failed before any answer told the time of GitHub.
   */
  nowMs: number;
  isSkewed: boolean;
  /** The start of the pass, Unix ms. */
  startMs: number;
  /** What the pass saw; absent where it failed before it saw anything. */
  seen?: PassObservation;
  /** What became of the membership; absent where the pass came to no decision. */
  acted?: ActResult;
  /** Why the pass failed, where it did. */
  error?: Plus1Error;
  /** Rulesets that Plus1 makes itself; absent where the pass saw nothing. Without `deps.writer` it can be asked, and writes nothing. */
  owned?: OwnedRulesets;
  /**
   * The index of workflow files as this pass left it; undefined where none is kept, or it is of another organization. It is larger than
   * what may be in memory: of each repository there is what `project` makes of it.
   */
  index: <T>(project: (repository: IndexedRepository) => T) => Promise<readonly T[] | undefined>;
  /** Approvals of the policy that name one of the hashes of `hashOf`, or are of kind Review; undefined where they cannot be read. */
  approvals: () => Promise<readonly GivenApproval[] | undefined>;
  /** Throws where the policy may not write any more: it changed, was suspended or went since. To be asked when a write leaves. */
  assertMayWrite: () => void | Promise<void>;
  /** Throws where the object changed, cannot be read any more or went since: what it asked for may be taken back. To be asked then too. */
  requireUnchanged: (object: Omit<InputObject, 'spec'>) => void;
  /** What the pass itself works with. */
  deps: InputDependencies;
}

/** Clients, record, timers and log of the pass. */
export interface InputDependencies {
  reader: GitHubReader;
  /** Absent in a dry run and in mode Observe. */
  writer?: GitHubWriter;
  record: PassRecord;
  /** What the operator allows every policy at most. */
  limits?: OperatorLimits;
  timers: Timers;
  log: Log;
}

/** What a handler makes of it. */
export interface InputResult<Status extends InputStatus = InputStatus> {
  /** The whole status of each object that it judged. One without is left as it was. */
  statuses: readonly { of: InputRef; status: Status }[];
  /** What happened, each told once. They are told after the statuses were kept. */
  events?: readonly { of: InputRef; event: PolicyEvent }[];
  /** When it has to look again though nothing changes, Unix ms by the time of the pass: an expiry, the end of a wait. */
  nextMs?: number | undefined;
  /** What became of approvals. */
  verdicts?: readonly ApprovalVerdict[];
  /** For the journal, after what it says of the membership. */
  entries?: readonly Entry[];
  /** Fields of the policy's own status that belong to the kind; one that is undefined goes. */
  policy?: InputsOutcome['policy'];
  /** Events of notifications that are open, or undefined where they are over. One that is not named stays as it was. */
  notices?: InputsOutcome['notices'];
  /** Sets the metrics of the kind. */
  measure?: (metrics: PolicyMetrics) => void;
}

export interface InputHandler<Spec extends InputSpec = InputSpec, Status extends InputStatus = InputStatus> {
  readonly kind: InputKind<Spec, Status>;
  /** The hash by which an approval names the object now; such approvals are none of the membership's plans. Absent: none is asked for. */
  hashOf?(object: InputObject<Spec, Status>): string;
  /** What it throws is one line of the log: statuses stay as they were, and other kinds are not held up. */
  handle(pass: InputPass<Spec, Status>, signal: AbortSignal): Promise<InputResult<Status>>;
}
