/**
 * Issues for owners of files that cannot be used: a step after all that protects. It never fails the pass, and decides nothing of it.
 * Only a full pass that writes does it, and only as many as the policy lets it.
 */
import { durationMs, type PolicySpec, type PolicyStatus } from '../../api/index.js';
import { boundSignal } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { IssueTracker } from '../../github/index.js';
import { isBlind, type Finding } from '../../governance/index.js';
import { isToLookAt, isToOpen, seen, wantOf, type IssueMemory, type Moment } from '../../issues/index.js';
import { newBook, readBook, type IssueBook, type IssueStore } from '../issues/issue-store.js';
import { IssueRound, type IssueCase } from '../issues/issue-round.js';
import type { ActResult, IssuesOutcome, PassObservation } from '../types.js';
import type { PassDependencies } from './pass-dependencies.js';

/** How long it may take, ms: a hundred issues at twenty a minute, and the looks before them. */
const MAX_MS = 600_000;
/** Issues that are read in one pass; the others next time. What did not change costs nothing of the hourly limit. */
const MOST_LOOKS = 50;

export interface TendRequest {
  spec: PolicySpec;
  status: PolicyStatus;
  seen: PassObservation;
  acted: ActResult;
  /** By the time of the pass, Unix ms. */
  nowMs: number;
  /** Nothing is kept from one run to the next. */
  forgets: boolean;
}

export interface TendDependencies extends Pick<PassDependencies, 'timers' | 'log'> {
  /** Absent in a dry run. */
  issues: IssueTracker | undefined;
  store: IssueStore | undefined;
}

/** Undefined where it is switched off, or nothing may be written, or too little is known. Never throws. */
export async function tendIssues(
  request: TendRequest,
  deps: TendDependencies,
  signal: AbortSignal,
): Promise<IssuesOutcome | undefined> {
  const { issues: tracker, store, log } = deps;
  if (tracker === undefined || store === undefined || !isDue(request)) return undefined;
  const bound = boundSignal(deps.timers, MAX_MS, { outer: signal });
  try {
    return await tend(request, { ...deps, tracker, store }, bound.signal);
  } catch (thrown) {
    const { code, message } = toPlus1Error(thrown);
    log.warn('Issues not looked at', { code, error: message });
    return undefined;
  } finally {
    bound.release();
  }
}

/** A time that is not trusted tells nobody how long a finding has stood, and wrong paths make findings everywhere. */
function isDue({ spec, seen: { isQuick, skewed, findings }, acted, forgets }: TendRequest): boolean {
  if (spec.issues.mode === 'Off' || spec.mode === 'Observe' || forgets) return false;
  return isQuick !== true && !skewed && acted.error === undefined && !isBlind(findings);
}

interface Means extends TendDependencies {
  tracker: IssueTracker;
  store: IssueStore;
}

async function tend(request: TendRequest, means: Means, signal: AbortSignal): Promise<IssuesOutcome> {
  const { spec, status, seen: observed, nowMs } = request;
  const { id: organizationID, login } = observed.organization;
  const kept = readBook(await means.store.load(signal).catch(() => undefined));
  const book = kept?.organizationID === organizationID ? kept : newBook(organizationID, status.issues);
  const scope = { organizationID, ruleset: spec.ruleset.name };
  const moment: Moment = { nowMs, afterMs: durationMs(spec.issues.after) };
  const cases = observed.findings.filter(({ isDoubtful }) => isDoubtful !== true).map((each) => caseOf(each, request));
  const memories = memoriesOf(book, cases, request);
  const round: IssueRound = new IssueRound({
    ...{ tracker: means.tracker, scope, organization: login, labels: spec.issues.labels, moment, memories },
    most: spec.issues.maxPerPass,
    keep: (until) => keep(bookOf(book, memories, round), means, until),
  });
  const waits = await work(round, { cases, memories, moment }, means, signal);
  await keep(bookOf(book, memories, round), means, signal);
  return outcomeOf(bookOf(book, memories, round), { ...waits, notes: round.notes, nowMs });
}

/** Of repositories that are not listed any more nothing is remembered, where all were listed. */
function memoriesOf(
  { repositories }: IssueBook,
  cases: readonly IssueCase[],
  { seen: { isListed }, nowMs }: TendRequest,
): Map<number, IssueMemory> {
  const present = new Map(cases.map((each) => [each.id, each]));
  const memories = new Map<number, IssueMemory>();
  for (const memory of repositories) {
    if (isListed !== true || present.has(memory.id)) memories.set(memory.id, memory);
  }
  for (const { id, want } of cases) {
    const before = memories.get(id);
    if (before !== undefined || want.kind === 'open') memories.set(id, seen(before ?? { id }, want, nowMs));
  }
  return memories;
}

function caseOf({ id, name, status, reasons }: Finding, { spec, seen: observed }: TendRequest): IssueCase {
  const { catalog, issues, github, ruleset } = spec;
  const scope = { organizationID: observed.organization.id, ruleset: ruleset.name };
  const subject = {
    ...{ repositoryID: id, status, reasons, paths: catalog.paths, productionLifecycles: catalog.productionLifecycles },
    effect: status === 'missing_file' ? catalog.onMissing : catalog.onInvalid,
    url: `${pagesOf(github.apiURL)}/${observed.organization.login}/${name}`,
  };
  return { id, name, status, want: wantOf(subject, { scope, statuses: new Set(issues.statuses) }) };
}

/** Where people look at repositories: https://docs.github.com/en/enterprise-server/rest/using-the-rest-api/getting-started-with-the-rest-api */
function pagesOf(apiURL: string): string {
  const { protocol, host } = new URL(apiURL);
  return `${protocol}//${host.replace(/^api\./, '')}`;
}

interface Work {
  cases: readonly IssueCase[];
  memories: ReadonlyMap<number, IssueMemory>;
  moment: Moment;
}

type Waits = Pick<IssuesOutcome, 'waiting' | 'stopped'>;

/** First what is over, then what changed, then new ones, those that stand longest first. */
async function work(round: IssueRound, of: Work, { tracker, log }: Means, signal: AbortSignal): Promise<Waits> {
  const { cases, memories, moment } = of;
  const memory = ({ id }: IssueCase): IssueMemory => memories.get(id) ?? { id };
  const isKnown = (each: IssueCase): boolean => isToLookAt(memory(each), each.want, moment);
  const isNew = (each: IssueCase): boolean => isToOpen(memory(each), each.want, moment);
  const rank = (each: IssueCase): number => (each.want.kind === 'over' ? 0 : 1);
  const known = cases
    .filter(isKnown)
    .sort((a, b) => rank(a) - rank(b) || (memory(a).lookedMs ?? 0) - (memory(b).lookedMs ?? 0) || a.id - b.id)
    .slice(0, MOST_LOOKS);
  const fresh = cases.filter(isNew).sort((a, b) => (memory(a).sinceMs ?? 0) - (memory(b).sinceMs ?? 0) || a.id - b.id);
  let stopped: string | undefined;
  try {
    const missing = known.length + fresh.length === 0 ? undefined : await tracker.missing(signal);
    if (missing !== undefined) return { waiting: fresh.length, stopped: `the App installation lacks ${missing}` };
    for (const each of known) if (!round.isFull) await round.tend(each, signal);
    for (const each of fresh) if (!round.isFull) await round.open(each, signal);
    if (round.isRefused) stopped = 'GitHub refuses them; the notes say why';
  } catch (thrown) {
    const { code, message } = toPlus1Error(thrown);
    log.warn('Issues broke off', { code, error: message });
    stopped = message;
  }
  return { waiting: cases.filter(isNew).length, ...(stopped !== undefined && { stopped }) };
}

function bookOf(book: IssueBook, memories: ReadonlyMap<number, IssueMemory>, round: IssueRound): IssueBook {
  const isSomething = (memory: IssueMemory): boolean => Object.keys(memory).length > 1;
  return {
    ...book,
    opened: book.opened + round.opened,
    closed: book.closed + round.closed,
    repositories: [...memories.values()].filter(isSomething),
  };
}

async function keep(book: IssueBook, { store, log }: Pick<Means, 'store' | 'log'>, signal: AbortSignal): Promise<void> {
  // What was just written must be known to the next pass, also where this one is told to stop.
  const until = signal.aborted ? new AbortController().signal : signal;
  await store.save?.(book, until).catch((error: unknown) => {
    log.warn('What is known of issues could not be kept', { error: error instanceof Error ? error.name : 'unknown' });
  });
}

function outcomeOf(
  { repositories, opened, closed }: IssueBook,
  { nowMs, ...rest }: Waits & Pick<IssuesOutcome, 'notes'> & { nowMs: number },
): IssuesOutcome {
  const open = repositories.filter(({ state }) => state === 'open').length;
  const snoozed = repositories.filter(
    ({ snoozedUntilMs = 0, sinceMs }) => sinceMs !== undefined && snoozedUntilMs > nowMs,
  ).length;
  return { open, opened, closed, snoozed, ...rest };
}
