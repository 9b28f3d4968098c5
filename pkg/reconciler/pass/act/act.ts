/**
 * Act: the only step that writes to GitHub. Intent kept, ruleset re-read just before, PUT, answer compared as a set. GitHub has no
 * optimistic concurrency for rulesets, so a ruleset that changed since the plan means a new plan, never an overwrite.
 */
import { toPlus1Error } from '../../../errors/index.js';
import type { ActResult } from '../../types.js';
import { gaveUp } from './faults.js';
import { prepare } from './prepare.js';
import { settle } from './put.js';
import { send, type Sent } from './send.js';
import { UnknownOutcome, type ActDependencies, type ActRequest, type RoundMeans, type Round } from './round.js';

/** Rounds of plan, PUT and proof before the pass gives up: two writers who undo each other must not loop for ever. */
const MAX_ROUNDS = 3;

/** Never throws: what went wrong is in the result, beside what is known of the ruleset. */
export async function act(request: ActRequest, deps: ActDependencies, signal: AbortSignal): Promise<ActResult> {
  const { live, decision } = request;
  let state: Round = { decision, live, written: false, pending: false };
  try {
    for (let round = 1; state.decision.changes && !isOver(state); round += 1) {
      if (round > MAX_ROUNDS) throw gaveUp(request, state, MAX_ROUNDS);
      state = await oneRound(state, { request, deps, signal });
    }
    return withOpenWrite(state);
  } catch (thrown) {
    if (thrown instanceof UnknownOutcome) return { ...state, ...thrown.attempt, pending: true, error: thrown.error };
    return withOpenWrite({ ...state, error: toPlus1Error(thrown) });
  }
}

const isOver = ({ written, error }: Round): boolean => written || error !== undefined;

async function oneRound(state: Round, means: RoundMeans): Promise<Round> {
  const tried = await means.deps.writer.inTurn(() => prepareAndSend(state, means), means.signal);
  return 'attempt' in tried ? settle(tried, state, means) : tried;
}

async function prepareAndSend(state: Round, means: RoundMeans): Promise<Sent | Round> {
  const ready = await prepare(state, means);
  return 'target' in ready ? send(ready, means) : ready;
}

/**
 * A PUT that a read did not show may still be applied, also where the pass then finds nothing left to write. Applied a minute
 * later, it would let somebody leave whom no window counts, and the guard would be open once more. So such an act is pending.
 */
function withOpenWrite(state: Round): Round {
  return state.written || state.sent === undefined ? state : { ...state, pending: true };
}
