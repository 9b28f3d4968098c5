/**
 * The tokens of a GitHub App on one installation: minted when needed, kept until near their end, minted once more after
 * a 401. auth-app signs the App's own requests, and no more than that: its cache of installation tokens is global to the
 * process and keyed by installation id alone, so that two hosts could get each other's tokens.
 */
import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import * as v from 'valibot';
import { abortReason, unlessAborted, type Clock } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { TokenAge, TokenSource } from '../requester/auth.js';
import type { ServerTime } from '../requester/server-time.js';
import type { AppCredential } from './credential.js';
import type { App, Grant, GrantCell, Installation } from '../requester/grant.js';
import { mintError } from './mint-error.js';

/** A token is good for an hour; one that ends within a long pass's last requests would make them fail together. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** How long a new token is used at least, whatever GitHub says of its end; a 401 ends it sooner. */
const LEAST_USE_MS = 60_000;

/** A pass of hours uses a few. */
const MAX_RECENT = 5;

/** Answers after which no replica is expected not to know a token: a pass gives that many within seconds. */
const YOUNG_ANSWERS = 20;

/** GitHub's tokens are good for an hour; an end that is further away is not believed. */
const LONGEST_USE_MS = 3_600_000;

const integer = v.pipe(v.number(), v.integer());
const installationSchema = v.looseObject({ id: integer });
const installationSightSchema = v.looseObject({
  id: integer,
  repository_selection: v.string(),
  account: v.nullish(v.looseObject({ id: v.optional(integer) })),
  suspended_at: v.nullish(v.string()),
  permissions: v.optional(v.record(v.string(), v.string()), {}),
});
const appSchema = v.looseObject({
  slug: v.optional(v.string(), ''),
  permissions: v.optional(v.record(v.string(), v.string()), {}),
});

const tokenSchema = v.looseObject({
  token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
  expires_at: v.pipe(
    v.string(),
    v.check((text) => !Number.isNaN(Date.parse(text))),
  ),
  permissions: v.optional(v.record(v.string(), v.string()), {}),
  repository_selection: v.optional(v.string(), 'selected'),
});

export interface InstallationTokensOptions {
  credential: AppCredential;
  /** Whose installation it is where the credential does not say. */
  organization: string | undefined;
  /** On the chain of the App's own requests. */
  octokit: Octokit;
  cell: GrantCell;
  serverTime: ServerTime;
  clock: Clock;
}

export class InstallationTokens implements TokenSource {
  readonly #options: InstallationTokensOptions;
  readonly #app: ReturnType<typeof createAppAuth>;

  constructor(options: InstallationTokensOptions) {
    const { appID, privateKey } = options.credential;
    this.#options = options;
    this.#app = createAppAuth({ appId: appID, privateKey, log: { warn: () => undefined } });
  }

  /** What was granted last, if anything. */
  get known(): Grant | undefined {
    return this.#options.cell.grant;
  }

  /** Tokens that were granted last. One that was rejected a moment ago may still be quoted. */
  get recent(): string[] {
    return this.#options.cell.recent ?? [];
  }

  async token(signal: AbortSignal): Promise<string> {
    return (await this.grant(signal)).token;
  }

  age(token: string): TokenAge {
    const { grant, accepted = 0 } = this.#options.cell;
    if (grant?.token !== token || accepted >= YOUNG_ANSWERS) return 'old';
    return accepted === 0 ? 'new' : 'young';
  }

  accepted(token: string): void {
    const { cell } = this.#options;
    if (cell.grant?.token === token) cell.accepted = (cell.accepted ?? 0) + 1;
  }

  rejected(token: string): boolean {
    const { cell } = this.#options;
    if (cell.grant?.token === token) cell.grant = undefined;
    return true;
  }

  /** The grant of now. Requests that need one at the same time wait for the same one. */
  async grant(signal: AbortSignal): Promise<Grant> {
    const { cell, clock } = this.#options;
    for (;;) {
      if (signal.aborted) throw abortReason(signal);
      if (cell.grant !== undefined && cell.grant.expiresMs - RENEW_BEFORE_MS > clock.monotonic()) return cell.grant;
      const pending = cell.pending;
      if (pending === undefined) return this.#mintInto(cell, signal);
      // Another pass mints. Should it fail or be told to stop, the loop sees to it that this one asks for itself.
      await unlessAborted(
        pending.catch(() => undefined),
        signal,
      );
    }
  }

  /** The installation as it is now. No token is minted: one in use would go on seeing what it saw. */
  async installation(signal: AbortSignal): Promise<Installation> {
    try {
      const sight = v.parse(installationSightSchema, await this.#askInstallation(signal));
      const accountID = sight.account?.id;
      const isSuspended = (sight.suspended_at ?? null) !== null;
      return {
        all: sight.repository_selection === 'all' && !isSuspended,
        permissions: sight.permissions,
        ...(accountID === undefined ? {} : { accountID }),
      };
    } catch (error) {
      throw mintError(error, this.#options, signal);
    }
  }

  /** The App itself, whatever its installations. */
  async app(signal: AbortSignal): Promise<App> {
    try {
      const { slug, permissions } = v.parse(appSchema, await this.#ask('GET /app', {}, signal));
      return { slug, permissions };
    } catch (error) {
      throw mintError(error, this.#options, signal);
    }
  }

  async #mintInto(cell: GrantCell, signal: AbortSignal): Promise<Grant> {
    const minting = this.#mint(signal);
    cell.pending = minting;
    try {
      cell.grant = await minting;
      cell.accepted = 0;
      cell.recent = [cell.grant.token, ...(cell.recent ?? [])].slice(0, MAX_RECENT);
      return cell.grant;
    } finally {
      cell.pending = undefined;
    }
  }

  async #mint(signal: AbortSignal): Promise<Grant> {
    try {
      const id = this.#options.credential.installationID ?? (await this.#findInstallation(signal));
      const data = await this.#ask(
        'POST /app/installations/{installation_id}/access_tokens',
        { installation_id: id },
        signal,
      );
      const { token, expires_at, permissions, repository_selection } = v.parse(tokenSchema, data);
      return { token, expiresMs: this.#expiresMs(expires_at), permissions, all: repository_selection === 'all' };
    } catch (error) {
      throw mintError(error, this.#options, signal);
    }
  }

  /**
   * When the token ends, by the monotonic clock. Its end is a time of GitHub's, and measured by its clock: by a local one
   * that runs ahead a new token looks spent, and each request would mint another; by one that is behind, it is used too long.
   */
  #expiresMs(expiresAt: string): number {
    const { clock, serverTime } = this.#options;
    const leftMs = Date.parse(expiresAt) - serverTime.now(clock);
    return clock.monotonic() + Math.min(LONGEST_USE_MS, Math.max(leftMs, RENEW_BEFORE_MS + LEAST_USE_MS));
  }

  async #findInstallation(signal: AbortSignal): Promise<number> {
    return v.parse(installationSchema, await this.#askInstallation(signal)).id;
  }

  async #askInstallation(signal: AbortSignal): Promise<unknown> {
    const { credential, organization } = this.#options;
    if (credential.installationID !== undefined) {
      const parameters = { installation_id: credential.installationID };
      return this.#ask('GET /app/installations/{installation_id}', parameters, signal);
    }
    const owner = credential.installationOwner ?? organization;
    if (owner === undefined)
      throw new Plus1Error('PLUS1_SECRET_INVALID', 'the App has neither an installation id nor an owner');
    return this.#ask('GET /orgs/{org}/installation', { org: owner }, signal);
  }

  /** auth-app's hook signs with the App's key, and signs again by the server's clock where ours is off. */
  async #ask(route: string, parameters: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#app.hook(this.#options.octokit.request, route, { ...parameters, request: { signal } });
    return answer.data as unknown;
  }
}
