/**
 * A request without a usable answer. Its text is made here from codes alone: the errors of sockets and proxies carry
 * addresses, and those of a parser carry what was parsed.
 */
import type { ErrorCode } from '../../errors/index.js';
import { TunnelError } from './proxy-tunnel.js';

/** `unreachable`: no connection, or it broke. `timeout`: no whole answer in time. `malformed`: cut short, not JSON, too big. */
export type NetworkErrorKind = 'unreachable' | 'timeout' | 'malformed';

export interface NetworkErrorOptions {
  /** Default: PLUS1_GITHUB_UNAVAILABLE. */
  code?: ErrorCode;
  /** A more exact way to fix it than the catalogue's. */
  fix?: string;
  /** True where the same request would only get the same answer. */
  final?: boolean;
  /** True where it is certain that the request did not reach GitHub. */
  neverSent?: boolean;
}

export class NetworkError extends Error {
  readonly kind: NetworkErrorKind;
  readonly code: ErrorCode;
  readonly fix: string | undefined;
  readonly final: boolean;
  readonly neverSent: boolean;

  constructor(kind: NetworkErrorKind, message: string, options: NetworkErrorOptions = {}) {
    super(message);
    this.name = 'NetworkError';
    this.kind = kind;
    this.code = options.code ?? 'PLUS1_GITHUB_UNAVAILABLE';
    this.fix = options.fix;
    this.final = options.final === true;
    this.neverSent = options.neverSent === true;
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
  const { host } = new URL(url);
  const tunnel = causes.find((each) => each instanceof TunnelError);
  const through = `the proxy ${proxy !== undefined && URL.canParse(proxy) ? new URL(proxy).host : 'that is set'}`;
  if (tunnel?.status !== undefined) return refusedBy(through, { status: tunnel.status, host, neverSent: true });
  // A 407 to the request itself comes from something on the way that may have handed the request on before.
  if (causes.some(isKept407)) return refusedBy('a proxy on the way', { status: 407, host, neverSent: false });
  const code = codeOf(causes);
  const words = TOO_OLD.test(code) ? tooOld(tlsMinVersion) : WORDS[code];
  const why = words === undefined ? '' : `: ${words}`;
  const fix = tunnel === undefined ? FIXES[code] : undefined;
  return new NetworkError(
    'unreachable',
    `the connection to ${tunnel === undefined ? host : through} failed (${code})${why}`,
    fix === undefined ? {} : { fix },
  );
}

/**
 * `fetch` hands out no answer with a 407: it fails without a reason, or with this sentence (step 15 of
 * https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). Nothing else that we ask fails without one.
 */
function isKept407(error: Error): boolean {
  const { message, name, cause, code } = error as Error & { code?: unknown };
  if (message === 'proxy authentication required') return true;
  return name === 'Error' && message === '' && cause === undefined && code === undefined;
}

/** A proxy that wants to know who asks. Asking again with the same password may lock the account that it belongs to. */
function refusedBy(
  proxy: string,
  { status, host, neverSent }: { status: number; host: string; neverSent: boolean },
): NetworkError {
  if (status === 407) {
    return new NetworkError('unreachable', `${proxy} does not accept user and password: it answered 407`, {
      ...{ code: 'PLUS1_PROXY_REFUSED', final: true, neverSent },
    });
  }
  const message = `${proxy} opened no tunnel to ${host}: it answered ${status}`;
  const final = status >= 400 && status < 500 && !MAY_PASS.has(status);
  return new NetworkError('unreachable', message, {
    neverSent,
    ...(final && { final, fix: `let the proxy allow ${host}` }),
  });
}

/** Refusals of the moment: time-out, too early, too many requests. */
const MAY_PASS = new Set([408, 425, 429]);

/** What a code means, where it is not clear from its name. */
const WORDS: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'it was closed before the answer was whole',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer do not end',
  UND_ERR_ABORTED: 'there was no answer in time',
  NOT_HTTP: 'what came is no answer of HTTP',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name server does not answer',
  SELF_SIGNED_CERT_IN_CHAIN: 'a CA that is not trusted here has signed its certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself, and not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'a CA that is not trusted here has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'a CA that is not trusted here has signed its certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'a CA that is not trusted here has signed its certificate',
  CERT_HAS_EXPIRED: 'its certificate has ended, by the clock of this machine',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, by the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

const GIVE_CA = 'give the CA: as ca.crt in the Secret, or for a token with NODE_EXTRA_CA_CERTS=FILE';
const SET_CLOCK = 'check the clock of this machine, and renew the certificate of the server';

/** More exact than the catalogue's, where the code says what is wrong. */
const FIXES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'check the address, and the name server of this machine',
  EAI_AGAIN: 'check the address, and the name server of this machine',
  ECONNREFUSED: 'check host and port of the address, or set HTTPS_PROXY where a proxy is needed',
  SELF_SIGNED_CERT_IN_CHAIN: GIVE_CA,
  DEPTH_ZERO_SELF_SIGNED_CERT: GIVE_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: GIVE_CA,
  UNABLE_TO_GET_ISSUER_CERT: GIVE_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: GIVE_CA,
  CERT_HAS_EXPIRED: SET_CLOCK,
  CERT_NOT_YET_VALID: SET_CLOCK,
  ERR_TLS_CERT_ALTNAME_INVALID: 'check the address: the certificate must name its host',
};

function tooOld(tlsMinVersion: string): string {
  const way = tlsMinVersion === '1.3' ? '; it can be allowed with --tls-min-version 1.2' : '';
  return `the server does not speak TLS ${tlsMinVersion} or later${way}`;
}

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
  if (causes.some(({ name }) => name === 'HTTPParserError')) return 'NOT_HTTP';
  if (causes.some(({ name }) => name === 'TimeoutError')) return 'UND_ERR_ABORTED';
  const codes = causes.map((error) => (error as { code?: unknown }).code);
  return codes.findLast((code): code is string => typeof code === 'string' && CODE.test(code)) ?? 'no answer';
}
