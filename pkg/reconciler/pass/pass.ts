/**
 * One pass, one straight line: observe, classify, plan, guard, act, publish. Everything between observe and act is a pure
 * function of what was seen, so a dry run, a diff and a write all show the same plan.
 */
import type { LiveRuleset, PolicySpec, PolicyStatus } from '../../api/index.js';
import { ownTurn } from '../../base/index.js';
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { PassTime } from '../../github/index.js';
import { exempt, type ApprovalVerdict, type Finding } from '../../governance/index.js';
import type { Anchor } from '../anchor.js';
import type { InputsOutcome } from '../inputs/outcome.js';
import { VerdictCache } from '../memory/verdict-cache.js';
import { memoryOf, recall } from '../memory/write-mark.js';
import { effectiveOf } from '../effective.js';
import { stillHeld } from '../held.js';
import { openWrite } from '../memory/open-write.js';
import { requireNotMade } from '../owned/means.js';
import { OwnedLedger } from '../owned/ledger.js';
import type {
  ActResult,
  Effective,
  MadeRuleset,
  IssuesOutcome,
  PassOutcome,
  PassRequest,
  PassObservation,
  RollbackOutcome,
} from '../types.js';
import { act } from './act/act.js';
import type { ActRequest } from './act/round.js';
import { ActApprovals, type ActApprovalOptions } from './act-approvals.js';
import { readApprovals } from './approvals.js';
import { checkRules } from './check-rules.js';
import { checklist, type ChecklistRequest } from './checklist.js';
import { classifyAll } from './classify.js';
import { anchorAfter } from './glance.js';
import { frozen, guardPlan } from './guard.js';
import { InputSteps } from './input-steps.js';
import { observe } from './observe.js';
import { withOrigins } from './origins.js';
import type { PassDependencies } from './pass-dependencies.js';
import { logSeen } from './log-seen.js';
import { limitErrorOfPlan, requireWithinLimits } from './operator-limits.js';
import { planFor, type Moment, type Planned } from './plan.js';
import { publish } from './publish.js';
import { beginRollback, endRollback, holdRollback, isRollingBack, rollbackOf } from './rollback.js';
import { RulesetReads } from './ruleset-reads.js';
import { foundRuleset } from './found-ruleset.js';
import { inPlaceOf } from '../template/missing-ruleset.js';
import { earlierReading, isTrusted, laterReading, leavingDoubt, twoReadings } from './trusted-time.js';
import { reading, stopped } from './stopping.js';
import { verify } from './verify.js';
import { survey } from './survey.js';
import { tendIssues } from './tend-issues.js';
import type { BaselineSurvey } from '../baseline/baseline-index.js';
import type { WorkflowSurvey } from '../workflows/workflow-index.js';

const OVER_LIMIT = 'stays, since the policy lets more leave at once than the operator does';

/**
 * Runs one pass until the signal aborts. Never throws: what went wrong is in the outcome, and in the status. The bound of
 * `schedule.timeout` belongs to the caller, who has the clock: with a second one here, two timers of two clocks raced to
 * say why the pass ended.
 */
export async function runPass(
  request: PassRequest,
  given: PassDependencies,
  signal: AbortSignal,
): Promise<PassOutcome> {
  const { time } = given.reader;
  const { spec } = request.policy;
  const options = {
    spec,
    store: given.record.known,
    ...(request.status.leaving && { clocks: request.status.leaving }),
    ttlMs: given.cacheTTLMs,
    dates: given.dates,
    time,
    // Who leaves by a rollback is read twice in its pass: what an earlier pass remembers is no reading of this one.
    isAsked: request.isAsked === true || isRollingBack(request),
    isResumed: request.isResumed === true,
  };
  const startMs = request.quick?.glance?.startMs ?? time.now();
  const verdicts = await VerdictCache.begin(options, signal);
  const owned = new OwnedLedger(request.status, given.record, given.timers, verdicts.newestOwned);
  const deps = { ...given, record: owned.record };
  const run: Run = { request, startMs, verdicts, owned };
  const inputs = await InputSteps.begin(deps, signal);
  try {
    await takeSteps(run, inputs?.dependencies ?? deps, signal);
  } catch (thrown) {
    run.error = signal.aborted ? stopped(signal) : toPlus1Error(thrown);
  }
  run.inputs = await inputs?.end(run, signal);
  await owned.flush();
  run.issues = await issuesOf(run, deps, signal);
  return publish(outcomeOf(run, deps), { ...deps, verdicts, previous: request.status });
}

/** What a pass has come to so far; one that breaks off is published with it. */
interface Run {
  /** With the memory that counts for the ruleset as it was found. */
  request: PassRequest;
  startMs: number;
  verdicts: VerdictCache;
  /** Rulesets that Plus1 made itself. */
  owned: OwnedLedger;
  ruleset?: LiveRuleset;
  seen?: PassObservation;
  acted?: ActResult;
  /** What became of the approvals that were given. */
  approvals?: readonly ApprovalVerdict[];
  rollback?: RollbackOutcome;
  /** A ruleset that was made from the template of the policy. */
  made?: MadeRuleset | undefined;
  effective?: Effective;
  workflows?: WorkflowSurvey | undefined;
  baseline?: BaselineSurvey | undefined;
  inputs?: InputsOutcome | undefined;
  issues?: IssuesOutcome | undefined;
  anchor?: Anchor | undefined;
  error?: Plus1Error | undefined;
}

/** The line. Each step takes what the steps before it made; what does I/O is awaited, and the rest is pure. */
async function takeSteps(run: Run, deps: PassDependencies, signal: AbortSignal): Promise<void> {
  const { request, startMs, verdicts } = run;
  const { spec } = request.policy;
  const dryRun = deps.writer === undefined;
  const read = <T>(step: (until: AbortSignal) => Promise<T>): Promise<T> => reading(signal, deps.stopReading, step);
  const found = (live: LiveRuleset): void => {
    requireNotMade(live, run.owned.all, { ownName: spec.ruleset.name, maker: 'this policy' });
    run.ruleset = live;
    requireWithinLimits(request, live, { limits: deps.limits, now: startMs });
  };
  const rulesets = new RulesetReads({ reader: deps.reader, memory: verdicts, open: request.status.pendingWrite });
  let missing: Plus1Error | undefined;
  const inPlace = (thrown: unknown): LiveRuleset => {
    missing = toPlus1Error(thrown);
    const terms = { spec, status: request.status, dryRun, keeps: run.owned.keeps, nowMs: deps.reader.time.now() };
    return inPlaceOf(thrown, terms);
  };
  const asking = { ...deps, verdicts, rulesets, found, inPlaceOf: inPlace };

  const rollback = await rollbackOf(request, deps.record, signal);

  const observed = await read((until) => observe(request, asking, until));
  // A process that is killed from here on must not forget who was seen in production, however long ago.
  await verdicts.keepSights(signal);
  // Each step below looks at all repositories: in one stretch they would leave probes and the lock of the state folder without an answer.
  await ownTurn();
  const exempted = (found: readonly Finding[]): Finding[] =>
    exempt(found, spec.exemptions, twoReadings(deps.reader.time));
  const findings = exempted(classifyAll(observed.inventory.repositories, spec));
  // Before anything is asked again: whose clock was ended by a pass that left no status is asked like one without a clock.
  const status = withRunning(request.status, verdicts, deps.reader.time);
  const again = await read((until) =>
    verify({ ...request, status }, { ...observed, findings, restored: rollback?.restored }, asking, until),
  );
  await verdicts.keepSights(signal);
  // Again, since a second answer may have named a repository otherwise, and an exemption may have ended meanwhile.
  const complete = { ...again, findings: exempted(again.findings) };
  const making = { ...deps, ledger: run.owned, rulesets, found };
  const plain = { now: startMs, seenMs: laterReading(deps.reader.time.now(), deps.reader.time) };
  const { seen: verified, made } = await foundRuleset(
    { request: { ...request, status }, seen: complete, moment: plain, missing },
    making,
    signal,
  );
  run.made = made;
  run.seen = verified;
  run.request = {
    ...request,
    status: { ...memoryOf(status, verified.ruleset), organizationID: verified.organization.id },
  };
  logSeen(request, verified, deps.log);
  await deps.record.assertMayWrite(verified.ruleset);
  const { repositories } = observed.inventory;
  const seen = await read((until) => withOrigins(verified, { ...deps, verdicts, repositories, spec }, until));
  run.seen = seen;
  await deps.record.observed({ seen, nameOf: namesOf(seen, verdicts) }, signal);
  // Not each observation has its time: none is older than the start of the pass, and none younger than this.
  const approvals = seen.skewed ? undefined : await approvalsIn(run, seen, deps, signal);
  const moment = {
    ...{ now: startMs, seenMs: laterReading(deps.reader.time.now(), deps.reader.time) },
    waitingSince: new Map(verdicts.remembered.waiting),
    ...(approvals && { approvals: approvals.counting }),
    ...(rollback && { restored: rollback.restored, isBegun: rollback.isBegun }),
  };
  const planOn = planner(run.request, seen, deps.reader.time, moment);

  await ownTurn();
  const planned = planOn(seen.ruleset, run.request.status);
  await ownTurn();
  const excess = limitErrorOfPlan(spec, planned, seen.ruleset, deps.limits);
  if (excess !== undefined) throw excess;
  const begun = await beginRollback(rollback, { request: run.request, seen, dryRun }, run.owned, signal);
  run.request = begun ?? run.request;
  const decision = guardPlan(planned, spec);
  const decide = decider(planOn, spec, deps);
  const beginMs = earlierReading(startMs, deps.reader.time);
  if (begun !== undefined) run.request = holdRollback(begun, { decision, beginMs });
  const acted = await apply({ run, seen, decision, decide, rulesets, approvals }, deps, signal);
  [run.seen, run.acted] = checkedAgain(deps.reader.time, run.request, { seen, acted });
  await keepDate(acted, verdicts, signal);
  // With a time that was found wrong since, nobody believes when an approval was given.
  if (!run.seen.skewed) run.approvals = approvals?.judge({ request: run.request, startMs }, run.acted) ?? [];
  if (rollback !== undefined) {
    const carried = { request: run.request, seen: run.seen, acted: run.acted, dryRun, startMs };
    const ended = endRollback(rollback, carried, begun !== undefined);
    [run.rollback, run.request, run.acted] = [ended.rollback, ended.request, ended.acted];
  }
  run.error = errorAfter(run.acted, approvals, signal);
  const asked = { spec, seen: run.seen, acted: run.acted, isAsked: request.isAsked === true };
  const rows = repositories.map(({ repository }) => repository);
  await read((until) => checkRules({ ...asked, repositories: rows }, { ...deps, verdicts }, until));
  run.effective = effectiveOf(spec, run.seen, run.acted.live, verdicts);
  await read((until) => lookFurther(run, { ...asked, repositories: rows }, deps, until));
  if (run.error === undefined) run.anchor = anchorAfter(run, observed, deps.reader);
}

/** At workflow files and checklists, where the policy asks for them: nothing is decided by either. */
async function lookFurther(
  run: Run,
  asked: Omit<ChecklistRequest, 'digests' | 'isFirst'>,
  { record, ...deps }: PassDependencies,
  signal: AbortSignal,
): Promise<void> {
  const surveyed = await survey(asked, { ...deps, store: record.known?.workflows }, signal);
  run.workflows = surveyed?.survey;
  const isFirst = run.request.status.lastSyncTime === undefined;
  const request = { ...asked, digests: surveyed?.digests ?? new Map<never, never>(), isFirst };
  run.baseline = await checklist(request, { ...deps, store: record.known?.baseline }, signal);
}

/** After all that protects, incidents too: issues go out at twenty a minute, and nobody waits for them. Where the pass came to its end. */
async function issuesOf(
  { request, seen, acted, error, startMs }: Run,
  { issues, writer, record, timers, log }: PassDependencies,
  signal: AbortSignal,
): Promise<IssuesOutcome | undefined> {
  if (seen === undefined || acted === undefined || error !== undefined || writer === undefined) return undefined;
  const { policy, status, forgets = false } = request;
  const of = { spec: policy.spec, status, seen, acted, nowMs: startMs, forgets };
  return tendIssues(of, { issues, store: record.known?.issues, timers, log }, signal);
}

/** That approvals cannot be read is told where something is held: what enters does not wait for that, somebody who approved does. */
function errorAfter(
  acted: ActResult,
  approvals: Pick<ActApprovals, 'fault'> | undefined,
  signal: AbortSignal,
): Plus1Error | undefined {
  if (acted.error !== undefined) return signal.aborted ? stopped(signal) : acted.error;
  return stillHeld(acted) === undefined ? undefined : approvals?.fault;
}

function outcomeOf(run: Run, { reader, writer, record }: PassDependencies): Omit<PassOutcome, 'status' | 'result'> {
  const { request, startMs, verdicts, owned, ruleset, seen, acted, anchor } = run;
  const { production, exemptions } = verdicts.remembered;
  const endMs = reader.time.now();
  // A pass that came to no decision has cleared no clock, though it may have seen who is in production.
  const status = acted === undefined ? withRunning(request.status, verdicts, reader.time) : request.status;
  return {
    request: { ...request, status },
    dryRun: writer === undefined,
    startMs,
    ...{ endMs, earlierEndMs: earlierReading(endMs, reader.time) },
    ...(production === undefined ? {} : { productionBefore: production }),
    ...(exemptions && { toldExemptions: exemptions }),
    ...(ruleset && { ruleset }),
    ...(seen && { seen }),
    ...(acted && { acted }),
    ...decided(run),
    owned: owned.all,
    ...(record.approvals?.areClaims === true && { approvalsAreClaims: true }),
    ...ofQuick(request, seen, anchor),
  };
}

/** What there is of it. */
const decided = (run: Run): Partial<PassOutcome> => {
  const { approvals, rollback, made, effective, workflows, baseline, inputs, issues, error } = run;
  const all = { approvals, rollback, made, effective, workflows, baseline, inputs, issues, error };
  return Object.fromEntries(Object.entries(all).filter(([, each]) => each !== undefined));
};

/** One that saw nothing was what it was to be. */
function ofQuick(
  { quick }: PassRequest,
  seen: PassObservation | undefined,
  anchor: Anchor | undefined,
): Pick<PassOutcome, 'isQuick' | 'anchor'> {
  const isQuick = seen === undefined ? (quick?.glance ?? quick?.failed) !== undefined : seen.isQuick === true;
  return { ...(isQuick && { isQuick }), ...(anchor && { anchor }) };
}

/** A dry run has no hold, and so nothing to approve. */
async function approvalsIn(
  { request, verdicts }: Run,
  { ruleset }: PassObservation,
  { reader: { time }, writer, record, log }: PassDependencies,
  signal: AbortSignal,
): Promise<ActApprovals | undefined> {
  if (writer === undefined || record.approvals === undefined) return undefined;
  const kept = verdicts.remembered.held ?? [];
  const read: ActApprovalOptions['read'] = (now, until) =>
    readApprovals({ request, target: ruleset.id, record, kept, now, log }, until);
  return ActApprovals.begin({ read, port: record.approvals, time, log }, signal);
}

/**
 * The memory without the exit clocks that an observation ended. The mark of an open write goes with its clock, as it does where
 * a plan clears it: the count of that write then stands, and is never taken back.
 */
function withRunning(status: PolicyStatus, verdicts: VerdictCache, time: PassTime): PolicyStatus {
  const { leaving } = status;
  return leaving === undefined ? status : { ...status, leaving: verdicts.running(leaving, twoReadings(time)) };
}

/** Names by id, as the listing has them, else as they were when they were last listed. */
function namesOf({ findings, absent }: PassObservation, verdicts: VerdictCache): (id: number) => string | undefined {
  const listed = new Map([...absent, ...findings].map(({ id, name }) => [id, name]));
  return (id) => listed.get(id) ?? verdicts.nameOf(id);
}

type PlanOn = (...view: Parameters<ActRequest['decide']>) => Planned;

/** Plan and guard, once act has begun. Something may have been sent by then, and an error would forget it: over the limit nobody leaves. */
function decider(planOn: PlanOn, spec: PolicySpec, { limits }: Pick<PassDependencies, 'limits'>): ActRequest['decide'] {
  return (live, status, rounds) => {
    const planned = planOn(live, status, rounds);
    const isOver = limitErrorOfPlan(spec, planned, live, limits) !== undefined;
    return guardPlan(isOver ? planOn(live, status, { ...rounds, stays: OVER_LIMIT }) : planned, spec);
  };
}

/**
 * Plans for a view of the ruleset and the memory that counts by then; whether the time can be trusted is asked each time. One that could
 * not be when the pass had seen all is not for the rest of it: no approval was read, and no rollback was marked as begun.
 */
function planner(request: PassRequest, seen: PassObservation, time: PassTime, moment: Moment): PlanOn {
  const { exemptions } = request.policy.spec;
  return (live, status, rounds = {}) => {
    // An exemption may end while a write waits.
    const findings = exempt(seen.findings, exemptions, twoReadings(time));
    return planFor({ ...request, status }, { ...seen, findings, skewed: seen.skewed || !isTrusted(time) }, live, {
      ...moment,
      dueMs: earlierReading(moment.now, time),
      ...rounds,
    });
  };
}

interface Application extends Pick<ActRequest, 'decision' | 'decide' | 'approvals'> {
  run: Run;
  seen: PassObservation;
  rulesets: RulesetReads;
}

/** Act, where the pass may: a dry run has no writer, and a policy that only observes does not use it. */
async function apply(
  { run: { request, startMs }, seen, decision, decide, rulesets, approvals }: Application,
  { reader, writer, record }: PassDependencies,
  signal: AbortSignal,
): Promise<ActResult> {
  const { organization, ruleset: live } = seen;
  const { mode, ruleset } = request.policy.spec;
  if (writer === undefined || mode === 'Observe') return { decision, live, written: false, pending: false };
  return act(
    {
      ...{ organization: organization.login, rulesetName: ruleset.name, live, status: request.status },
      ...{ decision, decide, approvals },
      openWrite: (of, status) => openWrite(status, of, { now: startMs, isTrusted: isTrusted(reader.time) }),
      doubt: () => leavingDoubt(reader.time, seen.evidenceMs),
    },
    { reader, rulesets, writer, record },
    signal,
  );
}

/** A process that is killed after its write must not forget the date that it made: a copy that lags would be believed. */
async function keepDate({ written }: ActResult, verdicts: VerdictCache, signal: AbortSignal): Promise<void> {
  if (written) await verdicts.keepNow(signal);
}

/** What the last answers of a pass say of its time counts for the whole of it. */
function checkedAgain(
  time: PassTime,
  { status }: PassRequest,
  { seen, acted }: { seen: PassObservation; acted: ActResult },
): [PassObservation, ActResult] {
  if (isTrusted(time)) return [seen, acted];
  const memory = recall(status, seen.ruleset, { now: time.now(), isTrusted: false, sight: seen.lastWrite });
  return [
    { ...seen, skewed: true },
    { ...acted, decision: frozen(acted.decision, memory) },
  ];
}
