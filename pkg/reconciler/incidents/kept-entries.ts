/**
 * The repositories of an incident beside its status, which has room for 500: in the folder of its evidence, as they are now. They change until
 * the release, so that no manifest names them; what was before is `before.json`.
 */
import { MAX_INCIDENT_ENTRIES, type IsolatedRepository } from '../../api/index.js';
import type { Draft, Incident } from './draft.js';
import { evidenceFolder, type EvidenceStore } from './ports.js';

export const BEFORE_FILE = 'before.json';
export const ENTRIES_FILE = 'entries.json';

export interface EntryMeans {
  evidence: EvidenceStore | undefined;
  signal: AbortSignal;
}

/** Nothing where the status has room for all of them. Throws where they cannot be kept. */
export async function keepEntries({ incident, entries }: Draft, { evidence, signal }: EntryMeans): Promise<void> {
  if (entries.size <= MAX_INCIDENT_ENTRIES) return;
  const text = `${JSON.stringify([...entries.values()])}\n`;
  await evidence?.keep(evidenceFolder(incident.metadata), { path: ENTRIES_FILE, text }, signal);
}

/** Those that the status has no room for. None where they cannot be read: they stay members of the ruleset, and a release finds them there. */
export async function keptEntries(
  { metadata, status: { isolated = [], total } }: Incident,
  { evidence, signal }: EntryMeans,
): Promise<IsolatedRepository[]> {
  // Before the first inventory there is no total.
  const isWhole = isolated.length < MAX_INCIDENT_ENTRIES && (total?.isolated ?? 0) <= isolated.length;
  if (evidence === undefined || isWhole) return [];
  const folder = evidenceFolder(metadata);
  try {
    const now = await evidence.read(folder, ENTRIES_FILE, signal);
    const text = now ?? (await evidence.read(folder, BEFORE_FILE, signal));
    return text === undefined ? [] : (JSON.parse(text) as IsolatedRepository[]);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
