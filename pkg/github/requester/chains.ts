/** The steps in their order, outermost first. Which chain a call takes is part of what it is. */
import { apiAnswers } from './api-answer.js';
import { auth, type TokenSource } from './auth.js';
import { budget } from './budget.js';
import { deadline, REQUEST_TIMEOUT_MS } from './deadline.js';
import { compose, type Send, type Step } from './exchange.js';
import { hostPin } from './host-pin.js';
import { limits } from './limits.js';
import { metrics, type Log, type RequestObserver } from './metrics.js';
import { pacing } from './pacing.js';
import type { Patience } from './patience.js';
import { redirects } from './redirects.js';
import { retry, type Backoff } from './retry.js';
import type { CredentialSession } from './session.js';
import { watchSkew } from './skew.js';
import type { Clock, Sleep } from './sleep.js';

/**
 * `reads`: the usual. `once`: a read whose caller retries in its own way. `essential`: a read that belongs to a write
 * which lets something enter. `write`, `essentialWrite`: never sent twice, never waited for.
 */
export type ChainName = 'reads' | 'once' | 'essential' | 'write' | 'essentialWrite';

export interface ChainOptions extends Backoff {
  /** The root of the API. */
  apiURL: string;
  /** Scheme, host and port that requests may go to. */
  origin: string;
  session: CredentialSession;
  patience: Patience;
  attempts: number;
  requestTimeoutMs?: number | undefined;
  clock: Clock;
  sleep: Sleep;
  observer: RequestObserver;
  log: Log;
}

/** What every request passes, whoever signs it. */
function wire(options: ChainOptions): Step[] {
  return [
    metrics(options),
    watchSkew({ skew: options.session.skew, clock: options.clock }),
    deadline(options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS),
    apiAnswers(options.apiURL),
  ];
}

/** The chain of an App's own requests: signed by its key, outside the budget of its installations. */
export function appChain(options: ChainOptions, transport: Send): Send {
  const { session, origin } = options;
  return compose(
    [
      retry(options),
      limits({ ...options, holds: session.holds, resend: true }),
      redirects(origin),
      hostPin(origin),
      ...wire(options),
    ],
    transport,
  );
}

/** The chains of everything else. */
export function chains(options: ChainOptions, source: TokenSource, transport: Send): Record<ChainName, Send> {
  const { session, origin } = options;
  const chain = (kind: { retried: boolean; essential: boolean; resend: boolean }): Send =>
    compose(
      [
        ...(kind.retried ? [retry(options)] : []),
        pacing({ ...options, slots: session.slots }),
        limits({ ...options, holds: session.holds, resend: kind.resend }),
        budget({ ...options, budget: session.budget, essential: kind.essential, resend: kind.resend }),
        redirects(origin),
        hostPin(origin),
        auth(source),
        ...wire(options),
      ],
      transport,
    );
  return {
    reads: chain({ retried: true, essential: false, resend: true }),
    once: chain({ retried: false, essential: false, resend: true }),
    essential: chain({ retried: true, essential: true, resend: true }),
    write: chain({ retried: false, essential: false, resend: false }),
    essentialWrite: chain({ retried: false, essential: true, resend: false }),
  };
}
