/**
 * One pass, one straight line: observe, classify, plan, guard, act, publish. Everything between observe and act is a pure
 * function of what was seen, so a dry run, a diff and a write all tell the same plan.
 */
import { durationMs, type LiveRuleset, type PolicyStatus } from '../api/index.js';
import { Plus1Error, toPlus1Error } from '../errors/index.js';
import type { Decision } from '../governance/index.js';
import { act } from './act.js';
import { decide } from './decide.js';
import { Learning } from './known.js';
import { observe } from './observe.js';
import { publish } from './publish.js';
import type { Acted, PassDependencies, PassOutcome, PassRequest, Seen } from './types.js';

/** Runs one pass within the policy's time. Never throws: what went wrong is in the outcome, and in the status. */
export async function runPass(request: PassRequest, deps: PassDependencies, signal: AbortSignal): Promise<PassOutcome> {
  const startMs = deps.clock();
  const { spec } = request.policy;
  const dryRun = deps.writer === undefined;
  let seen: Seen | undefined;
  let acted: Acted | undefined;
  let error: Plus1Error | undefined;
  const bounded = withDeadline(signal, spec.schedule.timeout);
  const learning = await Learning.begin({ spec, store: deps.known, ttlMs: deps.cacheTTLMs, clock: deps.clock }, signal);
  try {
    seen = await observe(request, { ...deps, learning }, bounded);
    if (seen.waiting > 0) deps.log.info('Members wait to be looked up', { waiting: seen.waiting });
    acted = await decideAndAct(request, seen, deps, { startMs, signal: bounded });
    error = acted.error === undefined || !bounded.aborted ? acted.error : stopped(bounded, signal);
  } catch (thrown) {
    error = bounded.aborted ? stopped(bounded, signal) : toPlus1Error(thrown);
  }
  const outcome = {
    request,
    dryRun,
    startMs,
    endMs: deps.clock(),
    ...(seen && { seen }),
    ...(acted && { acted }),
    ...(error && { error }),
  };
  return publish(outcome, { ...deps, learning });
}

async function decideAndAct(
  request: PassRequest,
  seen: Seen,
  deps: PassDependencies,
  { startMs, signal }: { startMs: number; signal: AbortSignal },
): Promise<Acted> {
  const { spec } = request.policy;
  const decideOn = (live: LiveRuleset, status: PolicyStatus): Decision =>
    decide({ ...request, status }, seen, live, startMs);
  const { organization, ruleset: live, absent } = seen;
  deps.permit?.(live);
  if (deps.writer === undefined || spec.mode === 'Observe') {
    return { decision: decideOn(live, request.status), live, written: false, pending: false };
  }
  const names = { organization: organization.login, rulesetName: spec.ruleset.name };
  return act(
    { ...names, live, absent, status: request.status, decide: decideOn },
    { ...deps, writer: deps.writer },
    signal,
  );
}

function withDeadline(signal: AbortSignal, timeout: string): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(durationMs(timeout))]);
}

function stopped(bounded: AbortSignal, outer: AbortSignal): Plus1Error {
  if (!outer.aborted)
    return new Plus1Error('PLUS1_TIMEOUT', 'the pass ran past schedule.timeout', { cause: bounded.reason });
  return outer.reason instanceof Plus1Error
    ? outer.reason
    : new Plus1Error('PLUS1_INTERRUPTED', 'stopped before the pass ended', { cause: outer.reason });
}
