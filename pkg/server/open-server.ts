/** Opens a server that is made, and hands out where it listens and how it ends. */
import type { FastifyInstance } from 'fastify';
import type { Log, Timers } from '../base/index.js';
import type { ListenAddress } from './address.js';
import { closer } from './close.js';
import { listen } from './listen.js';

export interface OpenServer {
  /** Where it listens, with the port as bound. */
  readonly address: string;
  /** Lets requests under way end, within a bound; at once when `signal` aborts. */
  close: (signal?: AbortSignal) => Promise<void>;
}

export interface Opening {
  address: ListenAddress;
  /** Named where the address cannot be had. */
  flag: string;
  closeTimeoutMs: number;
  clock: Timers;
  log: Log;
}

/** Throws PLUS1_USAGE where the address cannot be had; then nothing of it is open. */
export async function openServer(
  app: FastifyInstance,
  { address, flag, closeTimeoutMs, clock, log }: Opening,
): Promise<OpenServer> {
  const close = closer(app, clock);
  try {
    const bound = await listen(app, address, flag);
    log.info('Listening', { address: bound });
    return { address: bound, close: (signal) => close(closeTimeoutMs, signal) };
  } catch (error) {
    await close(closeTimeoutMs);
    throw error;
  }
}
