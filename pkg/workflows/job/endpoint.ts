/** The judgement of one entry of a list, by its form alone and by what the resolver said. Knows nothing of the agent's model. */
import { quote } from '../../text/index.js';
import type { WorkflowCode } from '../rules.js';
import type { Resolution } from '../types.js';

/** What is wrong with an entry. */
export interface EndpointFault {
  code: WorkflowCode;
  /** The whole job is unprotected by it. */
  disarms: boolean;
  found: string;
  expected: string;
  fix: string;
}

export type Names = ReadonlyMap<string, Resolution> | undefined;

const SCHEME = /^[a-z][a-z0-9+-]*:\/\//i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?$/;
const IP_PATTERN = /^\d{1,3}\.[\d.*/]*$/;
const IPV6 = /^(?:\[.*|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:\/\d+)?)$/i;
const LABEL = /^[a-z0-9_-]{1,63}$/i;
const MAX_NAME = 253;
const MAX_PORT = 65_535;

/** Undefined where nothing is wrong. The token holds no line break and no `#`. */
export function endpointFault(token: string, names: Names): EndpointFault | undefined {
  if (SCHEME.test(token)) return fault('endpoint-scheme', token, true, `write ${quote(hostOf(token))}`);
  const [host = '', port] = token.split(':');
  if (host.includes('*')) return patternFault(token, host, port);
  const shown = (code: WorkflowCode, fix: string): EndpointFault => fault(code, token, true, fix);
  if (IPV6.test(token) || IPV4.test(host)) return shown('endpoint-ip', 'write the name of the host');
  if (host.includes('/')) return shown('endpoint-path', `write ${quote(host.split('/', 1)[0] ?? '')} with its port`);
  const unresolvable = unresolvableBy(host, names);
  if (unresolvable !== undefined) return { ...shown('endpoint-unresolvable', FIX_NAME), expected: unresolvable };
  return caseFault(token, host) ?? portFault(token, port);
}

/** The name that a resolver may be asked for; undefined for patterns and for what is no name. */
export function nameToResolve(token: string): string | undefined {
  if (endpointFault(token, undefined)?.disarms === true) return undefined;
  const host = token.split(':', 1)[0] ?? '';
  return host.includes('*') ? undefined : keyOf(host);
}

const FIX_NAME = 'correct or remove it, since one such name ends all blocking; put comments above the key';

function unresolvableBy(host: string, names: Names): string | undefined {
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  const labels = name.split('.');
  if (!labels.every((label) => LABEL.test(label)) || name.length > MAX_NAME) return 'a name of DNS, and blanks between';
  if (labels.length === 1) return 'a full name with a dot';
  if (/^\d+$/.test(labels.at(-1) ?? '')) return 'a name of DNS';
  if (labels.at(-1)?.toLowerCase() === 'internal') return 'a name outside of .internal, which the agent never resolves';
  return names?.get(keyOf(host)) === 'dead' ? 'a name with an IPv4 address in DNS' : undefined;
}

/** The same name for every spelling. */
const keyOf = (host: string): string => host.toLowerCase().replace(/\.$/, '');

function patternFault(token: string, host: string, port: string | undefined): EndpointFault | undefined {
  const [before = '', after = ''] = host.split('*');
  if (before === '' && (after === '' || after === '.'))
    return { ...fault('pattern-matches-all', token, true, 'name the hosts'), expected: 'a pattern with a domain' };
  if (IP_PATTERN.test(host)) return fault('endpoint-ip', token, false, 'write names of hosts');
  if (host.includes('/')) return fault('endpoint-path', token, false, 'write the pattern and its port alone');
  // What stands behind a second star is compared with nothing.
  const isCompared = before + after !== (before + after).toLowerCase();
  return (isCompared ? caseFault(token, host) : undefined) ?? portFault(token, port);
}

function caseFault(token: string, host: string): EndpointFault | undefined {
  const lower = host.toLowerCase();
  return host === lower
    ? undefined
    : fault('endpoint-upper-case', token, false, `write ${quote(token.replace(host, lower))}`);
}

function portFault(token: string, port: string | undefined): EndpointFault | undefined {
  if (port === undefined) return undefined;
  const value = /^\+?\d+$/.test(port) ? Number(port) : 0;
  if (value >= 1 && value <= MAX_PORT) return undefined;
  return fault('endpoint-port', token, false, 'write a port from 1 to 65535, and blanks between endpoints');
}

const EXPECTED = 'host:port';

const fault = (code: WorkflowCode, token: string, disarms: boolean, fix: string): EndpointFault => ({
  code,
  disarms,
  found: quote(token),
  expected: EXPECTED,
  fix,
});

const hostOf = (token: string): string => token.replace(SCHEME, '').split('/', 1)[0] ?? '';
