/** Few requests at once, and writes apart from each other, for all users of one credential together. */
import type { Clock, Sleep } from '../../base/index.js';
import { apiOf, isWrite, type HTTPResponse, type Interceptor } from './exchange.js';
import { waitForRoom, type QueryTime } from './query-time.js';
import type { Slots } from './slots.js';
import type { WriteTurn } from './write-turn.js';

export interface PacingOptions {
  slots: Slots;
  turn: WriteTurn;
  /** Absent where the time that GraphQL takes has no bound. */
  queryTime: () => QueryTime | undefined;
  clock: Clock;
  sleep: Sleep;
}

/**
 * Holds one place for as long as the request is in flight, where `turn` does not hold one already. A question that there is no time for
 * waits without a place, which others can use meanwhile.
 */
export function pacing(options: PacingOptions): Interceptor {
  const { slots, turn, queryTime, clock, sleep } = options;
  return (next) => async (request) => {
    const send = async (): Promise<HTTPResponse> => {
      const waitMs = isWrite(request) ? slots.claimWrite(clock.monotonic()) : 0;
      if (waitMs > 0) await sleep(waitMs, request.signal);
      return next(request);
    };
    if (turn.isHeld) return send();
    if (apiOf(request) !== 'graphql') return slots.run(send, request.signal);
    for (;;) {
      const time = queryTime();
      if (time !== undefined) await waitForRoom(time, options, request.signal);
      // Somebody who had a place before may have taken the time.
      const hasRoom = (): boolean => time === undefined || time.untilRoom(clock.monotonic()) <= 0;
      const answer = await slots.run(async () => (hasRoom() ? send() : undefined), request.signal);
      if (answer !== undefined) return answer;
    }
  };
}
