/** Reads the ruleset again, by its id. */
import type { LiveRuleset } from '../../../api/index.js';
import { toPlus1Error } from '../../../errors/index.js';
import { renamed } from './faults.js';
import { UnknownOutcome, type RoundMeans, type Put } from './round.js';

/**
 * The ruleset as it is now. Throws PLUS1_RULESET_NOT_FOUND where its name is another one: somebody made it another ruleset, and
 * the policy does not name that one. `essential` reads go on below the floor of the budget.
 */
export async function reRead({ request, deps, signal }: RoundMeans, essential: boolean): Promise<LiveRuleset> {
  const fresh = await deps.rulesets.read(request.organization, request.live.id, signal, { essential });
  if (fresh.name !== request.rulesetName) throw renamed(request, fresh.name);
  return fresh;
}

/** How often a read after a refusal is repeated, after the usual waits. */
const MAX_REPEATS = 3;

/**
 * The ruleset after a PUT that GitHub says it did not take: again until a read shows something of the PUT, four times at most. A copy that
 * lags shows nothing of it either, so that one read alone does not prove the refusal.
 */
export async function readForTraces(
  attempt: Put,
  means: RoundMeans,
  shows: (after: LiveRuleset) => boolean,
): Promise<LiveRuleset> {
  for (let repeats = 0; ; repeats += 1) {
    const after = await readAfter(attempt, means);
    if (repeats === MAX_REPEATS || shows(after)) return after;
    await pause(attempt, means, repeats);
  }
}

async function pause(attempt: Put, { deps, signal }: RoundMeans, repeats: number): Promise<void> {
  try {
    await deps.reader.pause(repeats, signal);
  } catch (thrown) {
    throw new UnknownOutcome(attempt, toPlus1Error(thrown));
  }
}

/**
 * The ruleset after a PUT. A PUT of unknown outcome is never sent again before a read; where even the read fails, the act stays
 * pending, and the next pass begins with a read.
 */
export async function readAfter(attempt: Put, means: RoundMeans): Promise<LiveRuleset> {
  try {
    return await reRead(means, true);
  } catch (thrown) {
    throw new UnknownOutcome(attempt, toPlus1Error(thrown));
  }
}
