/**
 * Closes a server: no new connection, requests under way may end, everything else is cut. Node alone would wait for
 * silent connections too, so that a stranger who only connects could hold up the shutdown.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { startTimer, type Timers } from '../base/index.js';

/** Closes within `timeoutMs`, or as soon as `signal` says that nobody waits any longer. */
export type Close = (timeoutMs: number, signal?: AbortSignal) => Promise<void>;

/** Watches `app`'s requests from now on; to be called before it listens. */
export function closer(app: FastifyInstance, timers: Timers): Close {
  const underWay = new Set<ServerResponse>();
  let closing = false;
  const cut = (): void => app.server.closeAllConnections();
  app.server.on('request', (_request, response: ServerResponse) => {
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      if (closing && underWay.size === 0) cut();
    });
  });
  return async (timeoutMs, signal) => {
    closing = true;
    const closed = app.close();
    const timer = startTimer(timers, cut, timeoutMs);
    signal?.addEventListener('abort', cut, { once: true });
    if (underWay.size === 0 || signal?.aborted === true) cut();
    try {
      await closed;
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', cut);
    }
  };
}
