/** The PUT, and what its answer proves. */
import type { LiveRuleset } from '../../../api/index.js';
import { toPlus1Error, type Plus1Error } from '../../../errors/index.js';
import { holdsWrite } from '../../../github/index.js';
import type { WriteEnd } from '../../pass-record.js';
import { isProof } from './compare.js';
import { unproved } from './faults.js';
import { readAfter } from './re-read.js';
import { withoutNamed } from './refused.js';
import type { Limited, SendOutcome, Sent } from './send.js';
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

/** Finds out what became of a write, records it, and says so. */
export async function settle(sent: Sent, state: Round, means: RoundMeans): Promise<Round> {
  const { record } = means.deps;
  const { attempt, outcome } = sent;
  let round: Round;
  try {
    if (outcome instanceof Error) throw outcome;
    round = await outcomeOf(attempt, outcome, { state, means });
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

async function outcomeOf(
  attempt: Put,
  outcome: SendOutcome,
  { state, means }: { state: Round; means: RoundMeans },
): Promise<Round> {
  const { request, deps } = means;
  const { target, intended, live } = attempt;
  const sent = { ...attempt.decision, target: [...target] };
  const open = { written: false, pending: false, intended };
  switch (outcome.state) {
    // A rate limit met the PUT, and was waited for. GitHub took nothing, so that its intent is void; where the limit was the answer to a
    // PUT by which somebody leaves, a read must say so. While we waited the ruleset may have changed: the next round looks again before
    // anything is sent.
    case 'limited': {
      const { decision, announced: unsent } = attempt;
      await sitOut(outcome, attempt, means);
      const applied = await appliedUnder(outcome, attempt, { state, means });
      if (applied !== undefined) return applied;
      return { ...notWritten(state), decision, live, why: outcome.limit.message, unsent };
    }

    // Something on the way kept it for too long. Nothing was sent, and the next round begins with what is there by then.
    case 'late': {
      const { decision, announced: unsent } = attempt;
      return { ...notWritten(state), decision, live, why: outcome.why, unsent, isLate: true };
    }

    // 200, with a ruleset in the answer. That is a proof only where the answer is what we sent; anything in between (a proxy, a
    // cache) can answer 200 as well, and GitHub has answered 200 without applying a write. So where it differs, the ruleset is
    // read by its id, and what GitHub itself holds counts. If that is not what was sent either, the pass ends with an error and
    // keeps the intent: to send it again could fight a second writer, and who left by it must stay counted.
    case 'answered': {
      if (isProof(outcome.ruleset, attempt)) {
        deps.rulesets.saw(outcome.ruleset);
        return provedAfter(state, attempt, outcome.ruleset);
      }
      const after = await readAfter(attempt, means);
      if (holdsWrite(after, live, target)) return provedAfter(state, attempt, after);
      const error = unproved(request, 'the ruleset does not hold what was sent');
      return { ...open, ...kept(state), sent, decision: sent, live: after, error };
    }

    // What answers for GitHub may be wrong about it. Those who leave by the write are counted nowhere once the intent is void, so that
    // the ruleset is read before that.
    case 'refused': {
      const applied = await appliedAllTheSame(attempt, state, means);
      if (applied !== undefined) return applied;
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

/** Where somebody leaves by it, it is read whether a write that GitHub refused was applied all the same. */
async function appliedAllTheSame(attempt: Put, state: Round, means: RoundMeans): Promise<Round | undefined> {
  if (attempt.decision.toLeave.length === 0) return undefined;
  const after = await readAfter(attempt, means);
  return holdsWrite(after, attempt.live, attempt.target) ? provedAfter(state, attempt, after) : undefined;
}

/** The same after a limit: one that kept the write from leaving needs no read. */
async function appliedUnder(
  { isAnswer }: Limited,
  attempt: Put,
  { state, means }: { state: Round; means: RoundMeans },
): Promise<Round | undefined> {
  return isAnswer ? appliedAllTheSame(attempt, state, means) : undefined;
}

/** Where the wait does not end within the pass, nothing reads the ruleset after it: who would leave stays counted. */
async function sitOut({ limit, isAnswer }: Limited, attempt: Put, { deps, signal }: RoundMeans): Promise<void> {
  try {
    await deps.writer.sitOut(limit, signal);
  } catch (thrown) {
    const isOpen = isAnswer && attempt.decision.toLeave.length > 0;
    throw isOpen ? new UnknownOutcome(attempt, toPlus1Error(thrown)) : thrown;
  }
}

/** An earlier PUT of this pass is not settled by a later one: who would leave by it alone is still marked, and counted. */
function provedAfter({ sent }: Round, { decision, intended, stays }: Put, live: LiveRuleset): Round {
  return { ...proved(decision, live), ...staying(stays), ...(sent === undefined ? {} : { intended }) };
}
