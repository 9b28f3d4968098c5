/**
 * What passes learn of each repository: verdicts by head commit, so that a quiet pass reads no file, and enough beside
 * them to explain a decision. A verdict belongs to one commit and to the settings it was judged by; where either differs
 * it is not known. Forgetting all of it costs requests, never correctness.
 */
import type { ExitClock, FindingStatus, PolicySpec, Repository } from '../../api/index.js';
import { LazyList, ownTurn, withFields, type Listed } from '../../base/index.js';
import type { Verdict } from '../../catalog/index.js';
import type { FileChange, FileHistory, ObservedRepository, PassTime } from '../../github/index.js';
import { classify, exemptionOf, membershipEffect, type TwoReadings } from '../../governance/index.js';
import {
  KNOWN_VERSION,
  readKnown,
  rememberedOf,
  type KnownRepositories,
  type KnownRepository,
  type KnownRules,
  type NewestRuleset,
  type Remembered,
} from './verdict-cache-shape.js';
import { HeldRepositories, keptOf, originAt, verdictOf, type Held, type Learned } from './held-repositories.js';
import { repositoryOf } from './known-row.js';
import { sightOf, stayingOf } from './known-sights.js';
import { KeptMeanwhile } from './kept-meanwhile.js';
import { HeldDates, serverMs, type NewestDates } from './newest-dates.js';
import { runningClocks } from './running-clocks.js';
import { SharedVerdicts } from './shared-verdicts.js';
import { longestAgeMs } from './verdict-age.js';
import { keptFor, ownerOf, settingsHash } from './verdict-scope.js';
import type { BaselineStore } from '../baseline/baseline-index.js';
import type { IssueStore } from '../issues/issue-store.js';
import type { WorkflowStore } from '../workflows/workflow-index.js';

/** Where it is kept between passes. Loading never fails: what cannot be read is not known. */
export interface VerdictStore {
  load(signal: AbortSignal): Promise<unknown>;
  /** The index of workflow files, which lies apart: most passes do not need it. */
  readonly workflows?: WorkflowStore;
  /** The checklists of repositories, which lie apart as well. */
  readonly baseline?: BaselineStore;
  /** What is known of issues for repository owners; absent where none can be opened. */
  readonly issues?: IssueStore;
  /** Absent in a dry run. */
  save?(known: KnownToKeep, signal: AbortSignal): Promise<void>;
}

/** What is to be kept. The repositories are made while they are written. */
export type KnownToKeep = Omit<KnownRepositories, 'repositories'> & { repositories: Listed<KnownRepository> };

/** How long a verdict may be reused while the head commit is unchanged, ms; undefined: for ever, 0: never. */
export type CacheTTL = number | undefined;

export interface VerdictCacheOptions {
  spec: PolicySpec;
  /** The exit clocks of the status: what ends one of them is kept at once. */
  clocks?: readonly ExitClock[];
  store: VerdictStore | undefined;
  ttlMs: CacheTTL;
  time: Pick<PassTime, 'now' | 'behindMs' | 'aheadMs'>;
  /** What this process knows of the dates of rulesets from earlier passes. */
  dates?: HeldDates | undefined;
  /** A person asked for this look: only verdicts that make a repository a member are taken from memory. */
  isAsked?: boolean;
  /** It goes on where an interrupted pass ended: what that one read is believed whatever `ttlMs` says. */
  isResumed?: boolean;
}

/** What is kept at the end of a look, or meanwhile. */
export interface Keep {
  /** Everything was listed and read: nothing else is kept. Otherwise what was known before stays known. */
  whole: boolean;
  /** Everything was listed, and maybe not everything read: what was not listed is known no longer, but for its name and verdict. */
  listed?: boolean;
  remembered: Remembered;
  /** Id of the look, where it went to its end; without it the memory goes on to be that of the look before. */
  look?: string | undefined;
}

/** One pass's view of what is known: looked up while observing, added to as files arrive, kept at the end. */
export class VerdictCache {
  readonly #options: VerdictCacheOptions;
  readonly #settings: string;
  readonly #held: HeldRepositories;
  readonly #fresh = new SharedVerdicts();
  /** Of how many it learned what the memory does not have. */
  #news = 0;
  readonly #owner: string;
  #organizationID: number | undefined;
  #look: string | undefined;
  readonly #meanwhile: KeptMeanwhile;
  readonly #clocks: ReadonlyMap<number, ExitClock>;
  /** What those were called that no listing contains any more. */
  readonly #names: Map<number, string>;
  readonly #listed = new Set<number>();
  /** What was kept of the last pass beside the verdicts. */
  remembered: Remembered;
  /** The membership as the last pass left it, where it is still known. */
  members: ReadonlySet<number> | undefined;
  /** The member that was looked up last, while others wait for their turn. */
  lookedUpTo: number | undefined;
  readonly #dates: HeldDates;
  /** The start of the pass that what is read belongs to: of this one, or of the interrupted one that it resumes. */
  readonly #sinceMs: number;
  /** What was read from then on is believed, whatever its age; undefined where no pass is resumed. */
  readonly #resumedMs: number | undefined;

  private constructor(options: VerdictCacheOptions, kept: KnownRepositories | undefined) {
    this.#options = options;
    this.#settings = settingsHash(options.spec);
    this.#owner = ownerOf(options.spec);
    const { ours, near } = keptFor(this.#owner, kept);
    const { repositories = [], organizationID } = near;
    // A verdict is that of its settings. That somebody saw the repository in production is true whatever they are now.
    const known = ours.settings === this.#settings ? repositories : repositories.map(sightOf);
    this.#organizationID = organizationID;
    this.#clocks = byID(options.clocks);
    this.#held = new HeldRepositories(known, this.#clocks);
    this.remembered = rememberedOf(ours);
    const { left = [], absent = [] } = this.remembered;
    const named = [...left, ...absent];
    this.#names = new Map(named.map(({ id, name }) => [id, name]));
    this.members = ours.members && new Set(ours.members);
    this.lookedUpTo = ours.lookedUpTo;
    this.#dates = (options.dates ?? new HeldDates()).with(this.#owner, ours);
    this.#look = ours.settings === this.#settings ? ours.look : undefined;
    this.#resumedMs = options.isResumed === true ? ours.unfinishedSinceMs : undefined;
    this.#sinceMs = this.#resumedMs ?? options.time.now();
    this.#meanwhile = new KeptMeanwhile({
      now: () => options.time.now(),
      size: () => this.#held.learned.size,
      news: () => this.#news,
      save: (signal) => this.#save({ whole: false, remembered: this.remembered }, signal),
    });
  }

  static async begin(options: VerdictCacheOptions, signal: AbortSignal): Promise<VerdictCache> {
    const kept = await options.store?.load(signal);
    // What a large organization left takes a while to be looked through, and to be taken in.
    await ownTurn();
    const known = readKnown(kept);
    await ownTurn();
    return new VerdictCache(options, known);
  }

  /** The newest date of the ruleset that an answer showed. */
  get newestRuleset(): NewestRuleset | undefined {
    return this.#dates.ruleset;
  }

  set newestRuleset(newest: NewestRuleset | undefined) {
    this.#dates.ruleset = newest;
  }

  /** The same of rulesets that Plus1 made. */
  get newestOwned(): NewestDates {
    return this.#dates.owned;
  }

  /** What is known of another organization of that login is not known: the login changed hands. */
  requireOrganization(id: number): void {
    if (this.#organizationID !== undefined && this.#organizationID !== id) {
      this.#held.forgetBefore();
      this.#look = undefined;
      this.#names.clear();
      this.remembered = {};
      this.members = undefined;
      this.lookedUpTo = undefined;
      this.#dates.clear();
    }
    this.#organizationID = id;
  }

  /** The verdict on that very commit, where it is young enough to be believed. */
  verdict({ id, headCommit }: Repository): { verdict: Verdict; commit: string; author?: string } | undefined {
    const known = this.#held.before.get(id);
    if (known?.verdict === undefined || headCommit === undefined || known.commit !== headCommit) return undefined;
    if (!this.#isBelieved(id, known.verdict, known.readMs)) return undefined;
    return {
      verdict: known.verdict,
      // The same text, of which the repository has one in memory already.
      commit: headCommit,
      ...(known.author === undefined ? {} : { author: known.author }),
    };
  }

  #isBelieved(id: number, { status }: Verdict, readMs: number): boolean {
    const { ttlMs, time, isAsked, spec } = this.#options;
    const ageMs = time.now() - readMs;
    const isResumed = this.#resumedMs !== undefined && readMs >= this.#resumedMs;
    if (ttlMs !== undefined && !isResumed && (ageMs < 0 || ageMs >= ttlMs)) return false;
    if (membershipEffect(status, spec.catalog) === 'desired') return true;
    // Read in the future: the clock was set back, and how old it is nobody knows.
    return isAsked !== true && ageMs >= 0 && ageMs < longestAgeMs(id, status);
  }

  /** When it was last asked for without an answer, Unix ms. */
  failedAt({ id }: Repository): number | undefined {
    return this.#held.before.get(id)?.failedMs;
  }

  /** Who changed its files last, where that was asked for at that very commit; empty where GitHub knows of no change. */
  origin(id: number, commit: string): Partial<FileChange> | undefined {
    const known = this.#held.learned.get(id);
    return known?.observed?.commit === commit ? known.origin : undefined;
  }

  /** Takes in who changed its files last. It belongs to the commit at which they were read in this pass. */
  learnOrigin(id: number, { head, last }: FileHistory): void {
    const known = this.#held.learned.get(id);
    if (known?.observed?.commit === head) this.#held.learn(withFields(known, { origin: last ?? {} }));
  }

  /** Whether rules of that ruleset were in force on its default branch, and when GitHub said so. */
  rules(id: number, rulesetID: number): KnownRules | undefined {
    const { rules } = this.#held.last(id) ?? {};
    return rules?.rulesetID === rulesetID ? rules : undefined;
  }

  /** Takes in what GitHub said of a repository that this pass observed. */
  learnRules(id: number, rules: KnownRules): void {
    const known = this.#held.learned.get(id);
    if (known !== undefined) this.#held.learn(withFields(known, { rules }));
  }

  /** As it was called when it was last listed. */
  nameOf(id: number): string | undefined {
    return this.#held.last(id)?.name ?? this.#names.get(id);
  }

  /** A verdict that was just made, or one like it that this pass made before. */
  shared(verdict: Verdict): Verdict {
    return this.#fresh.verdict(verdict);
  }

  /** Takes one repository in. */
  learn(observed: ObservedRepository<Verdict>): void {
    const { repository, verdict, commit } = observed;
    const { id, name } = repository;
    const before = this.#held.before.get(id) ?? this.#held.learned.get(id);
    const reused = before !== undefined && verdictOf(before) === verdict;
    const { status } = classify(observed, this.#options.spec);
    if (!reused) this.#news += 1;
    // Written out, as `sawUnlisted` does: from a literal that begins with other fields V8 makes a hidden class for each repository.
    this.#held.learn({
      id,
      name,
      status,
      readMs: reused ? before.readMs : this.#options.time.now(),
      seenMs: this.#seenMs,
      desiredMs: this.#lastDesired({ id, name, status }, this.#held.last(id)),
      failedMs: this.#failed(observed, before),
      origin: originAt(before, commit),
      rules: before?.rules,
      observed,
    });
    this.#noteSight(id);
  }

  /** By the clocks of now: what ends one of them must not be lost with the process. */
  #noteSight(id: number): void {
    const clock = this.#clocks.get(id);
    const now = { earlierMs: this.#options.time.now(), laterMs: this.#seenMs };
    if (clock !== undefined && this.running([clock], now).length === 0) this.#meanwhile.noteSight();
  }

  /** True where this is the memory that the look of that id kept, and no other was kept since. */
  isOf(look: string): boolean {
    return this.#look === look;
  }

  /**
   * Every repository of the last whole list, as it was last looked at. Without a verdict: of those whose files must be read before
   * anything is said of them.
   */
  recall(): ObservedRepository<Verdict>[] {
    return [...this.#held.before.values()].flatMap(({ row, ...known }) => {
      if (row === undefined) return [];
      const { verdict, commit, author } = known;
      return [
        {
          ...repositoryOf(known, row),
          isRemembered: true as const,
          ...(verdict !== undefined && { verdict }),
          ...(commit !== undefined && { commit }),
          ...(author !== undefined && { author }),
        },
      ];
    });
  }

  /** The organization has it, whatever its files say. */
  sawListed(id: number): void {
    this.#listed.add(id);
  }

  /** A look-up by id found it in the organization, whose listing lacks it: it is not gone, and nothing is known of its files. */
  sawUnlisted(id: number, name: string): void {
    const status = 'unobserved';
    const desiredMs = this.#lastDesired({ id, name, status }, this.#held.last(id));
    this.#held.learn({
      id,
      name,
      status,
      readMs: this.#options.time.now(),
      seenMs: this.#seenMs,
      desiredMs,
      failedMs: undefined,
      origin: undefined,
      rules: undefined,
      observed: undefined,
    });
    this.#noteSight(id);
  }

  /** Exit clocks, without those that an observation of this pass ended, or of one that left no status behind. */
  running(clocks: readonly ExitClock[], now: TwoReadings): ExitClock[] {
    const { before, learned } = this.#held;
    return runningClocks(clocks, { before, learned, listed: this.#listed }, this.#options.spec, now);
  }

  /** A state that is put back from a copy, or that could not be kept, shows clocks that what was seen since then has ended. */
  #lastDesired(
    { status, ...named }: Pick<KnownRepository, 'id' | 'name' | 'status'>,
    before: Held | undefined,
  ): number | undefined {
    const { catalog, exemptions } = this.#options.spec;
    const isDesired = (each: FindingStatus): boolean => membershipEffect(each, catalog) === 'desired';
    const now = { earlierMs: this.#options.time.now(), laterMs: this.#seenMs };
    // By a setting or an exemption, which the policy may have no more when this is looked at.
    const isBySetting = status !== 'valid_production' && isDesired(status);
    if (isBySetting || exemptionOf(named, exemptions, now)?.effect === 'Govern') return this.#seenMs;
    if (before === undefined || isDesired(status)) return undefined;
    const desiredMs = isDesired(before.status) ? (before.seenMs ?? before.readMs) : before.desiredMs;
    // A sight of the future was made with a clock that is right again: it was before this one, and ends no clock that this one starts.
    return desiredMs === undefined ? undefined : Math.min(desiredMs, this.#seenMs);
  }

  /** By the clock that is ahead, as exit clocks start. */
  get #seenMs(): number {
    return this.#options.time.now() + (this.#options.time.behindMs ?? 0);
  }

  /** One that had no turn in this pass waits since it was last asked for. */
  #failed({ failed, verdict }: ObservedRepository<Verdict>, before: Held | undefined): number | undefined {
    if (failed === true) return this.#options.time.now();
    return verdict?.status === 'unobserved' ? before?.failedMs : undefined;
  }

  /** Keeps what was learned so far, where that is due. Never throws. */
  keepMeanwhile(signal: AbortSignal): void {
    this.#meanwhile.keep(signal);
  }

  /** Resolves once every sight so far that ended an exit clock is kept. Without one nothing is written. Rejects where the signal aborts. */
  keepSights(signal: AbortSignal): Promise<void> {
    return this.#meanwhile.keepSights(signal);
  }

  /** Keeps all that was learned so far at once. Never throws. */
  async keepNow(signal: AbortSignal): Promise<void> {
    this.#meanwhile.noteSight();
    await this.keepSights(signal).catch(() => undefined);
  }

  /** Keeps it, as `Keep` says. */
  async keep(options: Keep, signal: AbortSignal): Promise<void> {
    await this.#meanwhile.end();
    await this.#save(options, signal);
  }

  async #save({ whole, listed = whole, remembered, look = this.#look }: Keep, signal: AbortSignal): Promise<void> {
    const { before, learned } = this.#held;
    const staying = stayingOf(before, { whole, listed, members: remembered.members ?? this.members });
    const repositories = [...[...staying.values()].filter(({ id }) => !learned.has(id)), ...learned.values()];
    // Made while they are written: as values they would be in memory a second time.
    const kept = (each: KnownRepository | Learned): KnownRepository => ('observed' in each ? keptOf(each) : each);
    const known: KnownToKeep = {
      version: KNOWN_VERSION,
      settings: this.#settings,
      owner: this.#owner,
      ...(this.#organizationID === undefined ? {} : { organizationID: this.#organizationID }),
      repositories: new LazyList(repositories, kept),
      ...remembered,
      ...(this.lookedUpTo === undefined ? {} : { lookedUpTo: this.lookedUpTo }),
      ...this.#dates.at(serverMs(this.#options.time)),
      ...(look === undefined ? {} : { look }),
      ...(!whole && { unfinishedSinceMs: this.#sinceMs }),
    };
    await this.#options.store?.save?.(known, signal);
  }
}

const byID = <T extends { id: number }>(all: readonly T[] = []): Map<number, T> =>
  new Map(all.map((each) => [each.id, each]));
