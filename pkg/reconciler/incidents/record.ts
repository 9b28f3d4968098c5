/** First of all: what isolating itself changes, on the disk and in the journal. */
import type { ActionsSettings, IsolatedRepository } from '../../api/index.js';
import { isReleasing, recordedBefore, type OtherHold, type Target } from '../../incident/index.js';
import type { Entry } from '../../journal/index.js';
import type { Draft } from './draft.js';
import { faultOf, forEach, isolationOf, keep, tell, type Means } from './means.js';
import { BEFORE_FILE } from './kept-entries.js';
import { evidenceFolder } from './ports.js';
import { requireSame } from './same-repository.js';

/** What other incidents that are not released hold of a repository. */
export function othersOf(
  id: number,
  draft: Draft,
  { drafts, standing }: Pick<Means, 'drafts' | 'standing'>,
): OtherHold[] {
  const working = drafts
    .filter((other) => other !== draft && !other.isDrill && !other.isReleased)
    .map(({ incident: { metadata }, entries }) => ({ name: metadata.name, entries }));
  return [...working, ...standing].flatMap(({ name, entries }) => {
    const entry = entries.get(id);
    return entry === undefined ? [] : [{ incident: name, entry }];
  });
}

/**
 * Adds the targets to the incident, and records them. Settings that cannot be read are asked for again by the next pass, and the switch stays as it
 * is until then: it could not be set back. The rulesets do not wait for that.
 */
export async function recordTargets(draft: Draft, targets: readonly Target[], means: Means): Promise<void> {
  reopen(draft);
  for (const { id, name, why, headCommit } of targets)
    draft.entries.set(id, { id, name, why, ...(headCommit !== undefined && { head: headCommit }) });
  const read = await readSwitches(draft, means);
  if (targets.length === 0 && read === 0) return;
  if (draft.isDrill || means.owned === undefined) return;
  await tell(means, [recorded(draft)]);
  await keepBefore(draft, means);
  await keep(means, draft);
}

/** Of a release that ended half-way, since somebody took the order back: what was set back is recorded and switched off again. */
function reopen(draft: Draft): void {
  if (!isReleasing(draft.incident.status.conditions)) return;
  for (const [id, { message: _solved, ...entry }] of draft.entries) {
    const { actions, actionsBefore, ...rest } = entry;
    // Wholly set back, or not ours to set back: what is there now is what will have been there before.
    if (actions === 'Restored' || actions === 'Left') draft.entries.set(id, rest);
    else if (actionsBefore !== undefined) {
      // Off for all that is known, and to be looked at, also where the spec asks for it no more by now.
      const look =
        actions === 'Disabled' ? ({ actions, message: TAKEN_BACK } as const) : ({ actions: 'Recorded' } as const);
      draft.entries.set(id, { ...rest, actionsBefore, ...look });
    }
  }
}

const TAKEN_BACK = 'its release was taken back: its Actions are looked at again';

/** How many are known now that were not. */
async function readSwitches(draft: Draft, means: Means): Promise<number> {
  if (draft.spec.isolate.actions === 'Keep') return 0;
  const open = [...draft.entries.values()].filter(({ actionsBefore }) => actionsBefore === undefined);
  let read = 0;
  await forEach(open, async (entry) => {
    const settings = await settingsOf(entry, draft, means);
    if (settings === undefined) return;
    read += 1;
    const before = recordedBefore(settings, othersOf(entry.id, draft, means));
    const { message: _solved, ...rest } = entry;
    draft.entries.set(entry.id, { ...rest, actionsBefore: before, actions: 'Recorded' });
  });
  return read;
}

async function settingsOf(
  { id, name }: IsolatedRepository,
  draft: Draft,
  means: Means,
): Promise<ActionsSettings | undefined> {
  const { organization, signal } = means;
  const at = { organization, name: nameNow(id, name, means) };
  try {
    const settings = await isolationOf(means).actionsSettings(at, signal);
    // They are set back one day: those of another repository, which took the name meanwhile, would be wrong.
    await requireSame({ id }, at.name, means);
    return settings;
  } catch (thrown) {
    signal.throwIfAborted();
    draft.faults.push(faultOf(`${name}: its Actions stay on`, thrown));
    return undefined;
  }
}

/** As this pass saw it. */
export const nameNow = (id: number, name: string, { candidates }: Pick<Means, 'candidates'>): string =>
  candidates.find((each) => each.id === id)?.name ?? name;

const recorded = (draft: Draft): Entry => ({
  kind: 'IncidentRecorded',
  data: { incident: about(draft), repositories: [...draft.entries.values()] },
});

export const about = ({ incident: { metadata } }: Draft): { name: string; uid: string } => ({
  ...{ name: metadata.name, uid: metadata.uid },
});

/** Beside the status, which has no room for more than 500. */
async function keepBefore(draft: Draft, means: Means): Promise<void> {
  const { evidence, signal } = means;
  const text = `${JSON.stringify([...draft.entries.values()], null, 2)}\n`;
  try {
    await evidence?.keep(folderOf(draft), { path: BEFORE_FILE, text }, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    draft.evidence ??= { files: 0, missing: [] };
    draft.evidence.missing.push(faultOf(BEFORE_FILE, thrown));
  }
}

export const folderOf = ({ incident: { metadata } }: Pick<Draft, 'incident'>): string => evidenceFolder(metadata);
