/**
 * What an API server refuses, and that there is none, as two small types: parsed once, here, from status line, headers
 * and body. A body is not always a `Status` (a missing kind, a proxy), so nothing is assumed of it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Plus1Error } from '../errors/index.js';
import { parseJSON } from '../text/index.js';

/** The server answered, and did not do it. */
export class APIError extends Error {
  readonly status: number;
  /** Of the `Status`: `Conflict`, `NotFound`, `Expired`, …; empty where there is none. */
  readonly reason: string;
  /** What the server asks to wait, ms. */
  readonly retryAfterMs: number;
  /** The server's own sentence, cut; for logs, and never for a condition. */
  readonly detail: string;

  constructor(
    status: number,
    { reason, detail, retryAfterMs }: { reason: string; detail: string; retryAfterMs: number },
  ) {
    super(`the API server answered ${status}${reason === '' ? '' : ` ${reason}`}`);
    this.name = 'APIError';
    this.status = status;
    this.reason = reason;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}

/** There was no answer: no connection, a broken one, or none in time. Whether the server did it is not known. */
export class NoAnswer extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NoAnswer';
  }
}

/** Enough for any sentence of an API server; a proxy's error page is longer and says less. */
const MAX_DETAIL_CHARACTERS = 300;
/** A wrong `Retry-After` must not stop a controller for hours. */
const MAX_RETRY_AFTER_MS = 30_000;

/** It stands in conditions, so that nothing but a word is taken for one. */
const WORD = /^[A-Za-z]{1,64}$/;

export function apiError(status: number, headers: IncomingHttpHeaders, body: string): APIError {
  const said = statusOf(body);
  const seconds = Number(headers['retry-after'] ?? said?.details?.retryAfterSeconds ?? 0);
  return new APIError(status, {
    reason: typeof said?.reason === 'string' && WORD.test(said.reason) ? said.reason : '',
    detail: (typeof said?.message === 'string' ? said.message : body).slice(0, MAX_DETAIL_CHARACTERS),
    retryAfterMs: Number.isFinite(seconds) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, seconds * 1_000)) : 0,
  });
}

interface Status {
  reason?: unknown;
  message?: unknown;
  details?: { retryAfterSeconds?: unknown } | null;
}

function statusOf(body: string): Status | undefined {
  try {
    const value = parseJSON(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export function hasStatus(error: unknown, status: number): error is APIError {
  return error instanceof APIError && error.status === status;
}

/**
 * The 500 of a server whose CRD does not know a field that was applied: no fault of the server, and the same for ever.
 * It has no reason, so its words are all there is to tell it by.
 */
function isUntypedPatch(error: unknown): boolean {
  return hasStatus(error, 500) && /failed to create typed patch object|field not declared in schema/.test(error.detail);
}

/** True where the same request may succeed a moment later. */
export function isPassing(error: unknown): error is APIError | NoAnswer {
  if (error instanceof NoAnswer) return true;
  return error instanceof APIError && (error.status === 429 || error.status >= 500) && !isUntypedPatch(error);
}

/** Why a signal ended a call. A deadline of ours that passed is the silence of the server, and no fault of the program. */
export function endedBy({ reason }: AbortSignal, what: string): unknown {
  const isDeadline = reason instanceof DOMException && reason.name === 'TimeoutError';
  return isDeadline ? clusterError(new NoAnswer('no answer in time'), what) : (reason as unknown);
}

/** A 401 is about who asks, and no Role fixes it. */
const SIGN_IN = 'renew the credential of the kubeconfig, or see that the pod has the token of its ServiceAccount';

/** Any failure of a call as an error that may leave this room. `what`: the call in words, after `cannot`. */
export function clusterError(thrown: unknown, what: string): Plus1Error {
  if (thrown instanceof Plus1Error) return thrown;
  if (isUntypedPatch(thrown)) {
    return new Plus1Error('PLUS1_CRD_OUTDATED', `cannot ${what}: the CRD of the cluster is older than this controller`);
  }
  if (hasStatus(thrown, 422))
    return new Plus1Error('PLUS1_CRD_OUTDATED', `cannot ${what}: the CRD of the cluster does not take what is written`);
  if (hasStatus(thrown, 401))
    return new Plus1Error('PLUS1_CLUSTER_FORBIDDEN', `cannot ${what}: ${thrown.message}`, { fix: SIGN_IN });
  if (hasStatus(thrown, 403)) return new Plus1Error('PLUS1_CLUSTER_FORBIDDEN', `cannot ${what}: ${thrown.message}`);
  if (thrown instanceof APIError || thrown instanceof NoAnswer)
    return new Plus1Error('PLUS1_CLUSTER_UNAVAILABLE', `cannot ${what}: ${thrown.message}`, { cause: thrown });
  const name = thrown instanceof Error ? thrown.name : 'unknown error';
  return new Plus1Error('PLUS1_INTERNAL', `cannot ${what}: ${name}`, { cause: thrown });
}
