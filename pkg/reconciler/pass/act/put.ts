/** The PUT, and what its answer proves. */
import type { LiveRuleset } from '../../../api/index.js';
import { toPlus1Error, type Plus1Error } from '../../../errors/index.js';
import { holdsWrite } from '../../../github/index.js';
import type { WriteEnd } from '../../pass-record.js';
import { isProof } from './compare.js';
import { refusedWrite, unproved } from './faults.js';
import { readAfter, readForTraces } from './re-read.js';
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
  const { request } = means;
  const { decision, live, announced: unsent } = attempt;
  switch (outcome.state) {
    // A rate limit met the PUT, and was waited for. Where a read says so as well, GitHub took nothing, and its intent is void. While we
    // waited the ruleset may have changed: the next round looks again before anything is sent.
    case 'limited': {
      await sitOut(outcome, attempt, means);
      const { message: why } = outcome.limit;
      const traces = outcome.isAnswer ? await tracesOf(attempt, means) : undefined;
      if (traces !== undefined) return shown(attempt, traces, { state, means, why });
      return { ...notWritten(state), decision, live, why, unsent };
    }

    // Something on the way kept it for too long. Nothing was sent, and the next round begins with what is there by then.
    case 'late':
      return { ...notWritten(state), decision, live, why: outcome.why, unsent, isLate: true };

    case 'answered':
      return afterAnswer(outcome.ruleset, attempt, { state, means });

    // What answers for GitHub may be wrong about it. Those who leave by the write are counted nowhere once the intent is void, so that
    // the ruleset is read before that.
    case 'refused': {
      const traces = await tracesOf(attempt, means);
      if (traces !== undefined) {
        const error = outcome.error ?? refusedWrite(request, outcome.why);
        return shown(attempt, traces, { state, means, why: outcome.why, error });
      }
      // A token that GitHub made and does not know (any more): the next round has another one.
      if (outcome.error?.code === 'PLUS1_GITHUB_LAGS')
        return { ...notWritten(state), decision, live, why: outcome.error.message, unsent };
      return withoutNamed(attempt, state, means, outcome);
    }

    // No answer, or a 5xx: GitHub may have applied the PUT, may do so later, or never. Another PUT now could come before or after
    // it. So the ruleset is read first.
    case 'unknown':
      return shown(attempt, await readAfter(attempt, means), { state, means, why: outcome.why, error: outcome.error });
  }
}

/**
 * 200, with a ruleset in the answer. That is a proof only where the answer is what we sent; anything in between (a proxy, a
 * cache) can answer 200 as well, and GitHub has answered 200 without applying a write. So where it differs, the ruleset is
 * read by its id, and what GitHub itself holds counts. If that is not what was sent either, the pass ends with an error and
 * keeps the intent: to send it again could fight a second writer, and who left by it must stay counted.
 */
async function afterAnswer(
  ruleset: LiveRuleset,
  attempt: Put,
  { state, means }: { state: Round; means: RoundMeans },
): Promise<Round> {
  if (isProof(ruleset, attempt)) {
    means.deps.rulesets.saw(ruleset);
    return provedAfter(state, attempt, ruleset);
  }
  const why = 'the ruleset does not hold what was sent';
  const error = unproved(means.request, why);
  return shown(attempt, await readAfter(attempt, means), { state, means, why, error });
}

interface Told {
  state: Round;
  means: RoundMeans;
  why: string;
  /** What is wrong: the next PUT would be answered in the same way, or would fight a second writer. */
  error?: Plus1Error | undefined;
}

/**
 * The round after a PUT of unknown outcome and a read. Where that shows the write, it is the proof. Where it does not, the next round
 * plans on what is there, and `sent` stays known: those who would leave by it are counted, and may leave again without being counted
 * twice. So too where a part of it shows: who is gone by it must stay counted.
 */
function shown(attempt: Put, after: LiveRuleset, { state, means, why, error }: Told): Round {
  const { target, intended, live } = attempt;
  if (holdsWrite(after, live, target)) return provedAfter(state, attempt, after);
  const sent = { ...attempt.decision, target: [...target] };
  const open = { written: false, pending: false, intended, ...kept(state), sent, live: after };
  if (error !== undefined) return { ...open, decision: sent, error };
  return { ...open, decision: means.request.decide(after, intended, earlier({ ...state, sent })), why };
}

/**
 * The ruleset where it shows something of a write that GitHub says it did not take: somebody who was to leave is gone, or somebody who was
 * to enter is there. Undefined where several reads show nothing of it, and where nobody is counted because of it. Not the whole
 * membership is looked for: a write by property is several requests, and somebody else may change a ruleset between the write and the read.
 */
async function tracesOf(attempt: Put, means: RoundMeans): Promise<LiveRuleset | undefined> {
  if (!isCounted(attempt)) return undefined;
  const { toLeave: left, toEnter } = attempt.decision;
  const shows = ({ members }: LiveRuleset): boolean =>
    left.some(({ id }) => !members.has(id)) || toEnter.some(({ id }) => members.has(id));
  const after = await readForTraces(attempt, means, shows);
  return shows(after) ? after : undefined;
}

/** Whether a guard counts somebody because of it: who leaves always, who enters where that is limited. */
const isCounted = ({ decision: { toLeave: left, toEnter, entryWindow } }: Put): boolean =>
  left.length > 0 || (entryWindow !== undefined && toEnter.length > 0);

/** Where the wait does not end within the pass, nothing reads the ruleset after it: who is counted because of the write stays so. */
async function sitOut({ limit, isAnswer }: Limited, attempt: Put, { deps, signal }: RoundMeans): Promise<void> {
  try {
    await deps.writer.sitOut(limit, signal);
  } catch (thrown) {
    throw isAnswer && isCounted(attempt) ? new UnknownOutcome(attempt, toPlus1Error(thrown)) : thrown;
  }
}

/** An earlier PUT of this pass is not settled by a later one: who would leave by it alone is still marked, and counted. */
function provedAfter({ sent }: Round, { decision, intended, stays }: Put, live: LiveRuleset): Round {
  return { ...proved(decision, live), ...staying(stays), ...(sent === undefined ? {} : { intended }) };
}
