/**
 * Where a server listens, as written on the command line: `host:port`, `:port` for all interfaces, port 0 for any port, `0`
 * for off. Pure; whether the address can be bound is known only when it is.
 */
import { isIPv6 } from 'node:net';
import { Plus1Error } from '../errors/index.js';

export interface ListenAddress {
  /** Absent: all interfaces. IPv6 without brackets. */
  host?: string;
  port: number;
}

const MAX_PORT = 65_535;
const SHAPE = /^(?:\[(?<v6>[^\]]*)\]|(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?))?:(?<port>\d{1,5})$/;

/** The address, or undefined where it says off. Throws PLUS1_USAGE that names `flag`. */
export function parseAddress(text: string, flag: string): ListenAddress | undefined {
  if (text === '0') return undefined;
  const { v6, name, port: digits } = SHAPE.exec(text)?.groups ?? {};
  const port = Number(digits ?? NaN);
  const good = port <= MAX_PORT && (v6 === undefined || isIPv6(v6));
  if (!good) throw refused(text, flag);
  const host = v6 ?? name;
  return host === undefined ? { port } : { host: host.toLowerCase(), port };
}

/** The address as written, IPv6 in brackets. */
export function formatAddress({ host = '', port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function refused(text: string, flag: string): Plus1Error {
  return new Plus1Error('PLUS1_USAGE', `${flag}: ${JSON.stringify(text)} is no address`, {
    fix: 'write host:port, [IPv6]:port, :port for all interfaces, :0 for any port, or 0 for off',
  });
}
