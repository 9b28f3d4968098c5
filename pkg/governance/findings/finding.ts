/** What was observed of repositories: a finding on each that was listed, and the fate of members that were not. */
import type { Exemption, FindingStatus } from '../../api/index.js';
import type { Evidence, Reason } from '../../catalog/index.js';

/** What one repository's catalogue says, after the policy's filter and archiving have had their word. */
export interface Finding {
  id: number;
  name: string;
  status: FindingStatus;
  lifecycles: string[];
  reasons: Reason[];
  evidence?: Evidence;
  /** Head commit that the verdict belongs to, and the login or name of its author. */
  commit?: string;
  author?: string;
  /** Whom the catalogue names as the owner. */
  owner?: string;
  /**
   * What speaks against it, the files or what the listing says of it, was asked for again in this very pass, in a question of
   * its own, and the answer agreed. Without it a finding against membership neither starts an exit clock nor lets anyone leave:
   * one answer, or one from memory, may be wrong.
   */
  confirmed?: boolean;
  /** Of the policy, in force: it decides about the membership, and `status` stays what was found. */
  exemption?: Exemption;
  /** An error named its row of the listing, or two rows differ: its name may be that of another repository. */
  isDoubtful?: true;
  /** It was asked for by its id, and GitHub did not show it: nothing that is known of it is of this pass. */
  isUnseen?: true;
  /** Its name by the second answer about its row, where that was asked for in this pass; mostly the same name. */
  alsoNamed?: string;
  /**
   * A list of GitHub shows that it changed a moment ago, after its exit clock began: both answers about it may be of a copy that is behind
   * that list.
   */
  isUnsettled?: true;
}

/** A member that a complete listing does not contain, after it was looked up by id. */
export interface AbsentMember {
  id: number;
  name?: string;
  /** Of one that was transferred: the login of its owner now. */
  owner?: string;
  /**
   * `transferred`: another owner has it, as GitHub says in two ways, and nothing contradicts that. `contradicted`: it says so, while
   * the organization counts repositories that the listing lacks, or a look-up found one of them. `gone`: 404, while the credential
   * was proved in this pass to see everything; one such proof is not enough. `missing`: 404, which may as well hide the repository;
   * `unseen`: there, but in no listing; `unknown`: GitHub did not say; `waiting`: nobody asked yet, since others had their turn first.
   */
  fate: 'transferred' | 'contradicted' | 'gone' | 'missing' | 'unseen' | 'unknown' | 'waiting';
}

/** All that was observed of the repositories in one pass. */
export interface Observation {
  findings: readonly Finding[];
  absent: readonly AbsentMember[];
  /** No repository at all has a file: rather the paths are wrong than everybody. No clock starts, and of those listed nobody leaves. */
  isBlind?: boolean;
  /** When the last of it was seen, Unix ms. Without it, the time of the plan. */
  seenMs?: number;
}
