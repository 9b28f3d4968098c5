/** What a rollout remembers from one pass to the next. It stands in the status, so that another process goes on where one ended. */
import type { RolloutEnd, RulesetEnforcement, StageOutcome } from '../api/index.js';

/** The candidate as it was last left. */
export interface LeftCandidate {
  rulesetID: number;
  enforcement: RulesetEnforcement;
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
  outcome?: StageOutcome;
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
  intended?: { stage: number; enforcement: RulesetEnforcement };
  history: readonly StageRecord[];
}

export const NEW_MEMORY: RolloutMemory = { stage: 0, unneeded: 0, history: [] };
