/**
 * The backup credential: tried once, at once, where GitHub refuses the first one. Never after a limit: GitHub forbids to go around its
 * limits with a second token. https://docs.github.com/en/site-policy/acceptable-use-policies/github-acceptable-use-policies
 */
import type { Plus1Policy } from '../../api/index.js';
import { hasCode, Plus1Error, toPlus1Error, type ErrorCode } from '../../errors/index.js';
import type { GitHub } from '../../github/index.js';
import type { BackupUse } from '../backup-use.js';
import { backupName, resolveBackup, type Access, type AccessSources } from './access.js';

/** A credential, and the client that uses it. */
export interface Opened {
  access: Access;
  github: GitHub;
  /** Where it is the backup: why. */
  backup?: BackupUse;
}

export interface BackupSources {
  policy: Plus1Policy;
  sources: AccessSources;
  /** The client of one pass. */
  connect: (access: Access) => GitHub;
}

/** GitHub does not take the credential: a token, an App's key, or an App that is no longer installed. */
const REFUSALS: readonly ErrorCode[] = ['PLUS1_TOKEN_REJECTED', 'PLUS1_SECRET_INVALID', 'PLUS1_INSTALLATION_NOT_FOUND'];

/** True of an error by which GitHub refused the credential as such. */
export function isRefusal(error: Plus1Error | undefined): boolean {
  return REFUSALS.some((code) => hasCode(error, code));
}

/**
 * The client that a full pass goes on with: that of the backup, where there is one and GitHub refuses the first. One request where there
 * is one, none otherwise. Throws where neither can be used, and what the signal aborts with; then nothing is left open.
 */
export async function withBackup(first: Opened, by: BackupSources, signal: AbortSignal): Promise<Opened> {
  if (backupName(by.policy, by.sources) === undefined) return first;
  let isInUse = false;
  try {
    const refusal = await refusalOf(first.github, by.policy.spec.organization, signal);
    if (refusal !== undefined) return await openBackup(first.access, refusal, by, signal);
    isInUse = true;
    return first;
  } finally {
    if (!isInUse) await first.github.close();
  }
}

/** The backup in place of a first credential that was refused. Throws where it cannot be used either. */
export async function openBackup(
  { secretName: first = '' }: Pick<Access, 'secretName'>,
  refusal: Plus1Error,
  { policy, sources, connect }: BackupSources,
  signal: AbortSignal,
): Promise<Opened> {
  try {
    const access = await resolveBackup(policy, sources, signal);
    if (access?.secretName === undefined) throw refusal;
    return { access, github: connect(access), backup: { refusal, first, secretName: access.secretName } };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toPlus1Error(thrown);
    if (error === refusal) throw refusal;
    throw new Plus1Error(refusal.code, `${refusal.message}; and of the backup: ${error.message}`, { cause: error });
  }
}

/** Why GitHub refuses the credential; undefined where it does not, or the question had another end, which the pass then meets itself. */
async function refusalOf(
  { reader }: Pick<GitHub, 'reader'>,
  organization: string,
  signal: AbortSignal,
): Promise<Plus1Error | undefined> {
  try {
    await reader.preflight(organization, signal);
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toPlus1Error(thrown);
    return isRefusal(error) ? error : undefined;
  }
}
