/** Writes members or enforcement of a ruleset that Plus1 made: announced, sent once, and proved by a read. */
import type { OwnedStatus } from '../../api/index.js';
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { OwnedRuleset, RulesetChange } from '../../github/index.js';
import type { Entry } from '../../journal/index.js';
import { sawDate, serverMs } from '../memory/newest-dates.js';
import { refused, unproved } from './faults.js';
import { find } from './find.js';
import { withChange, withoutOver } from './open-change.js';
import { failureOf, inTurn, outcomeOf, readOwned, requireOurs, termsOf, type OwnedMeans } from './means.js';

/** What the journal is told of a change. */
export interface ChangeRecords {
  /** `live`: as it was read just before. */
  intended: (live: OwnedRuleset) => Entry;
  /** `live`: as it was read after it, where it could be read. */
  ended: (end: { state: 'proved' | 'unproved' | 'refused'; live?: OwnedRuleset; error?: Plus1Error }) => Entry;
}

/** The ruleset as it is after it. Throws PLUS1_WRITE_UNPROVED, PLUS1_WRITE_REFUSED, and PLUS1_NAME_IN_USE where the ruleset does not show that it is ours. */
export async function change(
  means: OwnedMeans,
  { name, to, told }: { name: string; to: RulesetChange; told: ChangeRecords },
  signal: AbortSignal,
): Promise<OwnedRuleset> {
  const { ledger, organization, reader } = means;
  const what = `write the ruleset ${name} of ${organization}`;
  return inTurn(means, { what, signal }, async (writer) => {
    const live = await find(means, name, signal);
    const known = ledger.get(name);
    if (known?.id === undefined || live === undefined) throw refused(what, 'Plus1 has made none of that name');
    requireOurs(means, live, { ownName: name, what });
    const { id } = known;
    const nowMs = reader.time.now();
    const before = withoutOver(known, nowMs);
    const open = withChange(before, leftBy(live, to), nowMs);
    await ledger.announce(open, told.intended(live), signal);
    const outcome = await outcomeOf(
      writer.change(organization, { live, ...to }, signal, termsOf(means, nowMs, true)),
      signal,
    );
    // Its date alone: a read that is older shows it as it was before the write.
    if (outcome.state === 'answered' && outcome.ruleset.id === id)
      sawDate(ledger.dates, outcome.ruleset, serverMs(reader.time));
    const { why, ...seen } = await readAfter(means, id, signal);
    if (seen.live !== undefined && isChanged(seen.live, live, to)) {
      // Where another one is open too, it may be that one which the read shows, and this one may come yet.
      await ledger.settle(name, isKnown(outcome, before) ? before : open, told.ended({ state: 'proved', ...seen }));
      return seen.live;
    }
    const failure =
      outcome.state === 'answered' ? { error: unproved(what, why), isVoid: false } : failureOf(what, outcome);
    const state = failure.isVoid ? 'refused' : 'unproved';
    await ledger.settle(name, failure.isVoid ? before : open, told.ended({ state, ...seen, error: failure.error }));
    throw failure.error;
  });
}

/** What the write has left, where it can be read; `why` it proves nothing, otherwise. */
async function readAfter(
  means: OwnedMeans,
  id: number,
  signal: AbortSignal,
): Promise<{ live?: OwnedRuleset; why: string }> {
  const after = await readOwned(means, id, signal).catch((thrown: unknown) => toPlus1Error(thrown));
  if (after instanceof Error) return { why: after.message };
  return { ...(after && { live: after }), why: 'it does not hold what was sent' };
}

const isKnown = ({ state }: { state: string }, { change: older }: OwnedStatus): boolean =>
  state === 'answered' || older === undefined;

function isChanged(after: OwnedRuleset, before: OwnedRuleset, to: RulesetChange): boolean {
  const { members: wanted, enforcement } = leftBy(before, to);
  const has = after.members ?? new Set<number>();
  const isSame = has.size === wanted.size && [...wanted].every((id) => has.has(id));
  return isSame && after.enforcement === enforcement;
}

function leftBy(
  before: OwnedRuleset,
  { members, enforcement }: RulesetChange,
): { members: ReadonlySet<number>; enforcement: OwnedRuleset['enforcement'] } {
  return { members: new Set(members ?? before.members ?? []), enforcement: enforcement ?? before.enforcement };
}
