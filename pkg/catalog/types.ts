/** The words of the catalogue: a file as it was observed, and the verdict on the files of one repository. */
import type { FindingStatus, SetAsideStatus } from '../api/index.js';

/** GitHub cuts text over GraphQL at exactly this many bytes; the same bound holds for files on disk. */
export const MAX_FILE_BYTES = 512_000;

/**
 * Names under which Datadog reads the definitions of its older schemas:
 * https://docs.datadoghq.com/internal_developer_portal/catalog/set_up/create_entities/
 */
export const OLDER_NAMES: readonly string[] = ['service.datadog.yaml', 'service.datadog.yml'];

/** Why content that is there cannot be read as a catalogue file. */
export type UnreadableWhy =
  'too_large' | 'binary' | 'not_utf8' | 'symlink' | 'submodule' | 'directory' | 'lfs_pointer' | 'disabled';

/** One catalogue file of one repository. Absent is proved; unobserved is not knowing, and never becomes absent. */
export type CatalogFile =
  | { path: string; state: 'present'; content: string | Uint8Array }
  | { path: string; state: 'unreadable'; why: UnreadableWhy }
  /** `beside`: a file that was found there under the other extension, or under one of `OLDER_NAMES`. */
  | { path: string; state: 'absent'; beside?: string }
  | { path: string; state: 'unobserved'; why: string };

/** One thing to know about a file, told so that its owner can act on it. */
export interface Reason {
  severity: 'error' | 'warning';
  /** Stable, kebab-case: `lifecycle-missing`, `api-version`, `duplicate-key`, … */
  code: string;
  file: string;
  /** 1-based; a reason about a whole file has line 1, column 1. */
  line: number;
  column: number;
  found: string;
  expected: string;
  fix: string;
}

/** Where the deciding lifecycle stands. */
export interface Evidence {
  file: string;
  line: number;
  column: number;
  lifecycle: string;
}

/** The judgement on all catalogue files of one repository. */
export interface Verdict {
  status: Exclude<FindingStatus, SetAsideStatus>;
  /** Distinct lifecycle values of the v3 documents, trimmed, in order of appearance. */
  lifecycles: string[];
  /** Non-empty documents over all files. */
  documents: number;
  evidence?: Evidence;
  /** `metadata.owner`, as the file says it. */
  owner?: string;
  reasons: Reason[];
}

export interface JudgeSettings {
  /** Compared exactly with the trimmed value. */
  productionLifecycles: readonly string[];
}
