/** What goes into an act, and what its rounds hand to each other. */
import type { LiveRuleset, PolicyStatus } from '../../../api/index.js';
import type { Plus1Error } from '../../../errors/index.js';
import type { GitHubReader, GitHubWriter } from '../../../github/index.js';
import type { Decision } from '../../../governance/index.js';
import type { OpenWrite } from '../../memory/open-write.js';
import type { Intent, PassRecord } from '../../pass-record.js';
import type { ActResult } from '../../types.js';
import type { ActApprovals } from '../act-approvals.js';
import type { RulesetReads } from '../ruleset-reads.js';

export interface ActRequest {
  organization: string;
  rulesetName: string;
  live: LiveRuleset;
  status: PolicyStatus;
  /** For `live`. */
  decision: Decision;
  /** Plan and guard, again for a ruleset that changed; `status` is the memory that counts by now. */
  decide: (live: LiveRuleset, status: PolicyStatus, rounds?: EarlierRounds) => Decision;
  /** The write of that memory that may still be applied, late. */
  openWrite: (live: LiveRuleset, status: PolicyStatus) => OpenWrite | undefined;
  /** Why nobody may leave by a write that is sent now. */
  doubt: () => string | undefined;
  /** Absent where nothing can be approved. */
  approvals?: Pick<ActApprovals, 'mark' | 'refresh'> | undefined;
}

/** What a plan must know of the rounds before it. */
export interface EarlierRounds {
  /** Ids that GitHub named when it refused a write. */
  refused?: ReadonlySet<number> | undefined;
  /** Who was to enter, was named in a refusal, and is not found by its id: what would enter beside it must not wait for it. */
  lost?: ReadonlySet<number> | undefined;
  /** Who would leave by a write that is not proved, and that the memory counts already. */
  again?: ReadonlySet<number> | undefined;
  /** Why nobody leaves by the next write. */
  stays?: string | undefined;
}

export interface ActDependencies {
  reader: Pick<GitHubReader, 'time' | 'pause' | 'lookUp'>;
  rulesets: Pick<RulesetReads, 'read' | 'saw' | 'oldestMs'>;
  writer: GitHubWriter;
  record: Pick<PassRecord, 'assertMayWrite' | 'keepIntent' | 'superseded' | 'ended'>;
}

/** What became of the rounds so far. */
export interface Round extends ActResult {
  /** A PUT that was looked for and not found: GitHub may still apply it, late. */
  sent?: Decision;
  /** An intent that was kept, and whose write GitHub did not take: a limit kept it out, or it was refused. */
  unsent?: Intent;
  /** Why the last round did not do. */
  why?: string;
  /** The last write was not sent, since it was too late for it. */
  isLate?: true;
  /** Ids that GitHub named when it refused a PUT. Set once, so that there is no third try. */
  refused?: ReadonlySet<number>;
  /** Those of them that were to enter and are not there. */
  lost?: ReadonlySet<number>;
}

/** A write that is ready to be sent. */
export interface Put {
  decision: Decision;
  live: LiveRuleset;
  target: readonly number[];
  intended: PolicyStatus;
  stays?: string;
  announced: Intent;
  /** Since when the ruleset may be another one than the last read before it shows, by the time of the pass. */
  readMs: number;
}

/** What a round works with. */
export interface RoundMeans {
  request: ActRequest;
  deps: ActDependencies;
  signal: AbortSignal;
}

/** Carries an act whose outcome nobody knows out of a round. */
export class UnknownOutcome extends Error {
  readonly attempt: Pick<ActResult, 'decision' | 'live' | 'intended'>;
  readonly error: Plus1Error;

  constructor({ decision, live, intended }: Put, error: Plus1Error) {
    super(error.message, { cause: error });
    this.attempt = { decision, live, intended };
    this.error = error;
  }
}

/**
 * The memory that a round plans with. An attempt that is not proved may have let somebody leave already: its intent counts
 * them, and the status from before it does not.
 */
export const memoryOf = ({ intended }: Round, { status }: ActRequest): PolicyStatus => intended ?? status;

/** A round whose write is proved. */
export function proved(decision: Decision, live: LiveRuleset): Round {
  return { decision, live, written: true, pending: false };
}

/** A round of which GitHub took nothing; what an earlier one announced still counts. */
export function notWritten(
  state: Round,
): Pick<Round, 'written' | 'pending' | 'refused' | 'lost' | 'sent' | 'intended'> {
  const { intended } = state;
  return { written: false, pending: false, ...kept(state), ...(intended === undefined ? {} : { intended }) };
}

/** What the next plan must know of the rounds so far. */
export function earlier({ refused, lost, sent }: Pick<Round, 'refused' | 'lost' | 'sent'>): EarlierRounds {
  return { refused, lost, ...(sent && { again: new Set(sent.toLeave.map(({ id }) => id)) }) };
}

/** What later rounds must still know of this one. */
export const kept = ({ refused, lost, sent }: Round): Pick<Round, 'refused' | 'lost' | 'sent'> => ({
  ...(refused === undefined ? {} : { refused }),
  ...(lost === undefined ? {} : { lost }),
  ...(sent === undefined ? {} : { sent }),
});

export const staying = (stays: string | undefined): Pick<ActResult, 'stays'> => (stays === undefined ? {} : { stays });
