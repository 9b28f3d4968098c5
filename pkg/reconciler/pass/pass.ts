/**
 * One pass, one straight line: observe, classify, plan, guard, act, publish. Everything between observe and act is a pure
 * function of what was seen, so a dry run, a diff and a write all tell the same plan.
 */
import type { LiveRuleset, PolicyStatus } from '../../api/index.js';
import { linkSignals } from '../../base/index.js';
import { Plus1Error, toPlus1Error } from '../../errors/index.js';
import type { PassTime } from '../../github/index.js';
import { isBlind, type Decision } from '../../governance/index.js';
import { act, type EarlierRounds } from './act.js';
import { decide, frozen } from './decide.js';
import { Learning } from '../memory/known.js';
import { memoryOf, recall } from '../memory/memory.js';
import { observe } from './observe.js';
import { openWrite, type OpenWrite } from '../memory/open-write.js';
import { publish } from './publish.js';
import { isTrusted, leavingDoubt } from './trusted-time.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { Acted, PassOutcome, PassRequest, Seen } from '../types.js';

/**
 * Runs one pass until the signal aborts. Never throws: what went wrong is in the outcome, and in the status. The bound of
 * `schedule.timeout` belongs to the caller, who has the clock: with a second one here, two timers of two clocks raced to
 * say why the pass ended.
 */
export async function runPass(request: PassRequest, deps: PassDependencies, signal: AbortSignal): Promise<PassOutcome> {
  const { time } = deps.reader;
  const startMs = time.now();
  const { spec } = request.policy;
  const dryRun = deps.writer === undefined;
  let known = request;
  let seen: Seen | undefined;
  const read: { ruleset?: LiveRuleset } = {};
  let acted: Acted | undefined;
  let error: Plus1Error | undefined;
  const { isAsked = false } = request;
  const learning = await Learning.begin(
    { spec, store: deps.record.known, ttlMs: deps.cacheTTLMs, time, isAsked },
    signal,
  );
  try {
    const asking = { ...deps, learning, found: (live: LiveRuleset) => (read.ruleset = live) };
    seen = await reading(signal, deps.stopReading, (until) => observe(request, asking, until));
    if (seen.waiting > 0) deps.log.info('Members wait to be looked up', { waiting: seen.waiting });
    if (isBlind(seen.findings)) deps.log.warn('No repository has a file at the paths', { paths: spec.catalog.paths });
    known = {
      ...request,
      status: { ...memoryOf(request.status, seen.ruleset), organizationID: seen.organization.id },
    };
    tellReplaced(request.status, seen.ruleset, deps.log);
    // Not each observation has its time: none is older than the start of the pass, and none younger than this.
    acted = await decideAndAct(known, seen, deps, { startMs, seenMs: time.now(), signal });
    [seen, acted] = checkedAgain(time, known, { seen, acted });
    error = acted.error === undefined || !signal.aborted ? acted.error : stopped(signal);
  } catch (thrown) {
    error = signal.aborted ? stopped(signal) : toPlus1Error(thrown);
  }
  const outcome = {
    request: known,
    dryRun,
    startMs,
    endMs: time.now(),
    ...(learning.remembered.production === undefined ? {} : { productionBefore: learning.remembered.production }),
    ...read,
    ...(seen && { seen }),
    ...(acted && { acted }),
    ...(error && { error }),
  };
  return publish(outcome, { ...deps, learning, previous: request.status });
}

function tellReplaced({ ruleset }: PolicyStatus, live: LiveRuleset, log: PassDependencies['log']): void {
  if (ruleset === undefined || ruleset.id === live.id) return;
  log.warn('Ruleset was made again', { before: ruleset.id, now: live.id, members: live.members.size });
}

async function decideAndAct(
  request: PassRequest,
  seen: Seen,
  deps: PassDependencies,
  { startMs, seenMs, signal }: { startMs: number; seenMs: number; signal: AbortSignal },
): Promise<Acted> {
  const { spec } = request.policy;
  const decideOn = (live: LiveRuleset, status: PolicyStatus, rounds: EarlierRounds = {}): Decision =>
    decide({ ...request, status }, { ...seen, skewed: !isTrusted(deps.reader.time) }, live, {
      now: startMs,
      seenMs,
      ...rounds,
    });
  const { organization, ruleset: live } = seen;
  deps.record.assertMayWrite(live);
  if (deps.writer === undefined || spec.mode === 'Observe') {
    return { decision: decideOn(live, request.status), live, written: false, pending: false };
  }
  const names = { organization: organization.login, rulesetName: spec.ruleset.name };
  const openOf = (of: LiveRuleset, status: PolicyStatus): OpenWrite | undefined =>
    openWrite(status, of, { now: startMs, isTrusted: isTrusted(deps.reader.time) });
  const doubt = (): string | undefined => leavingDoubt(deps.reader.time, seen.evidenceMs);
  const wanted = { ...names, live, status: request.status, decide: decideOn, openWrite: openOf, doubt };
  return act(wanted, { ...deps, writer: deps.writer }, signal);
}

/** What the last answers of a pass say of its time counts for the whole of it. */
function checkedAgain(
  time: PassTime,
  { status }: PassRequest,
  { seen, acted }: { seen: Seen; acted: Acted },
): [Seen, Acted] {
  if (isTrusted(time)) return [seen, acted];
  const memory = recall(status, seen.ruleset, { now: time.now(), isTrusted: false, drift: seen.drift });
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

/** Whoever ended the pass has said why; an end without a reason of ours is a process that stops. */
function stopped({ reason }: AbortSignal): Plus1Error {
  if (reason instanceof Plus1Error) return reason;
  return new Plus1Error('PLUS1_INTERRUPTED', 'stopped before the pass ended', { cause: reason });
}
