/** Who asks: the credential of one request, after it was checked. */
import type { App } from '../world/apps.js';
import type { ClassicToken, FineGrainedToken, InstallationToken } from '../world/tokens.js';
import type { World } from '../world/world.js';
import { Refusal } from './answer.js';
import { verifyAppJWT } from './jwt.js';

export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'app'; app: App }
  | ((ClassicToken | FineGrainedToken | InstallationToken) & { value: string });

export function authenticate(authorization: string | undefined, world: World): Principal {
  if (!authorization) return { kind: 'anonymous' };
  const value = credentialOf(authorization);
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value))
    return { kind: 'app', app: verifyAppJWT(value, world.apps, world.now()) };
  const token = value === '' ? undefined : world.tokens.find(value);
  if (!token) throw new Refusal(401, 'Bad credentials');
  if (token.kind === 'installation') checkInstallation(token, world);
  else if (token.expiresAt !== undefined && token.expiresAt <= world.now()) throw new Refusal(401, 'Bad credentials');
  return { ...token, value };
}

function credentialOf(authorization: string): string {
  const [scheme = '', rest = ''] = authorization.split(/\s+(.*)/s);
  if (scheme.toLowerCase() !== 'basic') return rest.trim();
  const pair = Buffer.from(rest, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

function checkInstallation(token: InstallationToken, world: World): void {
  const { installation } = token;
  if (token.expiresAt <= world.now() || !installation.app.installations.includes(installation))
    throw new Refusal(401, 'Bad credentials');
  if (installation.suspendedAt !== undefined) throw new Refusal(403, 'This installation has been suspended');
}

/** Whose hourly budget a request takes from: all tokens of a user share one. */
export function budgetOwner(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'app':
      return `app:${principal.app.id}`;
    case 'installation':
      return `installation:${principal.installation.id}`;
    case 'classic':
    case 'fine-grained':
      return `user:${principal.login ?? 'plus1-bot'}`;
  }
}

/** Headers that tell a token about itself. The time is written in one of the two forms that people have seen (google/go-github#2649). */
export function scopeHeaders(principal: Principal): Record<string, string> {
  const scopes = principal.kind === 'classic' ? { 'x-oauth-scopes': principal.scopes.join(', ') } : {};
  if (principal.kind !== 'classic' && principal.kind !== 'fine-grained') return {};
  if (principal.expiresAt === undefined) return scopes;
  const end = new Date(principal.expiresAt).toISOString().slice(0, 19).replace('T', ' ');
  return { ...scopes, 'github-authentication-token-expiration': `${end} UTC` };
}
