/**
 * Obeys GitHub's limits. One limited answer holds back every request of the credential: going on while limited may get
 * an integration banned. It stands inside the pacing, so that a request that waited for its turn asks again here.
 */
import { apiOf, type API, type Step } from './exchange.js';
import { limitSignal } from './limit-signal.js';
import { rateLimited, type Patience, type Wait } from './patience.js';
import type { Clock } from './sleep.js';

/** GitHub wants a caller to give up after a set number; each of these waits was as long as it asked for. */
const MAX_WAITS = 5;

/** The waits that one credential is under. */
export class Holds {
  readonly #waits = new Map<API, Wait>();

  of(api: API): Wait | undefined {
    return this.#waits.get(api);
  }

  add(apis: readonly API[], wait: Wait): void {
    for (const api of apis) {
      if ((this.#waits.get(api)?.untilMs ?? 0) < wait.untilMs)
        this.#waits.set(api, { untilMs: wait.untilMs, why: wait.why });
    }
  }
}

export interface LimitsOptions {
  holds: Holds;
  patience: Patience;
  clock: Clock;
  /** False for writes: after a wait the world must be read again, which is the caller's to do. */
  resend: boolean;
}

/** Sits out a known wait and sends again: a limited request was not served. */
export function limits(options: LimitsOptions): Step {
  const { holds, clock, resend } = options;
  return (next) => async (ask) => {
    const api = apiOf(ask);
    for (let waits = 0; ; waits += 1) {
      const held = holds.of(api);
      if (held !== undefined) await heed(held, options, ask.signal);
      const answer = await next(ask);
      const limit = limitSignal(answer, clock(), waits);
      if (limit === undefined) return answer;
      holds.add(limit.every ? ['rest', 'graphql'] : [api], limit);
      if (!resend || waits >= MAX_WAITS) throw rateLimited(limit);
    }
  };
}

async function heed(wait: Wait, options: LimitsOptions, signal: AbortSignal): Promise<void> {
  if (wait.untilMs <= options.clock()) return;
  if (!options.resend) throw rateLimited(wait);
  await options.patience.sitOut(wait, signal);
}
