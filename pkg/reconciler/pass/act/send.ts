/** Sends a PUT, once, while what it rests on is fresh. */
import { hasCode, toPlus1Error, type Plus1Error } from '../../../errors/index.js';
import type { WriteOutcome } from '../../../github/index.js';
import { sendByMs } from '../../memory/open-write.js';
import { UnknownOutcome, type Put, type RoundMeans } from './round.js';

/**
 * So old the last read of the ruleset may be when the PUT leaves. GitHub has no conditional write: what somebody changes in that time is
 * lost. A PUT has its turn when the ruleset is read, so that more than this is trouble: a token that had to be made, a process that was
 * stopped.
 */
const MAX_READ_AGE_MS = 5_000;

/**
 * What the writer says of a PUT, or the limit of GitHub that kept it out. `isAnswer`: it left, and the limit was the answer. Once a request
 * has left, nothing that goes wrong after it says that GitHub did not take it.
 */
export type SendOutcome = WriteOutcome | Limited;

export interface Limited {
  state: 'limited';
  limit: Plus1Error;
  isAnswer: boolean;
}

/** A PUT that was tried. */
export interface Sent {
  attempt: Put;
  /** An error: no request of it left, or nobody waited for the answer. */
  outcome: SendOutcome | Error;
}

export async function send(attempt: Put, { request, deps: { writer, record }, signal }: RoundMeans): Promise<Sent> {
  const { decision, live, target, intended, readMs } = attempt;
  let hasLeft = false;
  try {
    const outcome = await writer.writeMembers(request.organization, live, target, signal, {
      essential: decision.toEnter.length > 0,
      sendByMs: sendByMs(intended),
      beginByMs: readMs + MAX_READ_AGE_MS,
      // Asked before the intent was kept, and again now: in between the policy may have changed or gone.
      assertMaySend: () => record.assertMayWrite(live),
      left: () => void (hasLeft = true),
    });
    return { attempt, outcome: hasLeft && outcome.state === 'late' ? { state: 'unknown', why: outcome.why } : outcome };
  } catch (thrown) {
    // Nobody waited for the answer then, and the write may have been applied all the same.
    if (signal.aborted) return { attempt, outcome: new UnknownOutcome(attempt, toPlus1Error(signal.reason)) };
    if (hasCode(thrown, 'PLUS1_RATE_LIMITED'))
      return { attempt, outcome: { state: 'limited', limit: thrown, isAnswer: hasLeft } };
    const error = toPlus1Error(thrown);
    return { attempt, outcome: hasLeft ? { state: 'unknown', why: error.message, error } : error };
  }
}
