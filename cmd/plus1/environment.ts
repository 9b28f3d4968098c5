/**
 * The environment, read once and judged like the flags: a value out of range ends the run with the name of the variable.
 * An empty variable counts as unset, since that is how shells and CI systems clear one.
 */
import { normalPath, pathFault } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { dnsServers } from './dns-servers.js';
import { defined } from './defined.js';

export interface Environment {
  token?: string;
  apiURL?: string;
  organization?: string;
  ruleset?: string;
  path?: string;
  productionLifecycles?: string[];
  /** Files in a query at the start, 1 to 100. */
  batchSize?: number;
  /** Requests in flight at most, 1 to 10. */
  concurrency?: number;
  /** Retries of a read, 0 to 10. */
  attempts?: number;
  /** First backoff, ms, up to a minute. */
  retryDelayMs?: number;
  /** How long a verdict may be reused while the head commit is unchanged; 0 never, unset no limit. */
  cacheTTLMs?: number;
  /** Asked in place of those of the system. */
  dnsServers?: string[];
  proxy: { http?: string; https?: string; no?: string };
  stateHome: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Throws PLUS1_USAGE, naming the variable, what was found and what is allowed. */
export function readEnvironment(env: Variables): Environment {
  const text = (...names: string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const integer = (name: string, min: number, max: number): number | undefined =>
    readInteger(text(name), name, min, max);
  const ttl = integer('CACHE_TTL', 0, Number.MAX_SAFE_INTEGER);
  const values = {
    token: text('GHE_ADMIN_TOKEN', 'GITHUB_TOKEN'),
    apiURL: text('GITHUB_API_URL'),
    organization: text('TARGET_ORG'),
    ruleset: text('RULESET_NAME'),
    path: readPath(text('DATADOG_YAML_PATH')),
    productionLifecycles: text('PRODUCTION_LIFECYCLE_VALUES')
      ?.split(',')
      .map((value) => value.trim())
      .filter((value) => value !== ''),
    batchSize: integer('BATCH_SIZE', 1, 100),
    concurrency: integer('CONCURRENT_BATCHES', 1, 10),
    attempts: integer('RETRY_ATTEMPTS', 0, 10),
    retryDelayMs: integer('RETRY_DELAY', 0, 60_000),
    cacheTTLMs: ttl === undefined ? undefined : ttl * 1_000,
    dnsServers: text('PLUS1_DNS_SERVERS') === undefined ? undefined : dnsServers(env),
  };
  const proxy = {
    http: readProxy(text('HTTP_PROXY', 'http_proxy'), 'HTTP_PROXY'),
    https: readProxy(text('HTTPS_PROXY', 'https_proxy'), 'HTTPS_PROXY'),
    no: text('NO_PROXY', 'no_proxy'),
  };
  return {
    ...defined(values),
    proxy: defined(proxy),
    stateHome: text('XDG_STATE_HOME') ?? `${env['HOME'] ?? '.'}/.local/state`,
  };
}

/** By the rules of spec.catalog.paths: a path that can match nothing looks like an organization without production. */
function readPath(value: string | undefined): string | undefined {
  const fault = value === undefined ? undefined : pathFault(value);
  if (value === undefined || fault === undefined) return value === undefined ? undefined : normalPath(value);
  throw new Plus1Error('PLUS1_USAGE', `DATADOG_YAML_PATH: found ${JSON.stringify(value)}, allowed: ${fault}`, {
    fix: 'correct or unset the variable',
  });
}

/** `host:port` is how most people write a proxy; the value is not shown, it may hold a password. */
function readProxy(value: string | undefined, name: string): string | undefined {
  if (value === undefined) return undefined;
  const address = value.includes('://') ? value : `http://${value}`;
  if (/^https?:\/\/[^/]/.test(address) && URL.canParse(address) && isUsable(new URL(address))) return address;
  throw new Plus1Error('PLUS1_USAGE', `${name}: allowed: a proxy such as http://proxy.example:3128, without a path`, {
    fix: 'correct or unset the variable',
  });
}

/**
 * A `%` in a password that stands for itself must be written as %25: what cannot be decoded could not be sent. A proxy has no path: what
 * stands there is an address of something else.
 */
function isUsable({ hostname, username, password, pathname, search, hash }: URL): boolean {
  if (pathname !== '/' || search !== '' || hash !== '') return false;
  try {
    decodeURIComponent(`${username}:${password}`);
    return hostname !== '';
  } catch {
    return false;
  }
}

function readInteger(value: string | undefined, name: string, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  const allowed =
    max === Number.MAX_SAFE_INTEGER ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`;
  throw new Plus1Error('PLUS1_USAGE', `${name}: found ${JSON.stringify(value)}, allowed: ${allowed}`, {
    fix: 'correct or unset the variable',
  });
}
