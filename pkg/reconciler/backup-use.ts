/** A pass that uses the backup credential, and what is told of it. */
import type { PolicyStatus } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';

/** Why the backup is used. */
export interface BackupUse {
  /** Why the first is not used. */
  refusal: Plus1Error;
  /** The Secret of the first. */
  first: string;
  /** The Secret in use. */
  secretName: string;
}

/** For people. */
export function backupMessage({ refusal, first, secretName }: BackupUse): string {
  return (
    `${refusal.code}: ${refusal.message}. The backup credential ${secretName} is used. ` +
    `Repair or rotate the Secret ${first}: it is tried again at each full pass`
  );
}

/** True where the status says for the first time that the backup is used. */
export function beginsBackup(now: PolicyStatus, before: PolicyStatus): boolean {
  return now.credentials?.backup === true && before.credentials?.backup !== true;
}
