/**
 * The backup credential is asked everything that the first one is: it has to do the same on the day when GitHub refuses the first. Its
 * lines follow those of the first, by the same names after `backup-`.
 */
import { toPlus1Error } from '../../../pkg/errors/index.js';
import type { Access } from '../../../pkg/reconciler/index.js';
import type { Checked, ShownCredential } from './render.js';
import { BACKUP_CHECKS, CHECKS_FOR, failed, unknown, type BackupCheckName, type CheckResult } from './result.js';

export interface CheckedBackup {
  results: CheckResult[];
  /** Absent where the policy names no backup, or its Secret holds none. */
  credential: ShownCredential | undefined;
}

/**
 * The lines about the backup, none where the policy names none. `check` asks by one credential. Where the Secret cannot be read, that is one line, and the others are
 * unknown. Throws only what `check` throws.
 */
export async function checkBackup(
  access: () => Promise<Access | undefined>,
  check: (access: Access) => Promise<Checked>,
): Promise<CheckedBackup> {
  let opened: Access | undefined;
  try {
    opened = await access();
  } catch (thrown) {
    return { results: withoutSecret(thrown), credential: undefined };
  }
  if (opened === undefined) return { results: [], credential: undefined };
  const { results, context, expiresMs } = await check(opened);
  const { kind, source } = context;
  return { results: BACKUP_CHECKS.flatMap((name) => renamed(name, results)), credential: { kind, source, expiresMs } };
}

/** Who knows nothing of the credential does not know of these either. */
const ONLY_WHERE_NEEDED = new Set<string>(['custom-properties', 'issues', ...Object.values(CHECKS_FOR).flat()]);

const renamed = (name: (typeof BACKUP_CHECKS)[number], results: readonly CheckResult[]): CheckResult[] =>
  results.filter((each) => each.name === name).map((each) => ({ ...each, name: inBackup(name) }));

function withoutSecret(thrown: unknown): CheckResult[] {
  const names: CheckResult['name'][] = BACKUP_CHECKS.filter((name) => !ONLY_WHERE_NEEDED.has(name)).map(inBackup);
  const fault = failed(toPlus1Error(thrown));
  const follows = unknown('not asked, because of the fault above');
  return names.map((name) => ({ name, ...(name === 'backup-credential' ? fault : follows) }));
}

const inBackup = (name: (typeof BACKUP_CHECKS)[number]): BackupCheckName => `backup-${name}`;
