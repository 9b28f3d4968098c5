/** The steps in their order, outermost first. Which chain a call takes is part of what it is. */
import type { Log, Sleep, Timers } from '../../base/index.js';
import { apiAnswers } from './api-answer.js';
import { auth, type TokenSource } from './auth.js';
import { budget } from './budget.js';
import { deadline, REQUEST_TIMEOUT_MS } from './deadline.js';
import { isEnterpriseServer } from './enterprise-server.js';
import { compose, type API, type SendRequest, type Interceptor } from './exchange.js';
import { watchExpiry } from './expiry.js';
import { flow } from './flow.js';
import { hostPin } from './host-pin.js';
import { limits } from './limits.js';
import { metrics, type RequestObserver } from './metrics.js';
import { pacing } from './pacing.js';
import type { Patience } from './patience.js';
import type { QueryTime } from './query-time.js';
import { isMint, readsOnly } from './reads-only.js';
import { redirects } from './redirects.js';
import { retry, type Backoff } from './retry.js';
import type { CredentialSession } from './session.js';
import type { WriteTurn } from './write-turn.js';
import { watchTime, type CheckedTime } from './pass-time.js';

/**
 * `reads`: the usual. `once`: a read whose caller retries in its own way. `essential`: a read that belongs to a write
 * which lets something enter. None of them takes a write.
 */
export type ReadChain = 'reads' | 'once' | 'essential';

/** Never sent twice, never waited for. `essentialWrite`: one that lets something enter. */
export type WriteChain = 'write' | 'essentialWrite';

export type ChainName = ReadChain | WriteChain;

export interface ChainOptions extends Backoff {
  /** The root of the API. */
  apiURL: string;
  /** Scheme, host and port that requests may go to. */
  origin: string;
  session: CredentialSession;
  /** Of the writes of this pass. */
  turn: WriteTurn;
  patience: Patience;
  onSecondaryLimit?: (() => void) | undefined;
  /** Called with what each answer took of the hourly limit. */
  onCost?: ((api: API, cost: number) => void) | undefined;
  attempts: number;
  requestTimeoutMs?: number | undefined;
  clock: Timers;
  /** The time of the pass that the chains work for: every answer checks it. */
  time: CheckedTime;
  sleep: Sleep;
  observer: RequestObserver;
  log: Pick<Log, 'debug'>;
}

/** What every request passes, no matter who signs it. */
function wire(options: ChainOptions): Interceptor[] {
  const { window } = options.session;
  return [
    metrics(options),
    flow({ ...options, window, queryTime: queryTimeOf(options) }),
    watchTime([options.time, { see: (date) => options.session.serverTime.see(date, options.clock.monotonic()) }]),
    deadline(options.clock, options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS),
    apiAnswers(options.apiURL),
  ];
}

/** The time that GraphQL takes has a bound wherever GitHub has limits. */
function queryTimeOf({ origin, session }: ChainOptions): () => QueryTime | undefined {
  const mayBeUnlimited = isEnterpriseServer(origin);
  return () => (mayBeUnlimited && session.budget.isUnlimited ? undefined : session.queryTime);
}

/** The chain of an App's own requests: signed by its key, outside the budget of its installations. */
export function appChain(options: ChainOptions, transport: SendRequest): SendRequest {
  const { session, origin } = options;
  const { rateLimitWaits, serverTime } = session;
  return compose(
    [
      readsOnly({ except: isMint }),
      retry(options),
      limits({ ...options, rateLimitWaits, serverTime, resend: true }),
      redirects(origin),
      hostPin(origin),
      ...wire(options),
    ],
    transport,
  );
}

/** Two sets, so that what is given the one cannot reach the other. */
export interface Chains {
  reads: Record<ReadChain, SendRequest>;
  writes: Record<WriteChain, SendRequest>;
}

/** The chains of everything else. */
export function chains(options: ChainOptions, source: TokenSource, transport: SendRequest): Chains {
  const { session, origin } = options;
  const { rateLimitWaits, serverTime } = session;
  const chain = (kind: { isRead: boolean; retried: boolean; essential: boolean; resend: boolean }): SendRequest =>
    compose(
      [
        ...(kind.isRead ? [readsOnly()] : []),
        ...(kind.retried ? [retry(options)] : []),
        pacing({ ...options, slots: session.slots, queryTime: queryTimeOf(options) }),
        limits({ ...options, rateLimitWaits, serverTime, resend: kind.resend }),
        budget({ ...options, budget: session.budget, serverTime, essential: kind.essential, resend: kind.resend }),
        redirects(origin),
        hostPin(origin),
        auth(source, options),
        watchExpiry({ observer: options.observer, ends: source.ends === true }),
        ...wire(options),
      ],
      transport,
    );
  return {
    reads: {
      reads: chain({ isRead: true, retried: true, essential: false, resend: true }),
      once: chain({ isRead: true, retried: false, essential: false, resend: true }),
      essential: chain({ isRead: true, retried: true, essential: true, resend: true }),
    },
    writes: {
      write: chain({ isRead: false, retried: false, essential: false, resend: false }),
      essentialWrite: chain({ isRead: false, retried: false, essential: true, resend: false }),
    },
  };
}
