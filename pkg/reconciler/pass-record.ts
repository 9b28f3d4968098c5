/**
 * The home of a pass, as the pass sees it: what it keeps there, and what it asks. A state folder and a cluster are two homes; a run
 * without memory has one that keeps nothing. `journaled` lays a journal over either of them.
 */
import type { InputStatus, LiveRuleset, PolicyStatus } from '../api/index.js';
import type { AssignedTo, Entry, RecordedMembers } from '../journal/index.js';
import type { ApprovalVerdict, Decision, GivenApproval } from '../governance/index.js';
import type { InputRef, PolicyEvent, PolicyInputs } from '../policies/index.js';
import type { VerdictStore } from './memory/verdict-cache.js';
import type { Ended, PassObservation } from './types.js';

/** What a pass saw, before it decides anything. */
export interface PassSight {
  seen: PassObservation;
  /** What a repository is called, or was when it was last listed. */
  nameOf: (id: number) => string | undefined;
}

/** What became of a PUT. */
export interface WriteEnd {
  /** `unproved`: the ruleset does not hold what was sent, or could not be read. `refused`: GitHub did not take it. */
  state: 'proved' | 'unproved' | 'refused';
  /** The ruleset as it was read after it. */
  live?: LiveRuleset;
  /** Code and message. */
  error?: string;
}

/** A write that is about to be sent. */
export interface Intent {
  /** The status that is kept before it: with the mark of the write, and the marks of those who would leave by it. */
  status: PolicyStatus;
  decision: Decision;
  /** The ruleset that it was decided on. */
  live: LiveRuleset;
}

/** Approvals of people for one policy, as their home holds them. */
export interface ApprovalPort {
  /** Anybody may claim any name and any group: groups and an Emergency count for nothing. */
  readonly areClaims?: boolean;
  /** All that are there now, with what earlier passes made of each. */
  list(signal: AbortSignal): Promise<readonly GivenApproval[]>;
  /** Keeps what a pass made of them. One that was deleted meanwhile stays deleted. */
  keep(verdicts: readonly ApprovalVerdict[], signal: AbortSignal): Promise<void>;
}

/** Objects of one policy that are inputs of its passes, as their home holds them. */
export interface InputPort {
  list(signal: AbortSignal): Promise<PolicyInputs>;
  /** Keeps a whole status. False where the object went. */
  setStatus(of: InputRef, status: InputStatus, signal: AbortSignal): Promise<boolean>;
  /** Its generation as the home knows it now; undefined where it went, is another one, or cannot be read. */
  generationOf(of: InputRef): number | undefined;
  /** Tells what happened to one. */
  record(of: InputRef, event: PolicyEvent): void;
}

/** Ids and statuses of a plan that was held. */
export interface HeldPairs {
  entering: readonly (readonly [number, string])[];
  leaving: readonly (readonly [number, string])[];
}

/** What the records of a hold say. */
export interface HoldSight {
  /** Plans by their hashes. A hash is checked by who asks. */
  plans: ReadonlyMap<string, HeldPairs>;
  /** Ids of approvals that released something of it, whatever their home says. */
  used: ReadonlySet<string>;
}

export interface PassRecord {
  /** Absent where nothing can be approved: a dry run, a run without a memory. */
  readonly approvals?: ApprovalPort;
  /** Absent where no objects are handled: a dry run, a run of one policy. */
  readonly inputs?: InputPort;
  /**
   * What is recorded of the hold that runs, and did at `since`; `of`: of another assignment than the repositories under the ruleset. Absent where nothing is recorded. Throws where it cannot be read: what is
   * not known then is not proved unknown.
   */
  holdRecords?: (since: string, signal: AbortSignal, of?: AssignedTo) => Promise<HoldSight>;
  /**
   * Who was a member after a record of the journal, as a person names it. Absent where no journal is kept. Throws
   * PLUS1_RECORD_UNKNOWN and PLUS1_JOURNAL_DAMAGED.
   */
  recordedMembers?: (to: string, signal: AbortSignal) => Promise<RecordedMembers>;
  /**
   * Throws where nothing may be written to this ruleset (any more). Asked once it is known, before the intent of each write
   * is kept, and when the write leaves. Undefined: a pass that failed before it saw the ruleset writes for its objects.
   */
  assertMayWrite(ruleset: LiveRuleset | undefined): void | Promise<void>;
  /** The policy of the same host that targets the ruleset of that id, in words. Absent where no other policies are known. */
  targetedBy?: (rulesetID: number) => string | undefined;
  /** True where who started a change is recorded: then GitHub is asked for it, of those that are demoted or about to leave. */
  readonly asksOrigins?: true;
  /** Told what the pass saw. Never throws: whether that can be recorded decides about writes, and not about looking. */
  observed(sight: PassSight, signal: AbortSignal): Promise<void>;
  /**
   * Keeps an intent. The write is sent only after this. False where the policy went, and with it what keeps it: then nothing is
   * written.
   */
  keepIntent(intent: Intent, signal: AbortSignal): Promise<boolean>;
  /**
   * Told of an intent that was kept and that GitHub did not take: the ruleset changed before its write was sent, a limit kept
   * the write out, or GitHub refused it for a repository that is gone. Another intent follows, or none where nothing is left
   * to be written.
   */
  superseded(intent: Intent, signal: AbortSignal): Promise<void>;
  /** Told what became of the PUT of an intent, right after it. Never throws: what was sent was sent. */
  ended(intent: Intent, end: WriteEnd): Promise<void>;
  /**
   * Keeps a status with the rulesets that Plus1 made itself, and tells the journal first. What it announces is sent only after this. False
   * where the policy went. Absent where nothing is kept: then none is made.
   */
  keepOwned?: (kept: { status: PolicyStatus; told: readonly Entry[] }, signal: AbortSignal) => Promise<boolean>;
  /** Tells the journal of another assignment than the repositories under the ruleset. Absent where none is kept. Throws what it throws. */
  tell?: (told: readonly Entry[], signal: AbortSignal) => Promise<void>;
  /** Keeps the status of the pass that ended. */
  keepStatus(status: PolicyStatus, signal: AbortSignal): Promise<void>;
  /** What earlier passes learned of each repository; undefined where nothing is kept between passes. */
  readonly known: VerdictStore | undefined;
  /** When the next pass is due after one that ended like this, Unix ms; undefined where nothing waits for it. */
  nextPassMs(ended: Ended): number | undefined;
  /** From one full pass to the next, where the budget stretches the interval. Asked after `nextPassMs`; absent where nothing waits. */
  effectiveInterval?: () => string | undefined;
}

/** Of a run that keeps nothing, and after which nobody waits for another. */
export const NO_RECORD: PassRecord = {
  assertMayWrite: () => undefined,
  keepIntent: async () => true,
  observed: async () => undefined,
  superseded: async () => undefined,
  ended: async () => undefined,
  keepStatus: async () => undefined,
  known: undefined,
  nextPassMs: () => undefined,
};
