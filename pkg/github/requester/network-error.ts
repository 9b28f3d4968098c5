/**
 * A request without a usable answer. Its text is made here from codes alone: the errors of sockets and proxies carry
 * addresses, and those of a parser carry what was parsed.
 */

/** `unreachable`: no connection, or it broke. `timeout`: no whole answer in time. `malformed`: cut short, not JSON, too big. */
export type NetworkErrorKind = 'unreachable' | 'timeout' | 'malformed';

export class NetworkError extends Error {
  readonly kind: NetworkErrorKind;

  constructor(kind: NetworkErrorKind, message: string) {
    super(message);
    this.name = 'NetworkError';
    this.kind = kind;
  }
}

/** Causes nest four deep in undici behind a proxy; a ring of causes must end. */
const MAX_DEPTH = 8;

/** The deepest code of an error and its causes (`ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`). */
export function networkErrorOf(thrown: unknown): NetworkError {
  if (thrown instanceof NetworkError) return thrown;
  let code = 'no answer';
  let error: unknown = thrown;
  for (let depth = 0; error instanceof Error && depth < MAX_DEPTH; depth += 1) {
    const own = (error as { code?: unknown }).code;
    if (typeof own === 'string' && /^[A-Z][A-Z0-9_]{2,80}$/.test(own)) code = own;
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return new NetworkError('unreachable', `the connection failed (${code})`);
}
