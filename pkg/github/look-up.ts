/** What became of one repository id. `GET /repositories/{id}` is served by GitHub though its published description leaves it out. */
import * as v from 'valibot';
import type { MapContext } from './map-context.js';
import { mapError } from './map-error.js';
import { isOwnRefusal, REQUEST_ID_HEADER } from './requester/own-answer.js';
import type { Requester } from './requester/requester.js';
import type { Fate } from './types.js';
import { RequestError } from '@octokit/request-error';

const id = v.pipe(v.number(), v.safeInteger());
const repositorySchema = v.looseObject({
  ...{ id, name: v.string(), node_id: v.string() },
  owner: v.looseObject({ id, login: v.string() }),
});

/** Faults of this one repository make its fate unknown; those of the credential or the limit are thrown. */
const THROWN = new Set([
  'PLUS1_TOKEN_REJECTED',
  'PLUS1_GITHUB_LAGS',
  'PLUS1_PROXY_REFUSED',
  'PLUS1_API_ADDRESS_WRONG',
  'PLUS1_TOKEN_SSO',
  'PLUS1_RATE_LIMITED',
  'PLUS1_HOST_NOT_ALLOWED',
  'PLUS1_SECRET_INVALID',
  'PLUS1_INSTALLATION_NOT_FOUND',
  'PLUS1_INTERRUPTED',
  'PLUS1_TIMEOUT',
]);

export async function lookUp(requester: Requester, repositoryID: number, context: MapContext): Promise<Fate> {
  try {
    const answer = await requester.rest(
      'GET /repositories/{id}',
      { id: repositoryID },
      { chain: 'reads', signal: context.signal },
    );
    const repository = v.parse(repositorySchema, answer.data);
    if (repository.id !== repositoryID) return { state: 'unknown', why: 'GitHub showed another repository' };
    const { name, node_id: nodeID, owner } = repository;
    return { state: 'owned', name, nodeID, ownerID: owner.id, owner: owner.login };
  } catch (error) {
    if (isMissing(error)) return { state: 'missing' };
    const mapped = mapError(error, context);
    if (THROWN.has(mapped.code)) throw mapped;
    return { state: 'unknown', why: mapped.message };
  }
}

/**
 * True where GitHub itself says that there is no such repository. A gateway that lets the documented paths through alone answers 404 to
 * this one, whatever the repository.
 */
function isMissing(error: unknown): boolean {
  if (!(error instanceof RequestError) || error.response === undefined || error.status !== 404) return false;
  const { headers, data } = error.response;
  return isOwnRefusal(headers[REQUEST_ID_HEADER], data);
}
