/** What an incident reads and writes of single repositories, beside the rulesets of its own. */
import type { ActionsSettings } from '../../api/index.js';
import type { FailedWrite, WriteOptions } from '../write-outcome.js';

/** A repository by its name: who asks has looked up that it is the one that is meant. */
export interface RepositoryAt {
  organization: string;
  name: string;
}

/** One repository as it is called now. */
export interface RepositorySight {
  id: number;
  name: string;
  isArchived: boolean;
}

export interface BranchHead {
  name: string;
  sha: string;
}

export interface RunRow {
  id: number;
  /** Of the workflow file. */
  path: string;
  /** RFC 3339. */
  time: string;
  sha: string;
  event: string;
  branch: string | null;
  /** Login of who or what started it; null where GitHub does not say. */
  actor: string | null;
  conclusion: string | null;
}

/** Runs that were found; `total` may be more: a search shows 1,000 at most. */
export interface RunsFound {
  runs: RunRow[];
  total: number;
}

/** Reads. Every method throws Plus1Error. */
export interface IsolationReader {
  /** By its name, for one that no listing of this pass shows. Undefined where there is none; GitHub follows renames. */
  repository(at: RepositoryAt, signal: AbortSignal): Promise<RepositorySight | undefined>;
  /** The switch of GitHub Actions. It belongs to a write, and goes on below the floor of the budget. */
  actionsSettings(at: RepositoryAt, signal: AbortSignal): Promise<ActionsSettings>;
  branches(at: RepositoryAt, signal: AbortSignal): Promise<BranchHead[]>;
  /** Runs that were made within a window, as GitHub's search of dates has it, the newest first. */
  runs(at: RepositoryAt, created: string, signal: AbortSignal): Promise<RunsFound>;
  /** Ids of runs that wait or are under way, the newest first. */
  openRuns(at: RepositoryAt, signal: AbortSignal): Promise<number[]>;
  /** The id of a team by its slug; undefined where there is none. */
  team(organization: string, slug: string, signal: AbortSignal): Promise<number | undefined>;
  /** Versions of a ruleset of the organization, the newest first, as GitHub shows them. */
  rulesetHistory(organization: string, id: number, signal: AbortSignal): Promise<unknown[]>;
}

/**
 * Each write is sent once, and what its answer says is told as it is. They throw Plus1Error where GitHub positively took nothing. A `answered`
 * proves nothing by itself: read it back.
 */
export interface IsolationWriter {
  /** Sets the switch of GitHub Actions, and what else is named of it. */
  setActions(
    at: RepositoryAt,
    settings: ActionsSettings,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered' } | FailedWrite>;
  /** Which actions may run where `allowed` is `selected`; the switch must be on. */
  setSelected(
    at: RepositoryAt,
    selected: NonNullable<ActionsSettings['selected']>,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered' } | FailedWrite>;
  /** `force`: also where a step of the run does not react. One that has ended is `refused`. */
  cancelRun(
    at: RepositoryAt,
    run: number,
    signal: AbortSignal,
    options?: WriteOptions & { force?: boolean },
  ): Promise<{ state: 'answered' } | FailedWrite>;
}
