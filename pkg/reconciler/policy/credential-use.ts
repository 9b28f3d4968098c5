/** Which policy uses which credential, by the credential's name: the metrics of one that nobody uses any more must go. */
import { keyString, type PolicyKey } from '../../policies/index.js';

export class CredentialUse {
  readonly #forget: (credential: string) => void;
  readonly #byPolicy = new Map<string, string>();

  /** `forget` is told of each credential that its last user gave up. */
  constructor(forget: (credential: string) => void) {
    this.#forget = forget;
  }

  /** The policy uses this credential from now on; undefined: none. */
  set(key: PolicyKey, credential: string | undefined): void {
    const id = keyString(key);
    const before = this.#byPolicy.get(id);
    if (before === credential) return;
    if (credential === undefined) this.#byPolicy.delete(id);
    else this.#byPolicy.set(id, credential);
    if (before !== undefined && ![...this.#byPolicy.values()].includes(before)) this.#forget(before);
  }
}
