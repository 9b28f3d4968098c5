/** What a rollout remembers from one pass to the next. It stands in the status, so that another process goes on where one ended. */

/** How a rollout ended. */
export type RolloutEnd =
  /** Pushes failed: the members are those of `first` again. */
  | 'RolledBack'
  /** Somebody ended it: the same. */
  | 'Aborted'
  /** All stages went well. The candidate stays until its owner folded the rules into the main ruleset. */
  | 'Completed'
  /** They stand there, and the candidate was deleted. */
  | 'Folded';

export type CandidateEnforcement = 'evaluate' | 'active' | 'disabled';

/** The candidate as it was last left. */
export interface LeftCandidate {
  rulesetID: number;
  enforcement: CandidateEnforcement;
  /** Of its rules, branches and bypass actors. */
  fingerprint: string;
  /** Since when the pushes of those are judged that came later than their stage: by id, Unix ms. */
  late: ReadonlyMap<number, number>;
}

export interface StageRecord {
  /** From 1. */
  stage: number;
  percent: number;
  enforcement: 'Evaluate' | 'Active';
  members: number;
  startMs: number;
  endMs?: number;
  outcome?: 'Healthy' | 'Failed' | 'Aborted';
}

export interface RolloutMemory {
  /** The stage that runs, from 1; 0 before the first. */
  stage: number;
  /** When it began. */
  sinceMs?: number;
  candidate?: LeftCandidate;
  end?: RolloutEnd;
  /** It was paused since it ended: once it is not any more, it begins again. */
  wasPaused?: true;
  /** The stage that pushes speak for: it begins as soon as nothing else stands against it. */
  ready?: number;
  /** Passes in a row in which the main ruleset could do without the candidate. */
  unneeded: number;
  /** The stage that a write begins, kept before it is sent: the process may end before it learns what became of it. */
  intended?: { stage: number; enforcement: CandidateEnforcement };
  history: readonly StageRecord[];
}

export const NEW_MEMORY: RolloutMemory = { stage: 0, unneeded: 0, history: [] };
