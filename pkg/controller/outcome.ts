/**
 * What came of one call of a reconciler, whatever it did: returned, threw, or broke. Never rejects, because a worker
 * that dies of one key serves no other.
 */
import type { Clock } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import type { Reconcile, ReconcileContext, Result } from './result.js';

export type Outcome = Result | { kind: 'failed'; error: Error; panic: boolean };

/** What the runtime throws by itself; the rooms map the errors of the world to others, so these are faults of ours. */
const RUNTIME_ERRORS = [TypeError, RangeError, ReferenceError, SyntaxError, URIError, EvalError];

/** Calls the reconciler. A panic is what Go would call one: a fault of the program and not of the world. */
export async function attempt(
  { reconcile, clock }: { reconcile: Reconcile; clock: Clock },
  key: string,
  context: ReconcileContext,
): Promise<Outcome> {
  // The time that an error names was told by the clock as it was during the run. One that was set since would lengthen the wait.
  const [startMs, startMonotonicMs] = [clock.now(), clock.monotonic()];
  let running: Promise<Result>;
  try {
    running = reconcile(key, context);
  } catch (thrown) {
    return { kind: 'failed', error: asError(thrown), panic: true };
  }
  try {
    return sound(await running);
  } catch (thrown) {
    return judge(thrown, context.signal, startMs + clock.monotonic() - startMonotonicMs);
  }
}

function judge(thrown: unknown, signal: AbortSignal, nowMs: number): Outcome {
  // A known wait is no failure, however it is told.
  if (thrown instanceof Plus1Error && thrown.retryAt !== undefined && Number.isFinite(thrown.retryAt)) {
    return { kind: 'wait', ms: thrown.retryAt - nowMs };
  }
  const error = asError(thrown);
  const panic = !(thrown instanceof Error) || RUNTIME_ERRORS.some((type) => thrown instanceof type);
  // `AbortError` says nothing; the reason says whether it was the timeout or the stop.
  const isAbort = signal.aborted && error.name === 'AbortError' && signal.reason instanceof Error;
  return { kind: 'failed', error: isAbort ? signal.reason : error, panic };
}

/** A delay that is no number would lose the key without a word. */
function sound(result: Result): Result {
  const time = timeOf(result);
  if (!Number.isFinite(time)) throw new RangeError(`the reconciler answered ${result.kind} with the time ${time}`);
  return result;
}

function timeOf(result: Result): number {
  switch (result.kind) {
    case 'requeueAfter':
      return result.ms;
    case 'wait':
      return result.ms;
    case 'at':
      return result.untilMs;
    case 'terminal':
      return result.retryAfterMs ?? result.retryAt?.untilMs ?? 0;
    case 'done':
      return 0;
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
