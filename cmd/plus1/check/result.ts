/** What `check` says: one result for each thing that a pass needs. The names are for scripts, so they are the same for every credential. */

import type { Plus1Error } from '../../../pkg/errors/index.js';

/** In the order in which they are shown. */
export const CHECKS = [
  'host',
  'credential',
  'expiry',
  'clock',
  'rate-limit',
  'organization',
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

/** What is said of the backup credential as well: all but what is the same for both. */
export const BACKUP_CHECKS = [
  'host',
  'credential',
  'expiry',
  'rate-limit',
  'organization',
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
] as const satisfies readonly CheckName[];

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
