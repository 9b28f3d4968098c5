/** What the handler of incidents works with, beside the pass. */
import type { ManifestEntry } from '../../incident/index.js';

/** Where evidence is kept: `STATE/.evidence/<incident>/`. What was kept first stays: it shows how things were then. */
export interface EvidenceStore {
  /** What is there, without the manifest and without `entries.json`. */
  entries(incident: string, signal: AbortSignal): Promise<ManifestEntry[]>;
  /** Undefined where there is no such file. */
  read(incident: string, path: string, signal: AbortSignal): Promise<string | undefined>;
  /** Throws where it cannot be kept: no room, no permission. */
  keep(incident: string, file: { path: string; text: string }, signal: AbortSignal): Promise<void>;
}

/** Of one incident; by itself a name of a folder. */
export const evidenceFolder = ({ namespace, name, uid }: { namespace: string; name: string; uid: string }): string =>
  `${namespace}.${name}.${uid.replaceAll('-', '').slice(0, 8)}`;
