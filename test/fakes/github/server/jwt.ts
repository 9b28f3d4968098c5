/**
 * Verifies the RS256 JWT of a GitHub App: signature, `iat` not in the future, `exp` at most ten minutes ahead.
 * The messages are GitHub's own: `@octokit/auth-app` looks for them to correct a skewed clock.
 */
import { createVerify } from 'node:crypto';
import type { App, Apps } from '../world/apps.js';
import { Refusal } from './answer.js';

/** "The time must be no more than 10 minutes into the future" (docs, generating a JWT). */
const MAX_LIFE_S = 600;

const part = (text: string | undefined): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

export function verifyAppJWT(token: string, apps: Apps, nowMs: number): App {
  const [head, payload, signature] = token.split('.');
  const claims = part(payload);
  const issuer = typeof claims['iss'] === 'number' ? String(claims['iss']) : claims['iss'];
  if (part(head)['alg'] !== 'RS256' || typeof issuer !== 'string')
    throw new Refusal(401, 'A JSON web token could not be decoded');
  const app = apps.find(issuer);
  if (!app) throw new Refusal(404, 'Integration not found');
  const verifier = createVerify('RSA-SHA256').update(`${head}.${payload}`);
  if (!verifier.verify(app.publicKey, signature ?? '', 'base64url'))
    throw new Refusal(401, 'A JSON web token could not be decoded');
  checkTimes(claims, Math.floor(nowMs / 1000));
  return app;
}

function checkTimes({ iat, exp }: Record<string, unknown>, nowS: number): void {
  if (typeof exp !== 'number' || exp <= nowS) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > nowS + MAX_LIFE_S) throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > nowS) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
}
