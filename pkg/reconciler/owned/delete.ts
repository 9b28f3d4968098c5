/** Deletes a ruleset that Plus1 made, by its id: announced, sent once, and proved by a read. */
import type { OwnedStatus } from '../../api/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import { leaving, stillOpen } from './creations.js';
import { SETTLED_AFTER_MS } from '../memory/open-write.js';
import { unproved } from './faults.js';
import { find } from './find.js';
import { failureOf, inTurn, outcomeOf, readOwned, requireOurs, termsOf, type OwnedMeans } from './means.js';
import { deleteFailed, deleteTold } from './records.js';

/** Throws where the ruleset, as it is right before its deletion, has to stay. */
export type MayGo = (live: OwnedRuleset) => void | Promise<void>;

/** Nothing where Plus1 made none of that name. Throws where it is there still, nobody knows, or it does not show that it is ours. */
export async function remove(
  means: OwnedMeans,
  { name, mayGo }: { name: string; mayGo?: MayGo | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { ledger, organization, reader } = means;
  const what = `delete the ruleset ${name} of ${organization}`;
  await find(means, name, signal);
  if (ledger.get(name) === undefined) return;
  await inTurn(means, { what, signal }, async (writer) => {
    // In its turn, since it may have waited for that: whom somebody put in meanwhile must not go with it.
    const live = await find(means, name, signal);
    const known = ledger.get(name);
    if (known === undefined) return;
    const { id } = known;
    if (id === undefined || live === undefined)
      throw unproved(what, 'its creation has no known outcome, and it may come yet');
    requireOurs(means, live, { ownName: name, what });
    await mayGo?.(live);
    const nowMs = reader.time.now();
    requireNoCreation(known, what, nowMs);
    await ledger.announce(leaving(known, nowMs), deleteTold('DeleteIntended', known, id), signal);
    const row = { id, name: live.name };
    const outcome = await outcomeOf(writer.delete(organization, row, signal, termsOf(means, nowMs, true)), signal);
    const after = await readOwned(means, id, signal).catch((thrown: unknown) => toPlus1Error(thrown));
    if (after === undefined) return ledger.settle(name, undefined, deleteTold('DeleteProved', known, id));
    const there = unproved(what, after instanceof Error ? after.message : 'it is there still');
    const failure = outcome.state === 'answered' ? { error: there, isVoid: false } : failureOf(what, outcome);
    // Where it was not taken, nothing of it is on its way; it is tried again by its id whatever was told.
    const left = failure.isVoid ? known : leaving(known, nowMs);
    await ledger.settle(name, left, deleteFailed(known, id, failure));
    throw failure.error;
  });
}

/** One whose answer was lost, and that is applied after the deletion, makes the ruleset again, and nobody would know of it. */
function requireNoCreation(known: OwnedStatus, what: string, nowMs: number): void {
  const times = stillOpen(known, nowMs).map(({ startTime }) => Date.parse(startTime));
  if (times.length === 0) return;
  const until = new Date(Math.max(...times) + SETTLED_AFTER_MS).toISOString();
  throw unproved(what, `an earlier creation of it has no known outcome, and may make it again until ${until}`);
}
