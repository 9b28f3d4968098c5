/** What the room of GitHub hands out: inventories and rulesets as values, and two clients, of which one cannot write. */
import type { LiveRuleset, Repository, RuleEvaluation, RuleSuites, SuitePeriod } from '../api/index.js';
import type { CatalogFile } from '../catalog/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { BaselineReader } from './baseline/types.js';
import type { ListMarks } from './changes/marks.js';
import type { Changes, ChangesRequest } from './changes/read-changes.js';
import type { IsolationReader, IsolationWriter } from './isolation/types.js';
import type { OwnedRulesetReader, OwnedRulesetWriter } from './owned-rulesets/types.js';
import type { PassTime } from './requester/pass-time.js';
import type { SharedFileReader, SharedFileWriter } from './shared-file/types.js';
import type { WorkflowsRequest } from './workflow-files/read-workflows.js';
import type { WriteOptions, WriteOutcome } from './write-outcome.js';

/** One repository with the verdict on its files. */
export interface ObservedRepository<V> {
  repository: Repository;
  /** Absent where the files were not asked for (archived, filtered out). */
  verdict?: V;
  /** Commit that the verdict belongs to, and the login or name of its author. */
  commit?: string;
  author?: string;
  /** It was asked for alone, and GitHub gave no answer. */
  failed?: true;
  /**
   * An error named its row in the listing, or two rows differ: what the row says (archived, its name, its kind) is not known.
   */
  isDoubtful?: true;
  /** It was asked for by its id, and GitHub did not show it. */
  isUnseen?: true;
  /** It was not looked at in this pass: this is what an earlier one left of it. */
  isRemembered?: true;
}

/** A full look at an organization. */
export interface Inventory<V> {
  repositories: ObservedRepository<V>[];
  /** What GitHub says there are. */
  totalCount: number;
  /** True where every repository of `totalCount` was listed. Unobserved files do not change it; they are verdicts. */
  listed: boolean;
}

export interface InventoryRequest<V> {
  organization: string;
  paths: readonly string[];
  /** False for repositories whose files decide nothing (archived, filtered out): they are not read. */
  wanted: (repository: Repository) => boolean;
  /** A verdict known from an earlier pass for this head commit, so that the file need not be read again. */
  known?: (repository: Repository) => { verdict: V; commit: string; author?: string } | undefined;
  /**
   * When it was last asked for without an answer, Unix ms; undefined where the last answer was one. Such repositories are asked last, the
   * longest ago first.
   */
  failedAt?: (repository: Repository) => number | undefined;
  /** Called once per wanted repository, as its files arrive: the text is let go at once, which keeps memory flat. */
  judge: (files: readonly CatalogFile[], repository: Repository) => V;
  /** Called once for each file with content, in a turn of the event loop of its own, before `judge`. */
  readAhead?: (file: CatalogFile) => void;
  /**
   * Repositories that were read before and are not looked at now: some of them may show that the credential reads private repositories,
   * and that GitHub is not down.
   */
  witnesses?: readonly Repository[];
  /** Called for each repository as the listing shows it, before anything else is known of it. */
  listed?: (repository: Repository) => void;
  /** Called as soon as all is known of a repository, so that a pass that breaks off keeps what it learned. */
  observed?: (observed: ObservedRepository<V>) => void;
  /** Called as pages and files arrive. */
  progress?: (done: { listed: number; total: number; read: number }) => void;
}

/** Some repositories whose files are read afresh, whatever earlier passes know of them. */
export interface FilesRequest<V> extends Pick<InventoryRequest<V>, 'organization' | 'paths' | 'judge' | 'readAhead'> {
  repositories: readonly Repository[];
  /** Further ones that may show that the credential reads private repositories, where these do not. */
  witnesses: readonly Repository[];
}

/** Some repositories whose files have a history that is to be told. */
export interface OriginsRequest {
  repositories: readonly Pick<Repository, 'id' | 'nodeID'>[];
  paths: readonly string[];
}

/** Some repositories of which it is asked whether rules of a ruleset are in force on their default branches. */
export interface RulesRequest {
  /** Login. */
  organization: string;
  rulesetID: number;
  /** Those that were asked about longest ago come first: an older server is asked about the first hundred alone. */
  repositories: readonly Repository[];
}

/** A repository with the branch that is asked about; without one nothing is asked. */
export type BranchOf = Pick<Repository, 'id' | 'name'> & { defaultBranch?: string | undefined };

/** `unknown`: GitHub did not say for certain, or there is no default branch. */
export type RulesSight = 'inForce' | 'notInForce' | 'unknown';

/** One commit that changed a file. */
export interface FileChange {
  commit: string;
  /** A login, else a name. */
  author?: string;
  /** Number of the pull request that brought the commit. */
  pullRequest?: number;
}

/** Who changed some files of a repository last. */
export interface FileHistory {
  /** Head commit of the default branch that the answer is about. */
  head: string;
  /** Absent where no commit of the branch ever touched them. */
  last?: FileChange;
}

export interface Organization {
  id: number;
  /** As GitHub spells it. */
  login: string;
  /** public_repos + total_private_repos, where the caller may see both. */
  repositoryCount?: number;
}

/** What GitHub says of the credential's view at one moment. */
export interface Visibility {
  /** Of an App: true where its installation is on all repositories of the organization. */
  all?: boolean;
  /** public_repos + total_private_repos, where the caller may see both. */
  repositoryCount?: number;
}

/** Who owns a repository. */
export interface Owner {
  ownerID: number;
  /** Login. */
  owner: string;
}

/** What a look at what changed begins with. */
export interface ChangedRuleset {
  id: number;
  /** Of an earlier answer. */
  etag?: string | undefined;
}

/** Some repositories that are looked at again by id, as a listing would show them. */
export interface AgainRequest<V> extends InventoryRequest<V> {
  repositories: readonly Repository[];
  /** Of the organization: those that have another owner by now are not in the answer. */
  organizationID: number;
}

/** The fate of one repository id that a listing did not contain. */
export type Fate =
  ({ state: 'owned'; name: string; nodeID: string } & Owner) | { state: 'missing' } | { state: 'unknown'; why: string };

/** Reads and nothing else: all that a dry run is ever given. Every method throws Plus1Error. */
export interface GitHubReader {
  /** Rulesets that Plus1 makes itself. */
  readonly owned: OwnedRulesetReader;
  /** What incidents read of single repositories. */
  readonly isolation: IsolationReader;
  /** What the checklist of repositories reads. */
  readonly baseline: BaselineReader;
  /** A file that comes by pull request. */
  readonly sharedFile: SharedFileReader;
  /**
   * Names the missing scope, permission or plan before anything else is tried. `willFind`: `findRuleset` comes next, and the list that it
   * needs is asked for beside this question; where this fails, nothing of it runs on.
   */
  preflight(organization: string, signal: AbortSignal, options?: { willFind?: boolean }): Promise<Organization>;
  inventory<V>(request: InventoryRequest<V>, signal: AbortSignal): Promise<Inventory<V>>;
  /**
   * The files of some repositories, in questions of their own that no memory answers: a second opinion. Absence is believed
   * only beside the folder in which the file would stand. What GitHub did not answer for is unobserved, never missing.
   */
  readFiles<V>(request: FilesRequest<V>, signal: AbortSignal): Promise<ObservedRepository<V>[]>;
  /**
   * What the listing tells of some repositories, by id, in questions of their own: a second opinion on whether one is archived,
   * disabled, or left out by a filter. Those that GitHub did not answer for are not in it.
   */
  readRows(repositories: readonly Repository[], signal: AbortSignal): Promise<ReadonlyMap<number, Repository>>;
  /**
   * Who changed the files at `paths` of some repositories last, by id. Never throws: those that GitHub did not answer for are not
   * in it, and where the signal aborts, those that were not asked about by then.
   */
  readOrigins(request: OriginsRequest, signal: AbortSignal): Promise<ReadonlyMap<number, FileHistory>>;
  /**
   * Whether rules of a ruleset are in force on the default branches of some repositories, by id. Never throws: those that were not asked
   * about, because a limit or the signal ended it, are not in it.
   */
  readRules(request: RulesRequest, signal: AbortSignal): Promise<ReadonlyMap<number, RulesSight>>;
  /**
   * The rules in force on the default branches of some repositories, as GitHub's JSON has them, by id. Never throws: those of which nothing
   * is known are not in it.
   */
  readBranchRules(
    organization: string,
    repositories: readonly BranchOf[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, readonly unknown[]>>;
  /** What the rules made of the pushes of a time, all of the organization. */
  listRuleSuites(organization: string, period: SuitePeriod, signal: AbortSignal): Promise<RuleSuites>;
  /** The evaluations of some suites, by id. Never throws: those that GitHub did not answer for are not in it. */
  openRuleSuites(
    organization: string,
    ids: readonly number[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, readonly RuleEvaluation[]>>;
  /** Workflow files and actions at the heads of default branches. Never throws: those that GitHub did not answer for are told to nobody. */
  readWorkflows(request: WorkflowsRequest, signal: AbortSignal): Promise<void>;
  /** The marks of a look that begins now: where a later look at what changed begins. `before`: of an earlier look. */
  markLists(organization: string, before: ListMarks | undefined, signal: AbortSignal): Promise<ListMarks>;
  /** What changed since the look that left those marks, as far as GitHub's lists tell it. */
  readChanges(request: ChangesRequest, signal: AbortSignal): Promise<Changes>;
  /** The same as an inventory of some repositories alone. It is never a whole one. */
  readAgain<V>(request: AgainRequest<V>, signal: AbortSignal): Promise<Inventory<V>>;
  /** Undefined where the ruleset is as it was in the answer that had that tag. */
  readRulesetUnless(
    organization: string,
    ruleset: ChangedRuleset,
    signal: AbortSignal,
  ): Promise<LiveRuleset | undefined>;
  /** The tag of the answer that the ruleset was read from by this client, where GitHub sent one. */
  etagOf(ruleset: LiveRuleset): string | undefined;
  /** Finds the one organization-sourced ruleset of that name over all pages, and reads it by id. */
  findRuleset(
    organization: string,
    name: string,
    signal: AbortSignal,
    options?: { named?: (() => void) | undefined },
  ): Promise<LiveRuleset>;
  /** Reads the ruleset by id. `essential` reads go on below the budget's floor: they belong to a write. */
  readRuleset(
    organization: string,
    id: number,
    signal: AbortSignal,
    options?: { essential?: boolean },
  ): Promise<LiveRuleset>;
  /** The usual wait before something is asked again, `repeats` from 0. */
  pause(repeats: number, signal: AbortSignal): Promise<void>;
  /** Asked again, never from memory: an answer proves nothing about a listing that was taken after it. */
  visibility(organization: Organization, signal: AbortSignal): Promise<Visibility>;
  /** `GET /repositories/{id}`. */
  lookUp(id: number, signal: AbortSignal): Promise<Fate>;
  /** Who owns some repositories, by GraphQL: a second opinion on a look-up. Those that GitHub did not answer for are not in it. */
  readOwners(
    repositories: readonly Pick<Repository, 'id' | 'nodeID'>[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, Owner>>;
  /** `visibility` is an App's as of its last token, up to an hour ago: a hint for people, no proof. */
  readonly credential: { kind: 'Token' | 'App'; visibility?: 'Full' | 'Partial' };
  /** The time of the pass that this client was made for, checked by every answer that it gets. */
  readonly time: PassTime;
}

/** All that writes. */
export interface GitHubWriter {
  /** Rulesets that Plus1 makes itself. */
  readonly owned: OwnedRulesetWriter;
  /** What incidents write to single repositories. */
  readonly isolation: IsolationWriter;
  /** A file that comes by pull request. */
  readonly sharedFile: SharedFileWriter;
  /**
   * Runs `work` when it is the turn of a write among all of the credential. What it asks of GitHub then waits for nobody, so that what it
   * reads is still fresh when it writes. It should not last.
   */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /**
   * Writes the membership, whole, where the ruleset has it: its `conditions`, or a custom property. Never retried.
   * Throws Plus1Error where GitHub positively did not take it: it was not sent, or a rate limit of GitHub kept it out.
   */
  writeMembers(
    organization: string,
    live: LiveRuleset,
    members: readonly number[],
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<WriteOutcome>;
  /** Waits for the limit that kept a write from being taken, where that is short enough; else throws the limit again. */
  sitOut(limit: Plus1Error, signal: AbortSignal): Promise<void>;
}
