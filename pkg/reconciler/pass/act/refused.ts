/** What a pass does about a write that GitHub refused. */
import type { LiveRuleset } from '../../../api/index.js';
import type { WriteOutcome } from '../../../github/index.js';
import type { Decision } from '../../../governance/index.js';
import { isLost } from '../../fate.js';
import { refusedWrite } from './faults.js';
import { earlier, memoryOf, notWritten, type Put, type Round, type RoundMeans } from './round.js';

export type Refused = Extract<WriteOutcome, { state: 'refused' }>;

/**
 * GitHub answered 4xx and changed nothing. One id of a repository that no longer exists is enough for that, and it would keep
 * every other repository out for as long as it is a member. So after a 422 the plan is made once more, and it is told the ids
 * that the answer names. Nobody leaves because GitHub named an id: the plan lets go those of them alone that are gone by two
 * proofs, and guards count them. The ids are taken from free text, so that to trust them would let a sentence remove members.
 *
 * Where the new plan does not send less, the same write would be refused again; where ids were named before, the cause is
 * another one. Then the write stays refused: what is protected now outweighs what would enter.
 *
 * Who was to enter is no member, and who is named and not found by its id is left out as well: otherwise who makes and deletes
 * repositories of his own all the time would keep all others out.
 */
export async function withoutNamed(attempt: Put, state: Round, means: RoundMeans, refused: Refused): Promise<Round> {
  const { why, named, error } = refused;
  if (error !== undefined) throw error;
  const { request } = means;
  const { live, target } = attempt;
  const decide = (lost?: ReadonlySet<number>): Decision =>
    request.decide(live, memoryOf(state, request), earlier({ ...state, refused: named, ...(lost && { lost }) }));
  const first = decide();
  const lost = await lostOf(first, live, named, means);
  const decision = lost.size === 0 ? first : decide(lost);
  const rest = new Set(decision.target);
  const isLess = target.some((id) => !rest.has(id));
  if (state.refused !== undefined || !isLess || !decision.changes) throw refusedWrite(request, why);
  return { ...notWritten(state), decision, live, why, refused: named, lost, unsent: attempt.announced };
}

/** More are never looked up for one refusal. */
const MAX_LOOK_UPS = 100;

/** Who is named, would still enter, and is not there. */
async function lostOf(
  { target }: Decision,
  { members }: LiveRuleset,
  named: ReadonlySet<number>,
  { request: { organization }, deps: { reader }, signal }: RoundMeans,
): Promise<ReadonlySet<number>> {
  const isThere = async (id: number): Promise<boolean> => {
    try {
      return !isLost(await reader.lookUp(id, signal), organization);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      return true;
    }
  };
  const asked = target.filter((id) => named.has(id) && !members.has(id)).slice(0, MAX_LOOK_UPS);
  const found = await Promise.all(asked.map(async (id) => ({ id, isThere: await isThere(id) })));
  return new Set(found.filter((each) => !each.isThere).map(({ id }) => id));
}
