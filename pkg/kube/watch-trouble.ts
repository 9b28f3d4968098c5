/**
 * Why a list or a watch failed, in words of the catalogue: a log line and `/readyz` report it to the person who has just
 * installed the controller. The server's own sentence stands beside it in the log, and nowhere else.
 */
import { errnoOf } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { APIError, clusterError, hasStatus, NoAnswer } from './api-error.js';
import type { Resource } from './resource.js';

/** `list` comes first and again after each gap, `watch` goes on from it. */
export type Doing = 'list' | 'watch';

export interface Trouble {
  error: Plus1Error;
  /** What the server said, in one line. */
  detail?: string;
}

export function troubleOf(thrown: unknown, doing: Doing, resource: Resource): Trouble {
  const error = errorOf(thrown, doing, resource);
  const detail = thrown instanceof APIError ? thrown.detail.replace(/\s+/g, ' ').trim() : '';
  return detail === '' ? { error } : { error, detail };
}

function errorOf(thrown: unknown, doing: Doing, { plural, words }: Resource): Plus1Error {
  const what = `${doing} the ${words.many}`;
  // Of a collection it is never an object that is missing, and never a namespace: those have an empty list.
  if (hasStatus(thrown, 404)) {
    return new Plus1Error('PLUS1_CRD_MISSING', `cannot ${what}: the API server knows no ${plural}`);
  }
  if (hasStatus(thrown, 403)) {
    return new Plus1Error('PLUS1_CLUSTER_FORBIDDEN', `cannot ${what}: ${thrown.message}`, {
      fix: `let a Role give the controller's ServiceAccount the verbs list and watch on ${plural} there, or name other namespaces with --namespace`,
    });
  }
  return clusterError(asNoAnswer(thrown), what);
}

/** A stream that broke in the middle tells so by a code of the system; what is no such thing stays as it is. */
function asNoAnswer(thrown: unknown): unknown {
  const code = errnoOf(thrown);
  const isSystem = !(thrown instanceof Plus1Error) && typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,80}$/.test(code);
  return isSystem ? new NoAnswer(`the connection broke (${code})`) : thrown;
}
