/** The credential of a pass and the client that uses it. */
import { isDeepStrictEqual } from 'node:util';
import type { PolicySpec } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import { hasCode, toPlus1Error, type ErrorCode, type Plus1Error } from '../../errors/index.js';
import type { GitHub } from '../../github/index.js';
import type { PolicyKey } from '../../policies/index.js';
import { resolveAccess, type Access, type AccessSources } from './access.js';
import { CredentialUse } from './credential-use.js';
import type { PassLook } from './look.js';

export interface PassAccessOptions {
  access: AccessSources;
  /** A client for one pass; those of one credential share its pacing and budget. */
  connect: (spec: PolicySpec, access: Access, log: Log) => GitHub;
  /** Called with each credential that its last user gave up. */
  forgetCredential: (name: string) => void;
}

export interface Opened {
  access: Access;
  github: GitHub;
}

/** GitHub does not take the credential: a token, an App's key, or an App that is no longer installed. */
const REFUSALS: readonly ErrorCode[] = ['PLUS1_TOKEN_REJECTED', 'PLUS1_SECRET_INVALID', 'PLUS1_INSTALLATION_NOT_FOUND'];

export class PassAccess {
  readonly #options: PassAccessOptions;
  readonly #credentials: CredentialUse;

  constructor(options: PassAccessOptions) {
    this.#options = options;
    this.#credentials = new CredentialUse(options.forgetCredential);
  }

  /** Without access there is no pass, and no outcome of one. */
  async open({ record, signal }: PassLook, log: Log): Promise<Opened | Plus1Error> {
    const { policy, key } = record;
    try {
      const access = await resolveAccess(policy, this.#options.access, signal);
      const github = this.#options.connect(policy.spec, access, log);
      this.#credentials.set(key, access.name);
      return { access, github };
    } catch (thrown) {
      signal.throwIfAborted();
      return toPlus1Error(thrown);
    }
  }

  /** True where GitHub refused the credential and its Secret was rotated during the pass: it is tried at once, not at the next interval. */
  async isRotated({ record, signal }: PassLook, before: Access, error: Plus1Error | undefined): Promise<boolean> {
    if (before.secretName === undefined || !REFUSALS.some((code) => hasCode(error, code))) return false;
    const now = await resolveAccess(record.policy, this.#options.access, signal).catch(() => undefined);
    return now !== undefined && !isDeepStrictEqual(now.credential, before.credential);
  }

  forget(key: PolicyKey): void {
    this.#credentials.set(key, undefined);
  }
}
