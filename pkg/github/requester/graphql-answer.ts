/**
 * The body of a GraphQL answer, checked before anything reads it. GitHub, or a server in between, has sent `path: null`,
 * null among the errors, and a sentence in place of the list; the client library trips over each of these. What has not
 * the promised shape counts as an error about the whole question, so that it is asked again.
 */
import { isMapping } from '../../base/index.js';
import { NetworkError } from './network-error.js';

/** A GraphQL answer may hold data and errors at once: both are handed on, to be judged together. */
export interface GraphQLAnswer {
  data: unknown;
  errors: readonly GraphQLFault[];
}

/** One entry of `errors`. Without `path` it is about the whole question. */
export interface GraphQLFault {
  type?: string;
  message?: string;
  path?: readonly (string | number)[];
  extensions?: Readonly<Record<string, unknown>>;
}

/** Throws NetworkError for a body that is no object: that is no answer. */
export function graphQLAnswer(body: unknown): GraphQLAnswer {
  if (!isMapping(body)) throw new NetworkError('malformed', 'the answer of GitHub is not a GraphQL response');
  return { data: own(body, 'data'), errors: faultsOf(own(body, 'errors')) };
}

/** `errors: null` says that there are none. Anything else that is no list says that there are some, and not which. */
function faultsOf(errors: unknown): GraphQLFault[] {
  if (errors === undefined || errors === null) return [];
  return Array.isArray(errors) ? errors.map(faultOf) : [faultOf(errors)];
}

function faultOf(entry: unknown): GraphQLFault {
  if (typeof entry === 'string') return { message: entry };
  if (!isMapping(entry)) return {};
  const [type, message] = [own(entry, 'type'), own(entry, 'message')];
  const [path, extensions] = [own(entry, 'path'), own(entry, 'extensions')];
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    ...(isPath(path) ? { path } : {}),
    ...(isMapping(extensions) ? { extensions } : {}),
  };
}

const isPath = (path: unknown): path is (string | number)[] =>
  Array.isArray(path) && path.every((part) => typeof part === 'string' || typeof part === 'number');

const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;
