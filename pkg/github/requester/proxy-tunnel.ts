/**
 * The way through a proxy, up to the tunnel. undici takes a proxy that closes the connection on CONNECT for a lost
 * keep-alive connection and connects again at once, as long as a request waits: thousands of times a minute. So each
 * failure on the way to the tunnel becomes an error of our own here, which ends the request that wanted the tunnel.
 */
import { Pool, type Dispatcher } from 'undici';
import { boundSignal, type Timers } from '../../base/index.js';

/** Why there is no tunnel. undici must not know its code, or it would connect again. */
export class TunnelError extends Error {
  /** What the proxy answered, if it did. */
  readonly status: number | undefined;

  constructor(options: { status?: number; cause?: unknown }) {
    super('no tunnel through the proxy', options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TunnelError';
    this.status = options.status;
  }
}

/**
 * What undici takes as `clientFactory` of a proxy. A CONNECT has `timeoutMs`, since undici does not hand on that the
 * request behind it was given up.
 */
export function tunnelFactory(timers: Timers, timeoutMs: number): (origin: URL, options: object) => Dispatcher {
  return (origin, options) => {
    const pool = new Pool(origin, options);
    const connect: (asked: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData> = pool.connect.bind(pool);
    const tunnel = async (asked: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
      const bound = boundSignal(timers, timeoutMs);
      const made = await connect({ ...asked, signal: bound.signal })
        .catch((cause: unknown) => {
          throw new TunnelError({ cause });
        })
        .finally(() => bound.release());
      if (made.statusCode === 200) return made;
      made.socket.on('error', () => undefined).destroy();
      throw new TunnelError({ status: made.statusCode });
    };
    return Object.assign(pool, { connect: tunnel });
  };
}
