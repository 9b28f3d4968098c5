/**
 * One pass, one straight line: observe, classify, plan, guard, act, publish. Everything between observe and act is a pure
 * function of what was seen, so a dry run, a diff and a write all show the same plan.
 */
import type { LiveRuleset, PolicySpec, PolicyStatus } from '../../api/index.js';
import { linkSignals } from '../../base/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import type { PassTime } from '../../github/index.js';
import { exempt, isBlind, type ApprovalVerdict } from '../../governance/index.js';
import { VerdictCache } from '../memory/verdict-cache.js';
import { memoryOf, recall } from '../memory/write-mark.js';
import { openWrite } from '../memory/open-write.js';
import type { ActResult, PassOutcome, PassRequest, PassObservation } from '../types.js';
import { act } from './act/act.js';
import type { ActRequest } from './act/round.js';
import { approvalsFor, judgeApprovals, readApprovals, type PassApprovals } from './approvals.js';
import { classifyAll } from './classify.js';
import { frozen, guardPlan } from './guard.js';
import { observe } from './observe.js';
import { withOrigins } from './origins.js';
import type { PassDependencies } from './pass-dependencies.js';
import { limitErrorOfPlan, requireWithinLimits } from './operator-limits.js';
import { planFor, type Moment, type Planned } from './plan.js';
import { publish } from './publish.js';
import { earlierReading, isTrusted, laterReading, leavingDoubt } from './trusted-time.js';
import { verify } from './verify.js';

const OVER_LIMIT = 'stays, since the policy lets more leave at once than the operator does';

/**
 * Runs one pass until the signal aborts. Never throws: what went wrong is in the outcome, and in the status. The bound of
 * `schedule.timeout` belongs to the caller, who has the clock: with a second one here, two timers of two clocks raced to
 * say why the pass ended.
 */
export async function runPass(request: PassRequest, deps: PassDependencies, signal: AbortSignal): Promise<PassOutcome> {
  const { time } = deps.reader;
  const { spec } = request.policy;
  const options = { spec, store: deps.record.known, ttlMs: deps.cacheTTLMs, time, isAsked: request.isAsked === true };
  const startMs = time.now();
  const verdicts = await VerdictCache.begin(options, signal);
  const run: Run = { request, startMs, verdicts };
  try {
    await takeSteps(run, deps, signal);
  } catch (thrown) {
    run.error = signal.aborted ? stopped(signal) : toPlus1Error(thrown);
  }
  return publish(outcomeOf(run, deps), { ...deps, verdicts, previous: request.status });
}

/** What a pass has come to so far; one that breaks off is published with it. */
interface Run {
  /** With the memory that counts for the ruleset as it was found. */
  request: PassRequest;
  startMs: number;
  verdicts: VerdictCache;
  ruleset?: LiveRuleset;
  seen?: PassObservation;
  acted?: ActResult;
  /** What became of the approvals that were given. */
  approvals?: readonly ApprovalVerdict[];
  error?: Plus1Error | undefined;
}

/** The line. Each step takes what the steps before it made; what does I/O is awaited, and the rest is pure. */
async function takeSteps(run: Run, deps: PassDependencies, signal: AbortSignal): Promise<void> {
  const { request, startMs, verdicts } = run;
  const { spec } = request.policy;
  const read = <T>(step: (until: AbortSignal) => Promise<T>): Promise<T> => reading(signal, deps.stopReading, step);
  const found = (live: LiveRuleset): void => {
    run.ruleset = live;
    requireWithinLimits(request, live, { limits: deps.limits, now: startMs });
  };
  const asking = { ...deps, verdicts, found };

  const observed = await read((until) => observe(request, asking, until));
  const findings = exempt(classifyAll(observed.inventory.repositories, spec), spec.exemptions, startMs);
  // Before anything is asked again: whose clock was ended by a pass that left no status is asked like one without a clock.
  const status = withRunning(request.status, verdicts);
  const verified = await read((until) => verify({ ...request, status }, { ...observed, findings }, asking, until));
  run.seen = verified;
  run.request = {
    ...request,
    status: { ...memoryOf(status, verified.ruleset), organizationID: verified.organization.id },
  };
  logSeen(request, verified, deps.log);
  deps.record.assertMayWrite(verified.ruleset);
  const { repositories } = observed.inventory;
  const seen = await read((until) => withOrigins(verified, { ...deps, verdicts, repositories, spec }, until));
  run.seen = seen;
  await deps.record.observed({ seen, nameOf: namesOf(seen, verdicts) }, signal);
  // Not each observation has its time: none is older than the start of the pass, and none younger than this.
  const approvals = seen.skewed ? undefined : await approvalsIn(run, seen, deps, signal);
  const moment = {
    ...{ now: startMs, seenMs: laterReading(deps.reader.time.now(), deps.reader.time) },
    waitingSince: new Map(verdicts.remembered.waiting),
    ...(approvals && { approvals: approvalsFor(approvals) }),
  };
  const planOn = planner(run.request, seen, deps.reader.time, moment);

  const planned = planOn(seen.ruleset, run.request.status);
  const excess = limitErrorOfPlan(spec, planned, seen.ruleset, deps.limits);
  if (excess !== undefined) throw excess;
  const decision = guardPlan(planned, spec);
  const decide = decider(planOn, spec, deps);
  const acted = await apply({ run, seen, decision, decide }, deps, signal);
  [run.seen, run.acted] = checkedAgain(deps.reader.time, run.request, { seen, acted });
  // With a time that was found wrong since, nobody believes when an approval was given.
  if (!run.seen.skewed) run.approvals = judgeApprovals(approvals, run.request, run.acted);
  run.error = acted.error === undefined || !signal.aborted ? acted.error : stopped(signal);
}

function outcomeOf(
  { request, startMs, verdicts, ruleset, seen, acted, approvals, error }: Run,
  { reader, writer }: PassDependencies,
): Omit<PassOutcome, 'status' | 'result'> {
  const { production, exemptions } = verdicts.remembered;
  // A pass that came to no decision has cleared no clock, though it may have seen who is in production.
  const status = acted === undefined ? withRunning(request.status, verdicts) : request.status;
  return {
    request: { ...request, status },
    dryRun: writer === undefined,
    startMs,
    endMs: reader.time.now(),
    ...(production === undefined ? {} : { productionBefore: production }),
    ...(exemptions && { toldExemptions: exemptions }),
    ...(ruleset && { ruleset }),
    ...(seen && { seen }),
    ...(acted && { acted }),
    ...(approvals && { approvals }),
    ...(error && { error }),
  };
}

/** A dry run has no hold, and so nothing to approve. */
async function approvalsIn(
  { request, startMs: now, verdicts }: Run,
  { ruleset }: PassObservation,
  { writer, record, log }: PassDependencies,
  signal: AbortSignal,
): Promise<PassApprovals | undefined> {
  if (writer === undefined) return undefined;
  const kept = verdicts.remembered.held ?? [];
  return readApprovals({ request, target: ruleset.id, record, kept, now, log }, signal);
}

/**
 * The memory without the exit clocks that an observation ended. The mark of an open write goes with its clock, as it does where
 * a plan clears it: the count of that write then stands, and is never taken back.
 */
function withRunning(status: PolicyStatus, verdicts: VerdictCache): PolicyStatus {
  return status.leaving === undefined ? status : { ...status, leaving: verdicts.running(status.leaving) };
}

/** Names by id, as the listing has them, else as they were when they were last listed. */
function namesOf({ findings, absent }: PassObservation, verdicts: VerdictCache): (id: number) => string | undefined {
  const listed = new Map([...absent, ...findings].map(({ id, name }) => [id, name]));
  return (id) => listed.get(id) ?? verdicts.nameOf(id);
}

/** What a person who reads the log should know before the plan. */
function logSeen({ status, policy }: PassRequest, seen: PassObservation, log: PassDependencies['log']): void {
  if (seen.waiting > 0) log.info('Members wait to be looked up', { waiting: seen.waiting });
  if (isBlind(seen.findings)) log.warn('No repository has a file at the paths', { paths: policy.spec.catalog.paths });
  const { ruleset: live } = seen;
  if (status.ruleset === undefined || status.ruleset.id === live.id) return;
  log.warn('Ruleset was made again', { before: status.ruleset.id, now: live.id, members: live.members.size });
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

/** Plans for a view of the ruleset and the memory that counts by then; whether the time can be trusted is asked each time. */
function planner(request: PassRequest, seen: PassObservation, time: PassTime, moment: Moment): PlanOn {
  return (live, status, rounds = {}) =>
    planFor({ ...request, status }, { ...seen, skewed: !isTrusted(time) }, live, {
      ...moment,
      dueMs: earlierReading(moment.now, time),
      ...rounds,
    });
}

interface Application extends Pick<ActRequest, 'decision' | 'decide'> {
  run: Run;
  seen: PassObservation;
}

/** Act, where the pass may: a dry run has no writer, and a policy that only observes does not use it. */
async function apply(
  { run: { request, startMs }, seen, decision, decide }: Application,
  { reader, writer, record }: PassDependencies,
  signal: AbortSignal,
): Promise<ActResult> {
  const { organization, ruleset: live } = seen;
  const { mode, ruleset } = request.policy.spec;
  if (writer === undefined || mode === 'Observe') return { decision, live, written: false, pending: false };
  return act(
    {
      ...{ organization: organization.login, rulesetName: ruleset.name, live, status: request.status },
      ...{ decision, decide },
      openWrite: (of, status) => openWrite(status, of, { now: startMs, isTrusted: isTrusted(reader.time) }),
      doubt: () => leavingDoubt(reader.time, seen.evidenceMs),
    },
    { reader, writer, record },
    signal,
  );
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

/** Reads until one of the two aborts. */
async function reading<T>(
  signal: AbortSignal,
  stop: AbortSignal | undefined,
  read: (until: AbortSignal) => Promise<T>,
): Promise<T> {
  if (stop === undefined) return read(signal);
  const either = linkSignals(signal, stop);
  try {
    return await read(either.signal);
  } catch (thrown) {
    throw either.signal.aborted ? stopped(either.signal) : thrown;
  } finally {
    either.release();
  }
}

/** The abort reason says why the pass ended; an end without a reason of ours is a process that stops. */
function stopped({ reason }: AbortSignal): Plus1Error {
  if (reason instanceof Plus1Error) return reason;
  return new Plus1Error('PLUS1_INTERRUPTED', 'stopped before the pass ended', { cause: reason });
}
