/** What `check` says: one result for each thing that a pass needs. The names are for scripts, so they are the same for every credential. */

import type { Plus1Error } from '../../../pkg/errors/index.js';

/** What can be said whatever the credential is. */
const ABOUT_ACCESS = ['host', 'credential', 'expiry', 'clock', 'rate-limit', 'organization'] as const;

/** What a credential of no use leaves unknown. */
export const BY_CREDENTIAL = [
  'metadata',
  'contents',
  'administration',
  'custom-properties',
  'issues',
  'contents-write',
  'pull-requests',
  'rule-suites',
  'repository-administration',
  'actions',
  'members',
  'baseline-properties',
  'baseline-protection',
  'baseline-scans',
  'workflow-runs',
  'visibility',
  'ruleset',
  'enforcement',
] as const;

/** In the order in which they are shown. */
export const CHECKS = [...ABOUT_ACCESS, ...BY_CREDENTIAL] as const;

/** Checks that are there only where somebody asks for what they are needed for. */
export const CHECKS_FOR = {
  incidents: ['repository-administration', 'actions', 'members'],
  rollouts: ['rule-suites'],
  'shared-file': ['contents-write', 'pull-requests'],
  baseline: ['baseline-properties', 'baseline-protection', 'baseline-scans'],
  inventory: ['workflow-runs'],
} as const satisfies Record<string, readonly (typeof CHECKS)[number][]>;

export type CheckedFor = keyof typeof CHECKS_FOR;

export type CheckName = (typeof CHECKS)[number];

/** The same for both credentials. */
const SHARED = ['clock', 'ruleset', 'enforcement'] as const satisfies readonly CheckName[];

const isShared = (name: CheckName): name is (typeof SHARED)[number] => (SHARED as readonly CheckName[]).includes(name);

/** What is said of the backup credential as well. */
export const BACKUP_CHECKS = CHECKS.filter(
  (name): name is Exclude<CheckName, (typeof SHARED)[number]> => !isShared(name),
);

export type BackupCheckName = `backup-${(typeof BACKUP_CHECKS)[number]}`;

/** `missing`: a pass cannot work. `unknown`: it could not be asked, or there was no answer. */
export const RESULTS = ['ok', 'warning', 'missing', 'unknown'] as const;

export type Verdict = (typeof RESULTS)[number];

export interface Judged {
  result: Verdict;
  /** What was found, without a full stop. */
  message: string;
  /** What to do about it. */
  fix?: string;
  /** Of an error of the catalogue. */
  code?: string;
}

export interface CheckResult extends Judged {
  name: CheckName | BackupCheckName;
}

export const ok = (message: string): Judged => ({ result: 'ok', message });
export const warning = (message: string, fix: string): Judged => ({ result: 'warning', message, fix });
export const missing = (message: string, fix: string, code?: string): Judged => ({
  result: 'missing',
  message,
  fix,
  ...(code === undefined ? {} : { code }),
});
export const unknown = (message: string): Judged => ({ result: 'unknown', message });

/** The result for an error of the catalogue. */
export const failed = ({ code, message, fix }: Plus1Error): Judged => missing(message, fix, code);
