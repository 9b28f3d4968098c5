/**
 * Tokens and what each may do. A token that was never added is accepted as a classic one with `repo` and `admin:org`,
 * unless `acceptAny` is false or it was revoked.
 */
import type { Installation } from './apps.js';

export type Level = 'read' | 'write' | 'admin';
export type Permissions = Record<string, Level>;

export interface ClassicToken {
  kind: 'classic';
  login?: string;
  scopes: string[];
  /** False: not authorized for single sign-on; refused by organizations that enforce SAML. */
  sso?: boolean;
  /** Organizations whose member the user is; absent: of all. */
  organizations?: string[];
  /** When it ends, ms; absent: never. */
  expiresAt?: number;
}

export interface FineGrainedToken {
  kind: 'fine-grained';
  login?: string;
  /** Resource owner. */
  organization: string;
  permissions: Permissions;
  /** Waits for an owner's approval: public resources only. */
  pending?: boolean;
  /** Ids of repositories it was given; absent: all. */
  repositories?: number[];
  /** When it ends, ms; absent: never. */
  expiresAt?: number;
}

export interface InstallationToken {
  kind: 'installation';
  installation: Installation;
  permissions: Permissions;
  expiresAt: number;
  repositories?: number[];
}

export type Token = ClassicToken | FineGrainedToken | InstallationToken;

export class Tokens {
  acceptAny = true;
  /** Scopes of a token that was never added. */
  defaultScopes: string[] = ['repo', 'admin:org'];
  #known = new Map<string, Token>();
  #revoked = new Set<string>();

  add(value: string, token: Token): this {
    this.#revoked.delete(value);
    this.#known.set(value, token);
    return this;
  }
  revoke(value: string): this {
    this.#known.delete(value);
    this.#revoked.add(value);
    return this;
  }
  /** Undefined: "Bad credentials". */
  find(value: string): Token | undefined {
    if (this.#revoked.has(value)) return undefined;
    const known = this.#known.get(value);
    if (known) return known;
    return this.acceptAny ? { kind: 'classic', scopes: this.defaultScopes } : undefined;
  }
}
