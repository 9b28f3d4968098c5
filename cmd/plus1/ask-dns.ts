/** DNS as agents of builds ask it: A records alone. What gets no answer is not known, and proves nothing. */
import { Resolver } from 'node:dns/promises';
import { errnoOf } from '../../pkg/base/index.js';
import type { Resolution } from '../../pkg/workflows/index.js';
import { dnsServers } from './dns-servers.js';
import type { CommandIO } from './io.js';

const AT_ONCE = 8;
/** Of one try; the resolver makes two. */
const TIMEOUT_MS = 3_000;
/** Answers that prove that there is no A record: https://nodejs.org/api/dns.html#error-codes */
const PROOFS = new Set(['ENOTFOUND', 'ENODATA']);

/** One name, until the signal aborts. `servers`: as in PLUS1_DNS_SERVERS; those of the system where it is empty. */
export async function resolveName(name: string, servers: readonly string[], signal: AbortSignal): Promise<Resolution> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return (await resolver.resolve4(name)).length > 0 ? 'resolves' : 'dead';
  } catch (error) {
    return PROOFS.has(errnoOf(error) ?? '') ? 'dead' : 'unknown';
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Many names, some at once. */
export async function askDNS(
  names: readonly string[],
  { env, signal }: Pick<CommandIO, 'env' | 'signal'>,
): Promise<Map<string, Resolution>> {
  const servers = dnsServers(env);
  const answers = new Map<string, Resolution>();
  const queue = names.values();
  const worker = async (): Promise<void> => {
    for (const name of queue) {
      signal.throwIfAborted();
      answers.set(name, await resolveName(name, servers, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}
