/** The credential of a pass and the client that uses it. */
import { isDeepStrictEqual } from 'node:util';
import type { PolicySpec } from '../../api/index.js';
import { linkSignals, type Log } from '../../base/index.js';
import { toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { GitHub } from '../../github/index.js';
import { keyString, type PolicyKey } from '../../policies/index.js';
import { backupName, resolveAccess, type Access, type AccessSources } from './access.js';
import { isRefusal, openBackup, withBackup, type BackupSources, type Opened } from './backup.js';
import { CredentialUse } from './credential-use.js';
import type { PassLook } from './look.js';

export interface PassAccessOptions {
  access: AccessSources;
  /** A client for one pass; those of one credential share its pacing and budget. */
  connect: (spec: PolicySpec, access: Access, log: Log) => GitHub;
  /** Called with each credential that its last user gave up. */
  forgetCredential: (name: string) => void;
  /** Aborts where the process stops, and what only reads is to be given up. */
  stopReading?: AbortSignal;
}

export class PassAccess {
  readonly #options: PassAccessOptions;
  readonly #credentials: CredentialUse;
  /** Why the first credential of a policy is not used, by its key, since its last full pass. */
  readonly #refused = new Map<string, Plus1Error>();

  constructor(options: PassAccessOptions) {
    this.#options = options;
    this.#credentials = new CredentialUse(options.forgetCredential);
  }

  /**
   * Without access there is no pass, and no outcome of one. Each full pass tries the first credential; a quick one uses what the last
   * full pass used.
   */
  async open({ record, signal }: PassLook, log: Log, { isQuick }: { isQuick: boolean }): Promise<Opened | Plus1Error> {
    const { policy, key } = record;
    const { access: sources, connect, stopReading } = this.#options;
    const by: BackupSources = { policy, sources, connect: (access) => connect(policy.spec, access, log) };
    const either = linkSignals(signal, ...(stopReading === undefined ? [] : [stopReading]));
    try {
      const opened = await this.#open(keyString(key), by, isQuick, either.signal);
      this.#credentials.set(key, opened.access.name);
      return opened;
    } catch (thrown) {
      signal.throwIfAborted();
      return toPlus1Error(thrown);
    } finally {
      either.release();
    }
  }

  async #open(id: string, by: BackupSources, isQuick: boolean, signal: AbortSignal): Promise<Opened> {
    const access = await resolveAccess(by.policy, by.sources, signal);
    const refusal = this.#refused.get(id);
    if (isQuick && refusal !== undefined) return openBackup(access, refusal, by, signal);
    const first: Opened = { access, github: by.connect(access) };
    const opened = isQuick ? first : await withBackup(first, by, signal);
    if (opened.backup === undefined) this.#refused.delete(id);
    else this.#refused.set(id, opened.backup.refusal);
    return opened;
  }

  /**
   * True where the policy is to be looked at again at once, after a pass in which GitHub refused the credential: its Secret was rotated
   * meanwhile, or it has a backup that was not used.
   */
  async isTriedAgain({ record, signal }: PassLook, { access: before }: Opened, error?: Plus1Error): Promise<boolean> {
    if (before.secretName === undefined || before.isBackup === true || !isRefusal(error)) return false;
    const { policy, key } = record;
    const now = await resolveAccess(policy, this.#options.access, signal).catch(() => undefined);
    if (now !== undefined && !isDeepStrictEqual(now.credential, before.credential)) return true;
    if (error === undefined || backupName(policy, this.#options.access) === undefined) return false;
    this.#refused.set(keyString(key), error);
    return true;
  }

  forget(key: PolicyKey): void {
    this.#credentials.set(key, undefined);
    this.#refused.delete(keyString(key));
  }
}
