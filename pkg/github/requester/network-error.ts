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

/** What OpenSSL says of a peer whose newest TLS is older than the oldest that is spoken here. */
const TOO_OLD = /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION)$/;

/**
 * The deepest code of an error and its causes (`ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`). `tlsMinVersion`: the
 * oldest TLS that was offered.
 */
export function networkErrorOf(thrown: unknown, tlsMinVersion: string): NetworkError {
  if (thrown instanceof NetworkError) return thrown;
  const code = codeOf(thrown);
  const why = TOO_OLD.test(code) ? `: ${tooOld(tlsMinVersion)}` : '';
  return new NetworkError('unreachable', `the connection failed (${code})${why}`);
}

function tooOld(tlsMinVersion: string): string {
  const way = tlsMinVersion === '1.3' ? '; it can be allowed with --tls-min-version 1.2' : '';
  return `the server does not speak TLS ${tlsMinVersion} or later${way}`;
}

function codeOf(thrown: unknown): string {
  let code = 'no answer';
  let error: unknown = thrown;
  for (let depth = 0; error instanceof Error && depth < MAX_DEPTH; depth += 1) {
    const own = (error as { code?: unknown }).code;
    if (typeof own === 'string' && /^[A-Z][A-Z0-9_]{2,80}$/.test(own)) code = own;
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return code;
}
