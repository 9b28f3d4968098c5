/** One face for both kinds of credential. */
import type { Clock } from '../../base/index.js';
import type { TokenSource } from '../requester/auth.js';
import type { CredentialSession } from '../requester/session.js';
import type { Octokit } from '@octokit/rest';
import type { AppCredential, Credential, TokenCredential } from './credential.js';
import type { App, Grant, Installation } from '../requester/grant.js';
import { InstallationTokens } from './installation-tokens.js';

export interface Identity extends TokenSource {
  readonly kind: 'Token' | 'App';
  /** Of an App only: the grant of now. */
  grant(signal: AbortSignal): Promise<Grant | undefined>;
  /** The grant of an App as last seen. */
  known(): Grant | undefined;
  /** Of an App only: what its installation says now. A grant may be an hour old, and its owner may have narrowed it since. */
  installation(signal: AbortSignal): Promise<Installation | undefined>;
  /** Of an App only: what its owner has set up. */
  app(signal: AbortSignal): Promise<App | undefined>;
  /** Fine-grained tokens may still wait for an owner's approval. */
  readonly fineGrained: boolean;
  /** Everything that must not appear in a text. */
  secrets(): string[];
}

export interface IdentityOptions {
  organization: string | undefined;
  /** On the chain of an App's own requests; called where it is one. */
  octokit: () => Octokit;
  session: CredentialSession;
  clock: Clock;
}

export function identityOf(credential: Credential, options: IdentityOptions): Identity {
  return credential.kind === 'Token' ? tokenIdentity(credential) : appIdentity(credential, options);
}

function tokenIdentity(credential: TokenCredential): Identity {
  return {
    kind: 'Token',
    fineGrained: credential.token.startsWith('github_pat_'),
    token: async () => credential.token,
    age: () => 'old',
    accepted: () => undefined,
    rejected: () => false,
    grant: async () => undefined,
    known: () => undefined,
    installation: async () => undefined,
    app: async () => undefined,
    ends: true,
    secrets: () => [credential.token],
  };
}

function appIdentity(credential: AppCredential, options: IdentityOptions): Identity {
  const { installationID, installationOwner } = credential;
  const cell = options.session.grantCell(
    `${credential.appID}@${installationID ?? installationOwner ?? options.organization ?? ''}`,
  );
  const tokens = new InstallationTokens({
    ...options,
    ...{ credential, cell, octokit: options.octokit(), serverTime: options.session.serverTime },
  });
  return {
    kind: 'App',
    fineGrained: false,
    token: (signal) => tokens.token(signal),
    age: (token) => tokens.age(token),
    accepted: (token) => tokens.accepted(token),
    rejected: (token) => tokens.rejected(token),
    grant: (signal) => tokens.grant(signal),
    known: () => tokens.known,
    installation: (signal) => tokens.installation(signal),
    app: (signal) => tokens.app(signal),
    ends: false,
    secrets: () => [...tokens.recent, keyBody(credential.privateKey)],
  };
}

/** Without the lines around it, which are no secret. */
function keyBody(pem: string): string {
  return pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
}
