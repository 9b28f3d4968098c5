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

/** Anything else may be foreign text. */
const CODE = /^[A-Z][A-Z0-9_]{2,80}$/;

/** What OpenSSL says of a peer whose newest TLS is older than the oldest that is spoken here. */
const TOO_OLD = /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION)$/;

/** What was tried. */
export interface Attempt {
  url: string;
  /** URL of the proxy, where there is one; the exceptions to it are not known here. */
  proxy?: string | undefined;
  /** The oldest TLS that was offered. */
  tlsMinVersion: string;
}

/**
 * The host, and the deepest code of an error and its causes (`ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`). Of an
 * address nothing but host and port is told: the rest may hold a password.
 */
export function networkErrorOf(thrown: unknown, { url, proxy, tlsMinVersion }: Attempt): NetworkError {
  if (thrown instanceof NetworkError) return thrown;
  const causes = causesOf(thrown);
  const code = codeOf(causes);
  const why = TOO_OLD.test(code) ? `: ${tooOld(tlsMinVersion)}` : '';
  const through = proxy !== undefined && URL.canParse(proxy) ? new URL(proxy) : undefined;
  const target = new URL(url);
  const isProxys = through !== undefined && causes.some((each) => isOfProxy(each, through, target));
  const to = isProxys ? `the proxy ${through.host}` : target.host;
  return new NetworkError('unreachable', `the connection to ${to} failed (${code})${why}`);
}

function tooOld(tlsMinVersion: string): string {
  const way = tlsMinVersion === '1.3' ? '; it can be allowed with --tls-min-version 1.2' : '';
  return `the server does not speak TLS ${tlsMinVersion} or later${way}`;
}

/** The proxy's own failure, and not one of what lies behind it. */
function isOfProxy(error: Error, proxy: URL, target: URL): boolean {
  const { hostname, port } = error as { hostname?: unknown; port?: unknown };
  if (hostname === proxy.hostname || error.message.startsWith('Proxy response')) return true;
  if (error.message.includes(`: ${proxy.hostname}:${portOf(proxy)}`)) return true;
  return port === portOf(proxy) && portOf(proxy) !== portOf(target);
}

const portOf = ({ port, protocol }: URL): number => Number(port === '' ? (protocol === 'http:' ? 80 : 443) : port);

/** From the outermost to the deepest. */
function causesOf(thrown: unknown): Error[] {
  const causes: Error[] = [];
  let error: unknown = thrown;
  while (error instanceof Error && causes.length < MAX_DEPTH) {
    causes.push(error);
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return causes;
}

function codeOf(causes: readonly Error[]): string {
  const codes = causes.map((error) => (error as { code?: unknown }).code);
  return codes.findLast((code): code is string => typeof code === 'string' && CODE.test(code)) ?? 'no answer';
}
