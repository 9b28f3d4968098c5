/** The manifest of kept evidence: each file with its length and hash, in the order of its names. Its own hash stands in the journal. Pure. */
import { sha256 } from '../base/index.js';

export interface ManifestEntry {
  /** Below the folder of the incident. */
  path: string;
  bytes: number;
  sha256: string;
}

export interface Manifest {
  version: 1;
  incident: string;
  files: ManifestEntry[];
}

/** The text that is written, and its hash. */
export function manifestText(incident: string, entries: readonly ManifestEntry[]): { text: string; digest: string } {
  const files = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest: Manifest = { version: 1, incident, files };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  return { text, digest: `sha256:${sha256(text)}` };
}
