/** Binds a server to its address, or says in one error which address it could not have and why. */
import { lookup } from 'node:dns/promises';
import { isIP, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { errnoOf } from '../base/index.js';
import { Plus1Error } from '../errors/index.js';
import { formatAddress, type ListenAddress } from './address.js';

const DUAL_STACK = '::';
const IPV4_ONLY = '0.0.0.0';

/** What the system's words mean to the person who wrote the flag. */
const REASONS: Record<string, string> = {
  EADDRINUSE: 'it is in use already',
  EACCES: 'this user may not bind that port',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine has no such kind of address',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
};

/** Listens; the answer is the address as bound, with its numeric port. */
export async function listen(app: FastifyInstance, address: ListenAddress, flag: string): Promise<string> {
  try {
    await bind(app, address);
  } catch (thrown) {
    throw unbound(address, flag, thrown);
  }
  const bound = app.server.address() as AddressInfo;
  return formatAddress({ host: bound.address, port: bound.port });
}

async function bind(app: FastifyInstance, { host, port }: ListenAddress): Promise<void> {
  if (host !== undefined) {
    // Looked up here: for "localhost" Fastify would open a second server, which a close in a hurry would not reach.
    await app.listen({ host: isIP(host) === 0 ? (await lookup(host)).address : host, port });
    return;
  }
  try {
    await app.listen({ host: DUAL_STACK, port });
  } catch (thrown) {
    if (!lacksIPv6(thrown)) throw thrown;
    await app.listen({ host: IPV4_ONLY, port });
  }
}

/** A kernel without IPv6 refuses the address family; one with IPv6 switched off, the address. */
function lacksIPv6(thrown: unknown): boolean {
  return ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errnoOf(thrown) ?? '');
}

function unbound(address: ListenAddress, flag: string, thrown: unknown): Plus1Error {
  const code = errnoOf(thrown) ?? 'an unknown error';
  const reason = REASONS[code] ?? `the system answered ${code}`;
  return new Plus1Error('PLUS1_USAGE', `${flag}: cannot listen on ${formatAddress(address)}: ${reason}`, {
    cause: thrown,
    fix: 'give another address, :0 for any port, or 0 for off',
  });
}
