/**
 * Checklist: asks after a full pass what the checklist of each repository within the scope needs. Nothing is decided by it: no failure of
 * it fails the pass, and it writes nothing to GitHub.
 */
import { durationMs, type BaselineCheck, type PolicySpec, type Repository } from '../../api/index.js';
import { boundSignal, SharedTexts } from '../../base/index.js';
import {
  askedChecks,
  isMet,
  summarizeBaseline,
  type Answer,
  type BaselineSettings,
  type CheckResult,
  type PropertiesSeen,
  type ScanSeen,
} from '../../baseline/index.js';
import type { BaselinePart, BranchSight } from '../../github/index.js';
import {
  newBaseline,
  readBaseline,
  rulesOf,
  type BaselineIndex,
  type BaselineStore,
  type BaselineSurvey,
  type KnownChecklist,
} from '../baseline/baseline-index.js';
import { arePropertiesDue, dueBranches, dueScans, type DueTerms } from '../baseline/due.js';
import { checksAfter, isPassing, workflowsOf } from '../baseline/judged.js';
import { entryAfter, isAlike, type AskedBranch } from '../baseline/entry.js';
import { newsOf, toldOf } from '../baseline/onboarding.js';
import { needsWorkflows, settingsOf, unneededParts } from '../baseline/settings.js';
import { governedProduction } from '../effective.js';
import type { ActResult, PassObservation } from '../types.js';
import type { WorkflowDigest } from '../workflows/digest.js';
import type { PassDependencies } from './pass-dependencies.js';
import { isTrusted } from './trusted-time.js';

/** How long the pass waits for the answers, ms. What does not come is asked for by the next one. */
const MAX_WAIT_MS = 300_000;

export interface ChecklistRequest {
  spec: PolicySpec;
  seen: PassObservation;
  acted: ActResult;
  /** As this pass observed them. */
  repositories: readonly Repository[];
  /** By repository id, as the index of workflow files has them after the survey of this pass. */
  digests: ReadonlyMap<number, WorkflowDigest>;
  /** A person asked for this look. */
  isAsked: boolean;
  /** No pass was complete before: who enters in it was in production before anybody looked. */
  isFirst: boolean;
}

export interface ChecklistDependencies extends Pick<PassDependencies, 'reader' | 'timers' | 'log'> {
  store: BaselineStore | undefined;
}

/** Undefined where it is switched off, or the pass did not look at everything. Never throws. */
export async function checklist(
  request: ChecklistRequest,
  deps: ChecklistDependencies,
  signal: AbortSignal,
): Promise<BaselineSurvey | undefined> {
  const { spec, seen } = request;
  if (!spec.baseline.enabled || seen.isQuick === true || !isTrusted(deps.reader.time)) return undefined;
  const kept = readBaseline(await deps.store?.load(signal).catch(() => undefined));
  const step = new ChecklistStep(request, deps, kept?.organizationID === seen.organization.id ? kept : undefined);
  const bound = boundSignal(deps.timers, MAX_WAIT_MS, { outer: signal });
  try {
    await step.ask(bound.signal);
  } finally {
    bound.release();
  }
  const { index, survey, isChanged } = step.end();
  if (isChanged) await keep(index, deps, signal);
  return survey;
}

async function keep(index: BaselineIndex, { store, log }: ChecklistDependencies, signal: AbortSignal): Promise<void> {
  await store?.save?.(index, signal).catch((error: unknown) => {
    log.warn('The checklists could not be kept', { error: error instanceof Error ? error.name : 'unknown' });
  });
}

class ChecklistStep {
  readonly #request: ChecklistRequest;
  readonly #reader: ChecklistDependencies['reader'];
  readonly #before: BaselineIndex | undefined;
  readonly #settings: BaselineSettings;
  readonly #names: BaselineCheck[];
  readonly #rules: string;
  readonly #known: ReadonlyMap<number, KnownChecklist>;
  readonly #nowMs: number;
  readonly #governed: ReadonlySet<number>;
  readonly #entered: ReadonlySet<number>;
  /** Within the scope. */
  readonly #repositories: readonly Repository[];
  readonly #branches = new Map<number, BranchSight>();
  #lacks: readonly BaselinePart[] = [];
  #lacksMs: number;
  #properties: Answer<ReadonlyMap<number, PropertiesSeen>> | undefined;
  #scans: ReadonlyMap<number, Answer<ScanSeen>> = new Map();

  constructor(request: ChecklistRequest, { reader }: ChecklistDependencies, before: BaselineIndex | undefined) {
    const { spec, seen, acted, repositories } = request;
    this.#request = request;
    this.#reader = reader;
    this.#before = before;
    this.#settings = settingsOf(spec);
    this.#names = askedChecks(this.#settings);
    this.#rules = rulesOf(this.#settings);
    this.#nowMs = reader.time.now();
    const isSame = before?.rules === this.#rules;
    const entries = before?.repositories ?? [];
    this.#known = new Map(entries.map((entry) => [entry.id, isSame ? entry : unasked(entry)]));
    this.#governed = new Set(governedProduction(seen, acted.live));
    this.#entered = new Set(acted.written ? acted.decision.toEnter.map(({ id }) => id) : []);
    this.#repositories = repositories.filter(
      (repository) => isLiving(repository) && (spec.baseline.scope === 'All' || this.#governed.has(repository.id)),
    );
    const isYoung = before !== undefined && this.#nowMs - before.lacksMs < durationMs(spec.baseline.interval);
    this.#lacks = isYoung ? before.lacks : [];
    this.#lacksMs = isYoung ? before.lacksMs : this.#nowMs;
  }

  async ask(signal: AbortSignal): Promise<void> {
    const { spec, seen, isAsked } = this.#request;
    const organization = seen.organization.login;
    const { baseline } = this.#reader;
    const terms: DueTerms = {
      ...{ known: this.#known, nowMs: this.#nowMs, isAsked },
      intervalMs: durationMs(spec.baseline.interval),
    };
    await this.#askBranches(dueBranches(this.#repositories, terms), signal);
    const has = (name: BaselineCheck): boolean => this.#names.includes(name);
    const propertiesMs = this.#before?.propertiesMs ?? 0;
    if (has('customProperties') && arePropertiesDue(this.#repositories, propertiesMs, terms))
      this.#properties = await baseline.properties(organization, signal);
    if (!has('securityScan')) return;
    const { securityScan: scan } = this.#settings;
    const due = dueScans(this.#repositories, scan, terms);
    if (due.length > 0)
      this.#scans = await baseline.scans({ organization, repositories: due, tools: scan.tools }, signal);
  }

  /** GitHub answers from copies, and theirs may not show yet what was written a moment ago: who entered is asked about twice. */
  async #askBranches(due: readonly Repository[], signal: AbortSignal): Promise<void> {
    if (due.length === 0) return;
    await this.#askFor(due, signal);
    const again = due.filter(({ id }) => this.#entered.has(id) && !isMet({ checks: this.#checksOf(id) ?? [] }));
    if (again.length === 0) return;
    await this.#reader.pause(0, signal).catch(() => undefined);
    await this.#askFor(again, signal);
  }

  async #askFor(repositories: readonly Repository[], signal: AbortSignal): Promise<void> {
    const seen = await this.#reader.baseline.branches(
      {
        organization: this.#request.seen.organization.login,
        repositories,
        without: unneededParts(this.#names, this.#settings),
        lacks: this.#lacks,
      },
      signal,
    );
    for (const [id, sight] of seen.sights) this.#branches.set(id, sight);
    this.#lacks = seen.lacks;
  }

  #checksOf(id: number): CheckResult[] | undefined {
    const before = this.#known.get(id);
    const head = this.#headOf(id);
    const workflows = workflowsOf(this.#request.digests.get(id), head);
    const fresh = { branch: this.#branches.get(id), properties: this.#propertiesOf(id), scan: this.#scans.get(id) };
    const kept = { checks: before?.checks ?? [], scan: before?.scan };
    const checks = checksAfter(fresh, kept, { workflows, settings: this.#settings, nowMs: this.#nowMs });
    return checks && this.#texts.in(checks);
  }

  /** Most repositories pass a check, or fail it, in the same words. */
  readonly #texts = new SharedTexts();
  #heads: ReadonlyMap<number, string | undefined> | undefined;

  #headOf(id: number): string | undefined {
    this.#heads ??= new Map(this.#repositories.map((each) => [each.id, each.headCommit]));
    return this.#heads.get(id);
  }

  #propertiesOf(id: number): Answer<PropertiesSeen> | undefined {
    if (this.#properties === undefined || !('seen' in this.#properties)) return this.#properties;
    const own = this.#properties.seen.get(id);
    return own === undefined
      ? { unknown: 'GitHub does not list its custom properties yet', again: true }
      : { seen: own };
  }

  end(): { index: BaselineIndex; survey: BaselineSurvey; isChanged: boolean } {
    const { seen } = this.#request;
    const entries = this.#entries();
    const news = entries.map((entry) => [entry, newsOf(entry)] as const);
    for (const [entry, told] of news) if (told !== undefined) entry.told = told;
    const index = newBaseline({
      ...{ rules: this.#rules, organizationID: seen.organization.id, propertiesMs: this.#askedPropertiesMs() },
      ...{ lacks: [...this.#lacks], lacksMs: this.#lacksMs, repositories: entries },
    });
    const told = toldOf(news, this.#nowMs);
    return { index, survey: { ...this.#surveyOf(entries), ...told }, isChanged: this.#isChanged(entries) };
  }

  /** What is out of the scope is kept where it was known before: it is not told of again. */
  #entries(): KnownChecklist[] {
    const inScope = new Set(this.#repositories.map(({ id }) => id));
    return this.#request.repositories
      .filter(({ id }) => inScope.has(id) || this.#known.has(id))
      .map((repository) => {
        const { id, headCommit: head } = repository;
        const before = this.#known.get(id);
        const checks = (inScope.has(id) ? this.#checksOf(id) : before?.checks) ?? [];
        return entryAfter(repository, before, {
          ...{ checks, isInScope: inScope.has(id), isInProduction: this.#governed.has(id), nowMs: this.#nowMs },
          isIndexed: this.#before !== undefined,
          hasEntered: !this.#request.isFirst && this.#entered.has(id),
          asked: this.#askedOf(id, head, checks),
          scan: this.#scans.get(id),
        });
      });
  }

  /** Undefined where the branch was not asked about. */
  #askedOf(id: number, head: string | undefined, checks: readonly CheckResult[]): AskedBranch | undefined {
    const branch = this.#branches.get(id);
    return branch && { head, isSettled: this.#isSettled(id, branch, checks) };
  }

  #isChanged(entries: readonly KnownChecklist[]): boolean {
    const isAsked = this.#properties !== undefined || this.#branches.size + this.#scans.size > 0;
    if (isAsked || this.#before?.rules !== this.#rules || entries.length !== this.#known.size) return true;
    return entries.some((entry) => !isAlike(entry, this.#known.get(entry.id)));
  }

  #askedPropertiesMs(): number {
    if (this.#properties === undefined) return this.#before?.propertiesMs ?? 0;
    const isPassingBy = 'again' in this.#properties;
    return isPassingBy ? 0 : this.#nowMs;
  }

  /** What may be otherwise a moment later is asked for again by the next pass. */
  #isSettled(id: number, branch: BranchSight, checks: readonly CheckResult[]): boolean {
    const waits =
      needsWorkflows(this.#request.spec) && 'again' in workflowsOf(this.#request.digests.get(id), this.#headOf(id));
    return !isPassing(branch) && !waits && !(this.#entered.has(id) && !isMet({ checks }));
  }

  #surveyOf(entries: readonly KnownChecklist[]): Omit<BaselineSurvey, 'incomplete' | 'onboarded'> {
    const counted = entries.filter(({ isInScope, checks }) => isInScope && checks.length > 0);
    const withResult = (result: CheckResult['result']): KnownChecklist[] =>
      counted.filter(({ checks }) => checks.some((check) => check.result === result));
    return {
      ...summarizeBaseline(counted, this.#names),
      names: this.#names,
      failing: withResult('fail')
        .map(({ name }) => name)
        .sort(),
      unknown: withResult('unknown').length,
      pending: this.#names.length === 0 ? 0 : this.#repositories.length - counted.length,
      results: new Map(counted.map(({ id, checks }) => [id, checks])),
    };
  }
}

/** An archived repository is not worked on, and one without a commit has nothing to check. */
const isLiving = ({ isArchived, isDisabled, headCommit }: Repository): boolean =>
  !isArchived && !isDisabled && headCommit !== undefined;

/** The policy asks otherwise: what was told stays told. */
function unasked({ scan: _scan, ...entry }: KnownChecklist): KnownChecklist {
  return { ...entry, checks: [], askedMs: 0 };
}
