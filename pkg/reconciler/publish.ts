/**
 * Publish: runs whatever happened before it, keeps the status once, and has a deadline of its own: the deadline that cut
 * the pass off must not also cut off the record of it.
 */
import { Plus1Error, toPlus1Error } from '../errors/index.js';
import { nextStatus, resultOf } from './status.js';
import type { Learning } from './known.js';
import { remember } from './remembered.js';
import type { PassDependencies, PassOutcome } from './types.js';

export interface PublishDependencies extends Pick<PassDependencies, 'keep' | 'log'> {
  learning: Learning;
}

/** A status is some kilobytes; a disk or an API server that needs longer is in trouble, and the next pass tells it again. */
const PUBLISH_TIMEOUT_MS = 10_000;

/** The outcome with its status, kept where there is a memory. Never throws: a status that cannot be kept is a failed pass. */
export async function publish(
  unfinished: Omit<PassOutcome, 'status' | 'result'>,
  { keep, learning, log }: PublishDependencies,
): Promise<PassOutcome> {
  const outcome = finish(unfinished);
  const deadline = AbortSignal.timeout(PUBLISH_TIMEOUT_MS);
  try {
    await keep?.(outcome.status, deadline);
    await keepKnown(outcome, { learning, log }, deadline);
    return outcome;
  } catch (thrown) {
    const fault = thrown instanceof Plus1Error || !deadline.aborted ? toPlus1Error(thrown) : late();
    log.error('Status not kept', { code: fault.code, error: fault.message });
    return finish({ ...unfinished, error: outcome.error ?? fault });
  }
}

/** A disk that does not answer is no fault of the program. */
const late = (): Plus1Error =>
  new Plus1Error('PLUS1_STATE_UNWRITABLE', `the status was not kept within ${PUBLISH_TIMEOUT_MS / 1_000} s`);

/** What is merely known may be forgotten: that it cannot be kept fails nothing. */
async function keepKnown(
  outcome: PassOutcome,
  { learning, log }: Omit<PublishDependencies, 'keep'>,
  signal: AbortSignal,
): Promise<void> {
  const remembered = remember(outcome, learning.remembered);
  await learning.keep({ whole: outcome.seen?.complete === true, remembered }, signal).catch((error: unknown) => {
    log.warn('Verdicts not kept', { error: error instanceof Error ? error.message : String(error) });
  });
}

function finish(unfinished: Omit<PassOutcome, 'status' | 'result'>): PassOutcome {
  const outcome = { ...unfinished, result: resultOf(unfinished) };
  return { ...outcome, status: nextStatus(outcome) };
}
