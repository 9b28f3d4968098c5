/**
 * The sessions of all credentials in use: policies that share a credential share its pacing and its budget, whatever they
 * call it. Keyed by a digest, so that the pool itself holds no secret; a rotated key is another session.
 */
import { LRU, sha256 } from '../base/index.js';
import type { Credential } from './credentials/credential.js';
import { CredentialSession } from './requester/session.js';

/** More credentials than any fleet has; beyond it the one that was used longest ago is forgotten. */
const MAX_SESSIONS = 10_000;

export class SessionPool {
  readonly #sessions = new LRU<CredentialSession>(MAX_SESSIONS);
  readonly #concurrency: number | undefined;

  /** `concurrency`: requests in flight of one credential at most, 1 to 10. */
  constructor(options: { concurrency?: number } = {}) {
    this.#concurrency = options.concurrency;
  }

  /** The session of that credential at that host. */
  get(apiURL: string, credential: Credential): CredentialSession {
    const key = sha256(JSON.stringify([new URL(apiURL).host, credential]));
    const session =
      this.#sessions.get(key) ??
      new CredentialSession(this.#concurrency === undefined ? {} : { concurrency: this.#concurrency });
    this.#sessions.set(key, session);
    return session;
  }
}
