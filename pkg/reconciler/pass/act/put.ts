/** The PUT, and what its answer proves. */
import type { LiveRuleset } from '../../../api/index.js';
import { hasCode, toPlus1Error, type Plus1Error } from '../../../errors/index.js';
import { holdsWrite, type WriteOutcome } from '../../../github/index.js';
import { sendByMs } from '../../memory/open-write.js';
import type { WriteEnd } from '../../pass-record.js';
import { isProof } from './compare.js';
import { unproved } from './faults.js';
import { readAfter } from './re-read.js';
import { withoutNamed } from './refused.js';
import {
  earlier,
  kept,
  notWritten,
  proved,
  staying,
  UnknownOutcome,
  type RoundMeans,
  type Put,
  type Round,
} from './round.js';

/** Sends a write once, records what became of it, and says so. */
export async function put(attempt: Put, state: Round, means: RoundMeans): Promise<Round> {
  const { record } = means.deps;
  let round: Round;
  try {
    round = await sendOnce(attempt, state, means);
  } catch (thrown) {
    await record.ended(attempt.announced, endOfThrown(thrown));
    throw thrown;
  }
  await record.ended(attempt.announced, endOf(round));
  return round;
}

/** Where GitHub took nothing, the intent of the round is void. */
function endOf({ written, unsent, live, error, why }: Round): WriteEnd {
  if (written) return { state: 'proved', live };
  const text = error === undefined ? why : textOf(error);
  return { state: unsent === undefined ? 'unproved' : 'refused', live, ...(text !== undefined && { error: text }) };
}

/** A writer throws where GitHub positively did not take the write. */
function endOfThrown(thrown: unknown): WriteEnd {
  if (thrown instanceof UnknownOutcome) return { state: 'unproved', error: textOf(thrown.error) };
  return { state: 'refused', error: textOf(toPlus1Error(thrown)) };
}

const textOf = ({ code, message }: Plus1Error): string => `${code}: ${message}`;

async function sendOnce(attempt: Put, state: Round, means: RoundMeans): Promise<Round> {
  const { request } = means;
  const { target, intended, live } = attempt;
  const outcome = await send(attempt, means);
  const sent = { ...attempt.decision, target: [...target] };
  const open = { written: false, pending: false, intended };
  switch (outcome.state) {
    // A rate limit met the PUT, and was waited for. GitHub took nothing, so that its intent is void. While we waited the ruleset
    // may have changed: the next round looks again before anything is sent.
    case 'limited':
      return { ...notWritten(state), decision: attempt.decision, live, why: outcome.why, unsent: attempt.announced };

    // 200, with a ruleset in the answer. That is a proof only where the answer is what we sent; anything in between (a proxy, a
    // cache) can answer 200 as well, and GitHub has answered 200 without applying a write. So where it differs, the ruleset is
    // read by its id, and what GitHub itself holds counts. If that is not what was sent either, the pass ends with an error and
    // keeps the intent: to send it again could fight a second writer, and who left by it must stay counted.
    case 'answered': {
      if (isProof(outcome.ruleset, attempt)) return provedAfter(state, attempt, outcome.ruleset);
      const after = await readAfter(attempt, means);
      if (holdsWrite(after, live, target)) return provedAfter(state, attempt, after);
      const error = unproved(request, 'the ruleset does not hold what was sent');
      return { ...open, ...kept(state), sent, decision: sent, live: after, error };
    }

    // What answers for GitHub may be wrong about it. Those who leave by the write are counted nowhere once the intent is void, so that
    // the ruleset is read before that.
    case 'refused': {
      if (attempt.decision.toLeave.length > 0) {
        const after = await readAfter(attempt, means);
        if (holdsWrite(after, live, target)) return provedAfter(state, attempt, after);
      }
      return withoutNamed(attempt, state, request, outcome);
    }

    // No answer, or a 5xx: GitHub may have applied the PUT, may do so later, or never. Another PUT now could come before or after
    // it. So the ruleset is read first. Where it shows the write, that is the proof. Where it does not, the next round plans on
    // what is there, and `sent` stays known: those who would leave by it are counted, and may leave again without being counted
    // twice.
    case 'unknown': {
      const after = await readAfter(attempt, means);
      if (holdsWrite(after, live, target)) return provedAfter(state, attempt, after);
      // Something on the way refused it, or said so after GitHub took it: it would answer the next PUT in the same way.
      if (outcome.error !== undefined)
        return { ...open, ...kept(state), sent, decision: sent, live: after, error: outcome.error };
      const decision = request.decide(after, intended, earlier({ ...state, sent }));
      return { ...open, ...kept(state), sent, decision, live: after, why: outcome.why };
    }
  }
}

/** An earlier PUT of this pass is not settled by a later one: who would leave by it alone is still marked, and counted. */
function provedAfter({ sent }: Round, { decision, intended, stays }: Put, live: LiveRuleset): Round {
  return { ...proved(decision, live), ...staying(stays), ...(sent === undefined ? {} : { intended }) };
}

/**
 * A writer throws where GitHub positively did not take the write. Where the run was stopped meanwhile, nobody waited for the
 * answer, and the write may have been applied all the same.
 */
async function send(
  attempt: Put,
  { request, deps: { writer }, signal }: RoundMeans,
): Promise<WriteOutcome | { state: 'limited'; why: string }> {
  const { decision, live, target, intended } = attempt;
  try {
    return await writer.writeMembers(request.organization, live, target, signal, {
      essential: decision.toEnter.length > 0,
      sendByMs: sendByMs(intended),
    });
  } catch (thrown) {
    if (signal.aborted) throw new UnknownOutcome(attempt, toPlus1Error(signal.reason));
    if (!hasCode(thrown, 'PLUS1_RATE_LIMITED')) throw thrown;
    await writer.sitOut(thrown, signal);
    return { state: 'limited', why: thrown.message };
  }
}
