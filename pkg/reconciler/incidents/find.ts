/** What is known of an incident's indicators: who refers, who ran, and so whom to isolate. Reads of GitHub are runs alone, where they are asked for. */
import type { IncidentInventory } from '../../api/index.js';
import {
  createdWithin,
  ranOf,
  references,
  whomToIsolate,
  type RanSight,
  type RunsOf,
  type Sighted,
  type Wanted,
} from '../../incident/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { Draft } from './draft.js';
import { forEach, isolationOf, nowOf, type Means } from './means.js';

/** By the index of workflow files alone: no request. */
export function sightOf(draft: Draft, { organization, index, candidates }: Means): Sighted {
  const known = new Map((index ?? []).map(({ id, head }) => [id, head]));
  // One whose commit nobody knows has no file to run, or was not looked at: the index says which.
  const unread = candidates.filter(
    ({ id, isArchived, headCommit }) => !isArchived && headCommit !== undefined && known.get(id) !== headCommit,
  );
  return references(draft.spec, {
    ...{ organization, repositories: index, unread: index === undefined ? [] : unread.map(({ name }) => name) },
  });
}

/** Whom to isolate now. Asks for runs first only where that decides about it. */
export async function wantedOf(draft: Draft, sight: Sighted, means: Means): Promise<Wanted> {
  const { isolate } = draft.spec;
  const ran = isolate.matching === 'Ran' ? ranSight(await takeInventory(draft, sight, means), sight) : undefined;
  return whomToIsolate(draft.spec, means.candidates, sight, ran);
}

function ranSight({ ran, unknown }: IncidentInventory, { unknown: files }: Sighted): RanSight {
  const isFile = new Set(files.map(({ repository, what }) => `${repository} ${what}`));
  const runs = unknown.filter(({ repository, what }) => !isFile.has(`${repository} ${what}`));
  return {
    ran: new Set(ran.map(({ repository }) => repository)),
    unknown: new Set(runs.map(({ repository }) => repository)),
  };
}

/**
 * The inventory with the runs of the window. What was answered for a window that is over is not asked for again: only what is not known, and
 * who refers since.
 */
export async function takeInventory(draft: Draft, sight: Sighted, means: Means): Promise<IncidentInventory> {
  const created = createdWithin(draft.spec, nowOf(means));
  const { refers } = sight;
  const names = [...new Set(refers.map(({ repository }) => repository))];
  const before = draft.inventory;
  if (created === undefined) return (draft.inventory = { ...sight, ran: [] });
  const answered = before === undefined || !isSettled(draft, means) ? new Set<string>() : answeredIn(before);
  const kept = isSame(draft) ? (before?.ran ?? []) : [];
  const asked: RunsOf[] = [];
  await forEach(
    names.filter((name) => !answered.has(name)),
    async (name) => void asked.push(await runsOf(name, created, means)),
  );
  const { ran, unknown } = ranOf(refers, asked);
  return (draft.inventory = { refers, ran: allOf(kept, ran), unknown: [...sight.unknown, ...unknown] });
}

/** What ran has run, also where its file was cleaned up since. */
function allOf(kept: IncidentInventory['ran'], found: IncidentInventory['ran']): IncidentInventory['ran'] {
  const all = new Map([...kept, ...found].map((each) => [`${each.repository} ${each.run}`, each]));
  return [...all.values()];
}

/** What was asked for was the same. */
const isSame = ({ incident: { metadata, status } }: Draft): boolean =>
  status.observedGeneration === metadata.generation;

/** What was asked for was the same, and its window is over. */
function isSettled(draft: Draft, means: Means): boolean {
  const end = draft.spec.window?.end;
  return end !== undefined && Date.parse(end) <= nowOf(means) && isSame(draft);
}

function answeredIn({ refers, unknown }: IncidentInventory): Set<string> {
  const open = new Set(unknown.filter(({ what }) => what === 'runs').map(({ repository }) => repository));
  return new Set(refers.map(({ repository }) => repository).filter((name) => !open.has(name)));
}

async function runsOf(repository: string, created: string, means: Means): Promise<RunsOf> {
  const { organization, signal } = means;
  try {
    const { runs, total } = await isolationOf(means).runs({ organization, name: repository }, created, signal);
    const why = total > runs.length ? `${total} runs in the window, of which ${runs.length} were read` : undefined;
    return { repository, runs, why };
  } catch (thrown) {
    signal.throwIfAborted();
    return { repository, runs: [], why: toPlus1Error(thrown).message };
  }
}
