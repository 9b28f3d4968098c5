/**
 * The one place where what GitHub answers becomes an error of the catalogue. Octokit's errors hold bodies and headers,
 * so none of them is handed on, not even as a cause.
 */
import { RequestError } from '@octokit/request-error';
import * as v from 'valibot';
import { abortReason } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { forbidden, meaningOf, needsSSO } from './forbidden.js';
import type { MapContext } from './map-context.js';
import { NetworkError } from './requester/network-error.js';
import type { GraphQLFault } from './requester/graphql-answer.js';

/** Any failure of a call, as an error that may leave this room. */
export function mapError(error: unknown, context: MapContext): Plus1Error {
  const root = rootOf(error);
  if (root instanceof Plus1Error) return root;
  if (context.signal.aborted) return stopped(context);
  if (root instanceof NetworkError) return noAnswer(context, root);
  if (root instanceof v.ValiError)
    return unavailable(context, 'the answer of GitHub does not have the shape that its API documents');
  if (root instanceof RequestError && root.response !== undefined) return refusal(root, context);
  if (root instanceof RequestError) return unavailable(context, 'the request failed');
  return new Plus1Error(
    'PLUS1_INTERNAL',
    `cannot ${context.what}: ${root instanceof Error ? root.name : 'unknown error'}`,
  );
}

/** The error that errors of Octokit were made of. */
export function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause !== undefined && !(root instanceof Plus1Error)) root = root.cause;
  return root;
}

function stopped(context: MapContext): Plus1Error {
  const reason = abortReason(context.signal);
  if (reason instanceof Plus1Error) return reason;
  return reason.name === 'TimeoutError'
    ? new Plus1Error('PLUS1_TIMEOUT', `out of time: cannot ${context.what}`)
    : new Plus1Error('PLUS1_INTERRUPTED', `told to stop: cannot ${context.what}`);
}

function noAnswer({ what }: MapContext, error: NetworkError): Plus1Error {
  const { code, fix } = error;
  return new Plus1Error(code, `cannot ${what}: ${error.message}`, {
    // What has a code of its own is not sent again by a read. Whether a write is in doubt is decided where it is sent.
    ...(code === 'PLUS1_GITHUB_UNAVAILABLE' ? { cause: error } : {}),
    ...(fix === undefined ? {} : { fix }),
  });
}

function unavailable(context: MapContext, why: string): Plus1Error {
  return new Plus1Error('PLUS1_GITHUB_UNAVAILABLE', `cannot ${context.what}: ${why}`);
}

function refusal(error: RequestError, context: MapContext): Plus1Error {
  const { status } = error;
  if (status === 401) return rejected(error, context);
  if (status === 403) return forbidden(error, context);
  if (status === 404 && context.notFound !== undefined) {
    const { code, message, fix } = context.notFound;
    return new Plus1Error(code, message, fix === undefined ? {} : { fix });
  }
  return unavailable(context, `GitHub answered ${status}`);
}

/** A page with a 401 comes from a gateway that wants a login of its own; a new token would change nothing. */
function rejected({ response }: RequestError, { what, kind }: MapContext): Plus1Error {
  const isForeign = typeof response?.data === 'string' && response.data.trim() !== '';
  if (isForeign) {
    return new Plus1Error('PLUS1_ACCESS_REFUSED', `cannot ${what}: the answer was 401, but not in the form of GitHub`, {
      fix: 'look whether a proxy or gateway on the way asks for a login',
    });
  }
  // GitHub took the App's key and made this token: nobody can issue another one.
  return kind === 'App'
    ? new Plus1Error('PLUS1_GITHUB_LAGS', `cannot ${what}: GitHub answered 401 to a token that it made itself`)
    : new Plus1Error('PLUS1_TOKEN_REJECTED', `cannot ${what}: GitHub answered 401`);
}

/** A GraphQL error that speaks of the credential as a whole, not of one thing that was asked for. */
export function mapFault(fault: GraphQLFault, context: MapContext): Plus1Error | undefined {
  if (fault.extensions?.['saml_failure'] === true) return needsSSO(context, '');
  if (fault.type === 'INSUFFICIENT_SCOPES') {
    return new Plus1Error(
      'PLUS1_SCOPE_MISSING',
      `cannot ${context.what}: the token lacks a scope that the query needs`,
    );
  }
  // About the organization as a whole; one about a single repository makes that one unknown.
  if (fault.type === 'FORBIDDEN' && fault.path?.[0] === 'organization' && fault.path.length <= 2) {
    return meaningOf(fault.message ?? '', context);
  }
  return undefined;
}
