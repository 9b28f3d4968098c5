/** What the steps around the shared file work with, and what they come to. */
import type { PolicyStatus } from '../../../../api/index.js';
import type { WantedFile } from '../../../../egress/index.js';
import type { GitHubReader, GitHubWriter, PullRequest } from '../../../../github/index.js';
import type { Entry } from '../../../../journal/index.js';

export type SharedStatus = NonNullable<NonNullable<PolicyStatus['egress']>['sharedFile']>;

export interface SharedMeans {
  /** `default/acme`, as messages name the policy. */
  policy: string;
  at: { organization: string; name: string };
  path: string;
  branch: string;
  reader: Pick<GitHubReader, 'sharedFile' | 'time'>;
  /** Absent where nothing is written. */
  writer?: Pick<GitHubWriter, 'sharedFile'> | undefined;
  /** Asked at the last moment before a write leaves; throws to refuse it. */
  assertMayWrite: () => void | Promise<void>;
  /** Tells the journal. Throws what it throws: then nothing is sent. */
  tell: (told: readonly Entry[]) => Promise<void>;
  signal: AbortSignal;
}

/** What the rules ask of the file. */
export interface Wanted extends WantedFile {
  /** Of that. */
  hash: string;
  /** By name of the rule. */
  reasons: ReadonlyMap<string, string>;
}

/** What was read of the repository before anything is decided. */
export interface Sight {
  defaultBranch: string;
  baseHead: string;
  /** The file on the default branch; empty where there is none. */
  base: string;
  /** The newest first. */
  pulls: readonly PullRequest[];
}

/** Something is in the way that a person has to solve. */
export interface Blocked {
  reason: string;
  message: string;
}

/** What a pass knows of the shared file. */
export interface Delivery extends Blocked {
  state: SharedStatus['state'];
  hash: string;
  pullRequest?: number;
  /** Where the file is, as messages name it. */
  place: string;
  /** Absent where the file could not be read. */
  sight?: Sight;
  /** Lines of others. */
  foreign: readonly string[];
}

/** `acme/.github .github/harden-runner/allow_list.txt` */
export const placeOf = ({ at, path }: Pick<SharedMeans, 'at' | 'path'>): string =>
  `${at.organization}/${at.name} ${path}`;
