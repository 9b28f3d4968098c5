/** What the room of GitHub hands out: inventories and rulesets as values, and two clients, of which one cannot write. */
import type { LiveRuleset, Repository } from '../api/index.js';
import type { CatalogFile } from '../catalog/index.js';
import type { Plus1Error } from '../errors/index.js';
import type { PassTime } from './requester/pass-time.js';

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

/** The fate of one repository id that a listing did not contain. */
export type Fate =
  | { state: 'owned'; name: string; ownerID: number; owner: string }
  | { state: 'missing' }
  | { state: 'unknown'; why: string };

/** Reads and nothing else: all that a dry run is ever given. Every method throws Plus1Error. */
export interface GitHubReader {
  /** Names the missing scope, permission or plan before anything else is tried. */
  preflight(organization: string, signal: AbortSignal): Promise<Organization>;
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
  /** Finds the one organization-sourced ruleset of that name over all pages, and reads it by id. */
  findRuleset(organization: string, name: string, signal: AbortSignal): Promise<LiveRuleset>;
  /** Reads the ruleset by id. `essential` reads go on below the budget's floor: they belong to a write. */
  readRuleset(
    organization: string,
    id: number,
    signal: AbortSignal,
    options?: { essential?: boolean },
  ): Promise<LiveRuleset>;
  /** Asked again, never from memory: an answer proves nothing about a listing that was taken after it. */
  visibility(organization: Organization, signal: AbortSignal): Promise<Visibility>;
  /** `GET /repositories/{id}`. */
  lookUp(id: number, signal: AbortSignal): Promise<Fate>;
  /** `visibility` is an App's as of its last token, up to an hour ago: a hint for people, no proof. */
  readonly credential: { kind: 'Token' | 'App'; visibility?: 'Full' | 'Partial' };
  /** The time of the pass that this client was made for, checked by every answer that it gets. */
  readonly time: PassTime;
}

/** The answer to one PUT. */
export type WriteOutcome =
  /** GitHub answered with the ruleset as it is now. */
  | { state: 'answered'; ruleset: LiveRuleset }
  /**
   * Applied or not: nobody knows (5xx, time-out, reset, an answer without conditions or of something else than GitHub). Look before
   * anything else. `error`: what is wrong where a read does not show the write; to send it again would get the same answer.
   */
  | { state: 'unknown'; why: string; error?: Plus1Error }
  /**
   * 4xx by GitHub itself: refused whole, nothing changed. `named`: ids that a 422 names as what is wrong. `error`: where the
   * refusal has a code of its own (a missing right, a token that ended).
   */
  | { state: 'refused'; why: string; named: ReadonlySet<number>; error?: Plus1Error };

export interface WriteOptions {
  /** The write lets something enter, so it goes on below the budget's floor. */
  essential?: boolean;
  /** It leaves until then, by the time of the pass, or not at all: then PLUS1_TIMEOUT is thrown. */
  sendByMs?: number;
}

/** The one writing method of the product. */
export interface GitHubWriter {
  /**
   * `PUT {conditions}` with the id list replaced and the rest of `conditions` as just read. Never retried.
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
