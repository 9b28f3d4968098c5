/** Measures each request that is really sent: the window follows it, and the time that GraphQL takes is kept within its bound. */
import type { Sleep, Timers } from '../../base/index.js';
import { deadline } from './deadline.js';
import { apiOf, type HTTPRequest, type HTTPResponse, type Interceptor, type SendRequest } from './exchange.js';
import { waitForRoom, type QueryTime, type Share } from './query-time.js';
import type { Window } from './window.js';

export interface FlowOptions {
  window: Window;
  /** Undefined where the time that GraphQL takes has no bound. */
  queryTime: () => QueryTime | undefined;
  clock: Timers;
  sleep: Sleep;
}

export function flow(options: FlowOptions): Interceptor {
  const { window, clock } = options;
  return (next) => async (request) => {
    const share = await shareFor(request, options);
    const startMs = clock.monotonic();
    let status: number | undefined;
    try {
      const answer = await within(share, clock, next)(request);
      ({ status } = answer);
      return answer;
    } finally {
      const nowMs = clock.monotonic();
      share?.end(nowMs);
      window.ended({ ms: nowMs - startMs, ...(status !== undefined && { status }) }, nowMs);
    }
  };
}

/** Mostly there is room, since the request waited for it before it got its place; a new try of the same request did not. */
async function shareFor(request: HTTPRequest, options: FlowOptions): Promise<Share | undefined> {
  if (apiOf(request) !== 'graphql') return undefined;
  for (;;) {
    const time = options.queryTime();
    if (time === undefined) return undefined;
    await waitForRoom(time, options, request.signal);
    const share = time.take(options.clock.monotonic(), options.window.now);
    if (share !== undefined) return share;
  }
}

function within(share: Share | undefined, clock: Timers, next: SendRequest): SendRequest {
  const bounded: (request: HTTPRequest) => Promise<HTTPResponse> =
    share === undefined ? next : deadline(clock, share.ms)(next);
  return bounded;
}
