/**
 * Obeys GitHub's limits. One limited answer holds back every request of the credential: going on while limited may get
 * an integration banned. It stands inside the pacing, so that a request that waited for its turn asks again here.
 */
import type { Clock } from '../../base/index.js';
import { apiOf, isOpen, type API, type HTTPResponse, type Interceptor } from './exchange.js';
import { limitSignal, type LimitSignal } from './limit-signal.js';
import { isOwnRefusal, REQUEST_ID_HEADER } from './own-answer.js';
import type { Patience, Pause } from './patience.js';
import { sentMs, type ServerTime } from './server-time.js';

/** GitHub wants a caller to give up after a set number; each of these waits was as long as it asked for. */
const MAX_WAITS = 5;

/** The waits that one credential is under. */
export class RateLimitWaits {
  readonly #pauses = new Map<API, Pause>();

  of(api: API): Pause | undefined {
    return this.#pauses.get(api);
  }

  add(apis: readonly API[], pause: Pause): void {
    for (const api of apis) {
      if ((this.#pauses.get(api)?.endMs ?? Number.NEGATIVE_INFINITY) < pause.endMs) this.#pauses.set(api, pause);
    }
  }
}

export interface LimitsOptions {
  rateLimitWaits: RateLimitWaits;
  patience: Patience;
  serverTime: ServerTime;
  clock: Clock;
  /** Called for each answer that a secondary limit refused. */
  onSecondaryLimit?: (() => void) | undefined;
  /** False for writes: after a wait the world must be read again, which is the caller's to do. */
  resend: boolean;
}

/** Sits out a known wait and sends again: a limited request was not served. */
export function limits(options: LimitsOptions): Interceptor {
  const { rateLimitWaits, clock, serverTime, patience, onSecondaryLimit, resend } = options;
  return (next) => async (request) => {
    const api = apiOf(request);
    for (let waits = 0; ; waits += 1) {
      const held = rateLimitWaits.of(api);
      if (held !== undefined) await heed(held, options, request.signal);
      const answer = await next(request);
      const limit = limitSignal(answer, { api, sentMs: sentMs(answer, serverTime, clock), earlier: waits });
      if (limit === undefined) return answer;
      if (limit.secondary) onSecondaryLimit?.();
      const pause = { endMs: clock.monotonic() + limit.waitMs, why: limit.why };
      rateLimitWaits.add(limit.every ? ['rest', 'graphql'] : [api], pause);
      if (isAnswered(answer, limit, resend)) return answer;
      if (!resend || waits >= MAX_WAITS) throw patience.refusal(pause);
    }
  };
}

/**
 * What was served is handed on, though the next request waits. Some answers to a write leave open whether GitHub went on
 * with it, whatever they say of waiting, and so does every answer that is not GitHub's own: taken for "not served", a write
 * that was applied would count as never sent.
 */
function isAnswered({ status, headers, json }: HTTPResponse, { served }: LimitSignal, resend: boolean): boolean {
  return served || (!resend && (isOpen(status) || !isOwnRefusal(headers.get(REQUEST_ID_HEADER), json)));
}

async function heed(pause: Pause, options: LimitsOptions, signal: AbortSignal): Promise<void> {
  if (pause.endMs <= options.clock.monotonic()) return;
  if (!options.resend) throw options.patience.refusal(pause);
  await options.patience.sitOut(pause, signal);
}
