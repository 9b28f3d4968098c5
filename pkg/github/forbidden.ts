/**
 * What a 403 means. GitHub has no codes for it, only sentences: those that are known are told apart, with their own way to
 * fix them, and any other is quoted, because to call it a missing permission would send people the wrong way.
 */
import type { RequestError } from '@octokit/request-error';
import { Plus1Error } from '../errors/index.js';
import { foreignLine } from '../text/index.js';
import type { MapContext } from './map-context.js';
import { isGranted } from './requester/grant.js';

export const NEEDS_ADMINISTRATION = 'organization_administration: write';

/** The sentences of GitHub are shorter; those of others in its place may be pages. */
const MAX_QUOTE_LENGTH = 300;

interface Meaning {
  said: RegExp;
  /** Default: any credential. */
  kind?: MapContext['kind'];
  error: (context: MapContext, message: string) => Plus1Error;
}

/** The first that fits holds. */
const MEANINGS: readonly Meaning[] = [
  { said: /SAML enforcement|SAML SSO/i, error: (context) => needsSSO(context, '') },
  { said: /upgrade to github/i, error: planMissing },
  { said: /pending|awaiting approval|not (yet )?been approved/i, kind: 'Token', error: tokenPending },
  { said: /IP allow ?list/i, error: addressRefused },
  { said: /lifetime is greater than/i, error: livesTooLong },
  { said: /forbids access via an? .*personal access token/i, error: kindForbidden },
  { said: /installation has been suspended/i, error: appSuspended },
  { said: /account (was|is|has been) suspended/i, error: accountSuspended },
  { said: /OAuth App access restrictions/i, error: appRestricted },
  { said: /access blocked|(has been|is|was) (blocked|flagged|disabled)/i, error: blocked },
  {
    said: /not accessible by|must have admin rights|must be an? (organization )?(owner|admin)/i,
    error: (context) => missing(context),
  },
];

/** The error of a 403 that speaks of no limit. */
export function forbidden(error: RequestError, context: MapContext): Plus1Error {
  const sso = error.response?.headers['x-github-sso'];
  if (sso !== undefined) return needsSSO(context, String(sso));
  return meaningOf(messageOf(error.response?.data), context);
}

/** The error that GitHub's sentence speaks of. Undefined: there was an answer, but none of GitHub's. */
export function meaningOf(message: string | undefined, context: MapContext): Plus1Error {
  if (message === undefined) {
    return refused(context, 'the answer was 403, but not in the form of GitHub', {
      fix: 'look whether a proxy or firewall on the way refuses the request',
    });
  }
  const known = MEANINGS.find(({ said, kind }) => said.test(message) && (kind === undefined || kind === context.kind));
  if (known !== undefined) return known.error(context, message);
  if (message.trim() === '') return missing(context);
  const { fix } = missing(context);
  return refused(context, `GitHub answered 403${quote(message)}`, {
    fix: `do what GitHub says; if it speaks of a right: ${fix}`,
  });
}

/** Empty where GitHub gave no reason. */
function messageOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  return 'message' in data && typeof data.message === 'string' ? data.message : '';
}

const quote = (message: string): string => `: "${foreignLine(message, MAX_QUOTE_LENGTH)}"`;

const missing = (context: MapContext): Plus1Error => permissionMissing(context, context.needs ?? NEEDS_ADMINISTRATION);

function refused({ what }: MapContext, why: string, options: { fix: string }): Plus1Error {
  return new Plus1Error('PLUS1_ACCESS_REFUSED', `cannot ${what}: ${why}`, options);
}

function addressRefused(context: MapContext, message: string): Plus1Error {
  return refused(context, `the organization's IP allow list leaves out the address of this machine${quote(message)}`, {
    fix: 'let an owner add the address that its requests leave from (of the NAT or the proxy): organization Settings > Authentication security > IP allow list',
  });
}

/** Of the organization, or of the enterprise above it; GitHub names the limit and where the token is. */
function livesTooLong({ what }: MapContext, message: string): Plus1Error {
  const days = /greater than (\d{1,5}) days/i.exec(message)?.[1];
  const bound = days === undefined ? 'sooner' : `within ${days} days`;
  return new Plus1Error(
    'PLUS1_TOKEN_REJECTED',
    `cannot ${what}: the token lives longer than the organization or its enterprise allows${quote(message)}`,
    { fix: `issue a token that expires ${bound}, or use a GitHub App` },
  );
}

function kindForbidden({ what }: MapContext): Plus1Error {
  return new Plus1Error('PLUS1_TOKEN_REJECTED', `cannot ${what}: the organization forbids this kind of token`, {
    fix: 'use a GitHub App or the kind of token that the organization allows',
  });
}

function tokenPending({ what }: MapContext): Plus1Error {
  return new Plus1Error('PLUS1_TOKEN_PENDING', `cannot ${what}: the token waits for the approval of an owner`);
}

function appSuspended({ what }: MapContext): Plus1Error {
  return new Plus1Error('PLUS1_INSTALLATION_NOT_FOUND', `cannot ${what}: the installation of the App is suspended`, {
    fix: 'let an owner of the organization unsuspend the App: Settings > GitHub Apps',
  });
}

function accountSuspended({ what }: MapContext): Plus1Error {
  return new Plus1Error('PLUS1_TOKEN_REJECTED', `cannot ${what}: the account that the token belongs to is suspended`, {
    fix: 'use a GitHub App or the token of another account, or ask GitHub Support',
  });
}

function appRestricted(context: MapContext, message: string): Plus1Error {
  return refused(context, `the organization restricts OAuth Apps, and this is the token of one${quote(message)}`, {
    fix: 'use a GitHub App or a personal access token, or let an owner approve the OAuth App: organization Settings > OAuth app policy',
  });
}

function blocked(context: MapContext, message: string): Plus1Error {
  return refused(context, `GitHub has blocked access${quote(message)}`, {
    fix: 'let an owner of the organization ask GitHub Support',
  });
}

function planMissing({ what }: MapContext): Plus1Error {
  return new Plus1Error('PLUS1_PLAN_MISSING', `cannot ${what}: the organization's plan has no organization rulesets`);
}

/** `x-github-sso: required; url=https://github.com/orgs/acme/sso?authorization_request=…`; the address is for the user to open. */
export function needsSSO(context: MapContext, header: string): Plus1Error {
  const url = /url=(https:\/\/[^\s;,]{1,400})/.exec(header)?.[1];
  return new Plus1Error(
    'PLUS1_TOKEN_SSO',
    `cannot ${context.what}: the token is not authorized for the organization's single sign-on`,
    url === undefined ? {} : { fix: `authorize the token at ${url}` },
  );
}

/** The permission by its name. A fine-grained token that nobody approved yet looks like one without permissions. */
export function permissionMissing(
  context: Pick<MapContext, 'what' | 'kind' | 'fineGrained' | 'granted'>,
  missing: string,
): Plus1Error {
  const granted = context.granted?.();
  if (granted !== undefined && isGranted(missing, granted)) {
    return new Plus1Error(
      'PLUS1_INSTALLATION_NOT_FOUND',
      `cannot ${context.what}: GitHub refuses it, although this installation of the App has ${missing}`,
      { fix: 'check that the installation is on this organization; if it is, run again in a minute' },
    );
  }
  const message = `cannot ${context.what}: the ${context.kind === 'App' ? 'App installation' : 'token'} lacks ${missing}`;
  if (context.kind === 'App') {
    return new Plus1Error('PLUS1_PERMISSION_MISSING', message, {
      fix: `grant the App ${missing}, and let an owner of the organization accept it`,
    });
  }
  if (context.fineGrained !== true) return new Plus1Error('PLUS1_PERMISSION_MISSING', message);
  return new Plus1Error('PLUS1_PERMISSION_MISSING', message, {
    fix: `grant the token ${missing}; if it has that already, it waits for an owner to approve it: organization Settings > Personal access tokens > Pending requests`,
  });
}
