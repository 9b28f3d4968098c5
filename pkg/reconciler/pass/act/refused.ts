/** What a pass does about a write that GitHub refused. */
import type { WriteOutcome } from '../../../github/index.js';
import { refusedWrite } from './faults.js';
import { earlier, memoryOf, notWritten, type ActRequest, type Put, type Round } from './round.js';

export type Refused = Extract<WriteOutcome, { state: 'refused' }>;

/**
 * GitHub answered 4xx and changed nothing. One id of a repository that no longer exists is enough for that, and it would keep
 * every other repository out for as long as it is a member. So after a 422 the plan is made once more, and it is told the ids
 * that the answer names. Nobody leaves because GitHub named an id: the plan lets go those of them alone that are gone by two
 * proofs, and guards count them. The ids are taken from free text, so that to trust them would let a sentence remove members.
 *
 * Where the new plan does not send less, the same write would be refused again; where ids were named before, the cause is
 * another one. Then the write stays refused: what is protected now outweighs what would enter.
 */
export function withoutNamed(attempt: Put, state: Round, request: ActRequest, { why, named, error }: Refused): Round {
  if (error !== undefined) throw error;
  const { live, target } = attempt;
  const decision = request.decide(live, memoryOf(state, request), earlier({ ...state, refused: named }));
  const rest = new Set(decision.target);
  const isLess = target.some((id) => !rest.has(id));
  if (state.refused !== undefined || !isLess || !decision.changes) throw refusedWrite(request, why);
  return { ...notWritten(state), decision, live, why, refused: named, unsent: attempt.announced };
}
