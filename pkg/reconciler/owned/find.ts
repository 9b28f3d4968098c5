/** Finds a ruleset that Plus1 made: by its id, or by what a creation sent whose answer was lost. */
import type { OwnedStatus } from '../../api/index.js';
import type { OwnedRuleset } from '../../github/index.js';
import { isOver, made, stillOpen, went, without } from './creations.js';
import { nameInUse, twice, unproved } from './faults.js';
import { idsOf, readOwned, type OwnedMeans } from './means.js';
import { createFailed, createProved, deleteTold } from './records.js';
import { isSent } from './sent-ruleset.js';

/**
 * Undefined where there is none (any more). Writes nothing to GitHub. Throws PLUS1_NAME_IN_USE where the name belongs to a ruleset that
 * no creation of ours sent.
 */
export async function find(means: OwnedMeans, name: string, signal: AbortSignal): Promise<OwnedRuleset | undefined> {
  const known = means.ledger.get(name);
  if (known === undefined) return undefined;
  return known.id === undefined ? settle(means, known, signal) : readKnown(means, known, known.id, signal);
}

async function readKnown(
  means: OwnedMeans,
  known: OwnedStatus,
  id: number,
  signal: AbortSignal,
): Promise<OwnedRuleset | undefined> {
  const ruleset = await readOwned(means, id, signal);
  if (ruleset !== undefined) return ruleset;
  const kind = known.deleteTime === undefined ? 'OwnedMissing' : 'DeleteProved';
  await means.ledger.settle(known.name, went(known, means.reader.time.now()), deleteTold(kind, known, id));
  return undefined;
}

/** Of creations without an outcome: whether one of that name is there now, and whose it is. */
async function settle(means: OwnedMeans, known: OwnedStatus, signal: AbortSignal): Promise<OwnedRuleset | undefined> {
  const { ledger, organization } = means;
  const { name, creations = [] } = known;
  const [id, ...others] = await idsOf(means, name, signal);
  const ruleset = id === undefined ? undefined : await readOwned(means, id, signal);
  if (id === undefined || ruleset === undefined) {
    await dropOld(means, name);
    return undefined;
  }
  if (others.length > 0) throw twice(name, organization, [id, ...others]);
  const ours = creations.find((creation) => isSent(ruleset, creation));
  if (ours !== undefined) {
    // Of those that sent the same it is the first, for all that is known: the other one may still come.
    const others = creations.filter((creation) => creation !== ours);
    const open = stillOpen({ creations: others }, means.reader.time.now());
    await ledger.settle(name, made(known, id, open), createProved(known, ours.sha256, id));
    return ruleset;
  }
  // GitHub has a name once, so that none of ours was made, nor can be as long as this one is there.
  const error = nameInUse(name, organization, id);
  await dropAll(means, name, { error, isDropped: () => true });
  throw error;
}

/** Those that are so old that GitHub does not apply them any more. */
async function dropOld(means: OwnedMeans, name: string): Promise<void> {
  const nowMs = means.reader.time.now();
  const error = unproved(`create the ruleset ${name}`, 'it did not show within ten minutes');
  await dropAll(means, name, { error, isDropped: (creation) => isOver(creation, nowMs) });
}

async function dropAll(
  { ledger }: OwnedMeans,
  name: string,
  { error, isDropped }: { error: ReturnType<typeof unproved>; isDropped: (each: Creation) => boolean },
): Promise<void> {
  for (const creation of (ledger.get(name)?.creations ?? []).filter(isDropped)) {
    const known = ledger.get(name);
    if (known === undefined) return;
    const told = createFailed(known, creation.sha256, { error, isVoid: true });
    await ledger.settle(name, without(known, creation), told);
  }
}

type Creation = NonNullable<OwnedStatus['creations']>[number];
