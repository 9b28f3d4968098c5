/**
 * Where a message may go. A name is judged by the addresses that it has when the connection is made, and the connection goes to one of
 * those: a name that changes its addresses in between (DNS rebinding) gains nothing.
 */
import { isIP } from 'node:net';
import type { AllowedHosts, Destination } from './allowed-hosts.js';
import { isPublicAddress } from './addresses.js';

/** Looks a name up: every address it has. Rejects where it has none. */
export type LookUp = (hostname: string) => Promise<readonly string[]>;

/** A destination that Plus1 does not send to. The message holds a host, and nothing else of an address. */
export class DestinationFault extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.name = 'DestinationFault';
    this.fix = fix;
  }
}

export interface GuardOptions {
  allowed: AllowedHosts;
  lookUp: LookUp;
}

export class DestinationGuard {
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** The URL of a Secret. Throws a `DestinationFault` for what is no https URL; http is for hosts that are allowed by name. */
  requireURL(text: string): URL {
    if (!URL.canParse(text)) throw new DestinationFault('the address is not a URL', 'put an https URL into the Secret');
    const url = new URL(text);
    const isAllowed = this.#options.allowed.has(destinationOf(url));
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isAllowed))
      throw new DestinationFault(`${url.host || 'the address'} is not reached by https`, fixFor(url.host));
    if (url.username !== '' || url.password !== '')
      throw new DestinationFault(`the address at ${url.host} has a user or a password`, 'take it out of the URL');
    this.requireLiteral(destinationOf(url));
    return url;
  }

  /** Refuses an IP address that is written out and is not public: nobody would look it up. */
  requireLiteral(destination: Destination): void {
    const literal = bare(destination.hostname);
    if (isIP(literal) !== 0) this.#require(destination, [literal]);
  }

  /** Addresses to connect to, of which each may be used. Throws a `DestinationFault` where one may not. */
  async addresses(destination: Destination): Promise<readonly string[]> {
    const literal = bare(destination.hostname);
    const found = isIP(literal) !== 0 ? [literal] : await this.#options.lookUp(literal);
    this.#require(destination, found);
    return found;
  }

  /** One that is private among others is as bad: which of them is used is not up to us. */
  #require(destination: Destination, addresses: readonly string[]): void {
    if (this.#options.allowed.has(destination) || addresses.every(isPublicAddress)) return;
    const { hostname, port } = destination;
    throw new DestinationFault(`${hostname}:${port} is not a public address`, fixFor(`${hostname}:${port}`));
  }
}

export function destinationOf({ hostname, port, protocol }: URL): Destination {
  return { hostname, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) };
}

const fixFor = (host: string): string =>
  `put a public https address into the Secret, or let the operator allow the host with --notify-allowed-host ${host}`;

const bare = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
