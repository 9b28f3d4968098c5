/**
 * Refuses what is no read, before it is paced, signed or sent. Read chains send a request again after a failure, and a
 * dry run holds nothing else: a write that strays into one would be sent up to four times, and by a run that must not write.
 */
import { Plus1Error } from '../../errors/index.js';
import { apiOf, type HTTPRequest, type Interceptor } from './exchange.js';

export interface ReadsOnlyOptions {
  /** What may pass beside reads. */
  except?: (request: HTTPRequest) => boolean;
}

/** Throws PLUS1_INTERNAL for everything but GET, HEAD and GraphQL queries: it is a fault of this program. */
export function readsOnly({ except = () => false }: ReadsOnlyOptions = {}): Interceptor {
  return (next) => async (request) => {
    if (isRead(request) || except(request)) return next(request);
    throw new Plus1Error(
      'PLUS1_INTERNAL',
      `a ${request.method} request was about to be sent as a read: it was refused, and nothing was sent`,
    );
  };
}

/** An App's own requests are reads, but for the token that each pass needs. https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
export function isMint({ method, url }: HTTPRequest): boolean {
  return method === 'POST' && /\/app\/installations\/\d+\/access_tokens$/.test(new URL(url).pathname);
}

function isRead(request: HTTPRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  return apiOf(request) === 'graphql' && isQuery(request.body);
}

/** By its first word, and no other operation in it: one document may hold several, of which a name picks one. */
function isQuery(body: string | undefined): boolean {
  const text = queryOf(body);
  return /^\s*(?:query\b|\{)/.test(text) && !/\b(?:mutation|subscription)\b/.test(text);
}

function queryOf(body: string | undefined): string {
  try {
    const asked: unknown = JSON.parse(body ?? '');
    const isObject = typeof asked === 'object' && asked !== null && 'query' in asked;
    return isObject && typeof asked.query === 'string' ? asked.query : '';
  } catch {
    return '';
  }
}
