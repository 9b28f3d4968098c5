/** Puts the loop together, from where policies live to the client of each pass. Runs nothing: a test may hold the clock. */
import { randomUUID } from 'node:crypto';
import type { Log, Timers } from '../../pkg/base/index.js';
import { Controller } from '../../pkg/controller/index.js';
import type { PolicySpec } from '../../pkg/api/index.js';
import {
  createGitHub,
  SessionPool,
  type GitHub,
  type GitHubOptions,
  type RequestObserver,
} from '../../pkg/github/index.js';
import type { Notifier, NotifyStore } from '../../pkg/notify/index.js';
import {
  keyString,
  parseKey,
  type ApprovalHome,
  type InputHome,
  type PolicyHome,
  type PolicyIdentity,
  type PolicyKey,
} from '../../pkg/policies/index.js';
import type { JournalKeeper } from '../../pkg/reconciler/index.js';
import {
  PolicyReconciler,
  type Access,
  type AccessSources,
  type EvidenceStore,
  type InputHandler,
  type VerdictStore,
} from '../../pkg/reconciler/index.js';
import type { Metrics } from '../../pkg/telemetry/index.js';
import type { ControllerOptions } from './controller-options.js';
import { defined } from './defined.js';
import type { Environment } from './environment.js';
import { inputHandlers } from './input-handlers.js';
import { limitsOf, type LimitOptions } from './limit-options.js';
import { Expiries, notifierOf } from './notify-parts.js';
import { stopReading } from './stop-reading.js';

/** Where policies live, and what belongs to that. */
export interface PolicySource {
  home: PolicyHome;
  /** What passes learned of each repository. */
  known: (of: PolicyIdentity) => VerdictStore;
  access: AccessSources;
  /** Absent where nothing can be approved. */
  approvals?: ApprovalHome;
  /** Objects of kinds that are inputs of passes; absent where there are none. */
  inputs?: InputHome;
  /** Where evidence of incidents is kept; absent where nothing is kept on a disk. */
  evidence?: EvidenceStore;
  /** Absent where no journal is kept. */
  journal?: JournalKeeper | undefined;
  /** Where what is kept of notifications lies; absent where nobody is told of anything. */
  notices?: NotifyStore;
  /** Asked at the last moment before a write to GitHub; throws to refuse it. */
  beforeWrite?: () => void;
}

export interface Setup {
  options: Pick<ControllerOptions, 'concurrent' | 'minInterval'> &
    Partial<Pick<ControllerOptions, 'tlsMinVersion' | 'notifyAllowedHost' | 'webUrl'>> &
    LimitOptions;
  environment: Environment;
  log: Log;
  metrics: Metrics;
  clock: Timers;
  /** In [0, 1). */
  random: () => number;
  /** Of the kinds that are inputs of passes. Default: those of `input-handlers.ts`. */
  handlers?: readonly InputHandler[];
  /** Hints call for quick passes. Default: there are none. */
  areHinted?: boolean;
  /** Aborts when the process shall stop. Default: never. */
  stop?: AbortSignal;
  /** For tests, whose waits take no time. */
  github?: Partial<Pick<GitHubOptions, 'clock' | 'sleep' | 'requestTimeoutMs' | 'fetch'>>;
}

export interface Assembly {
  reconciler: PolicyReconciler;
  controller: Controller;
  /** Looks at the policy as soon as a worker is free: something of it changed, or a person asks. */
  look: (key: PolicyKey) => void;
  /** The same where a person asks for a pass, as by SIGHUP: then a cron policy does not wait for its time, even right after a restart. */
  demand: (key: PolicyKey) => void;
  /** Something may have changed on GitHub: a quick pass looks. */
  hint: (key: PolicyKey) => void;
  /** Delivers while it runs; absent where nobody is told of anything. */
  notifier?: Notifier;
}

export function assemble(source: PolicySource, setup: Setup): Assembly {
  const { options, environment, log, metrics, clock, random, stop } = setup;
  const expiries = new Expiries();
  const refresh = (key: PolicyKey): void => {
    if (reconciler.refresh(key)) controller.add(keyString(key));
  };
  const notifier = noticesOf(source, setup, refresh);
  const reconciler = new PolicyReconciler({
    home: source.home,
    access: source.access,
    connect: connector(source, setup, expiries),
    known: source.known,
    metrics,
    log,
    clock,
    minIntervalMs: options.minInterval,
    limits: limitsOf(options),
    ...defined({
      ...{ cacheTTLMs: environment.cacheTTLMs, journal: source.journal, approvals: source.approvals },
      stopReading: stop && stopReading(stop),
    }),
    ...(notifier && { notices: { notifier, expiryMs: expiries.of, webURL: options.webUrl } }),
    ...(source.inputs && {
      inputs: {
        home: source.inputs,
        handlers:
          setup.handlers ??
          inputHandlers({ options, dnsServers: environment.dnsServers ?? [], evidence: source.evidence }),
      },
      onInputDue: (key: PolicyKey) => controller.add(keyString(key)),
    }),
    ...(setup.areHinted && { onHint: (key) => controller.add(keyString(key)) }),
  });
  const controller = new Controller({
    name: 'plus1policy',
    // As on the lines of a pass, so that one search finds every line of a policy.
    keyField: 'policy',
    reconcile: (key, context) => reconciler.reconcile(parseKey(key), context),
    concurrency: options.concurrent,
    clock,
    random,
    newID: randomUUID,
    log,
    metrics: metrics.controller('plus1policy'),
    timeoutMs: (key) => reconciler.timeoutMs(parseKey(key)),
    longestRetryMs: (key) => reconciler.longestRetryMs(parseKey(key)),
  });
  const look = (key: PolicyKey): void => {
    reconciler.ask(key);
    controller.add(keyString(key));
    // Whatever changed may have been what they waited for.
    for (const waiting of reconciler.conflicted) controller.add(keyString(waiting));
  };
  const demand = (key: PolicyKey): void => {
    reconciler.demand(key);
    look(key);
  };
  return { reconciler, controller, look, demand, hint: (key) => reconciler.hint(key), ...(notifier && { notifier }) };
}

/** Only a process that leads looks at policies, and asks before each message whether it still does. */
function noticesOf(
  { notices: store, access: { secrets }, beforeWrite }: PolicySource,
  { options, environment, log, metrics, clock, random }: Setup,
  refresh: (key: PolicyKey) => void,
): Notifier | undefined {
  if (store === undefined) return undefined;
  return notifierOf({
    ...{ options, environment, secrets, clock, store, log, random, refresh, beforeSend: beforeWrite },
    count: (key, organization, { channel, result }) => metrics.policy(key, organization).notification(channel, result),
  });
}

function connector(
  { beforeWrite }: PolicySource,
  { options, environment, metrics, clock, random, github }: Setup,
  expiries: Expiries,
): (spec: PolicySpec, access: Access, log: Log) => GitHub {
  const { concurrency, batchSize, attempts, retryDelayMs, proxy } = environment;
  const pool = new SessionPool(defined({ concurrency }));
  return ({ github: { apiURL }, ruleset: { targeting, property } }, { credential, caCert, name }, log) =>
    createGitHub({
      apiURL,
      credential,
      ...{ targeting, property },
      session: pool.get(apiURL, credential),
      proxy,
      // A worker never sleeps: a known wait becomes the time at which the loop looks again.
      maxWaitMs: 0,
      clock,
      random,
      log,
      observer: withExpiry(metrics.credential(name), (endsMs) => expiries.set(name, endsMs)),
      ...defined({ tlsMinVersion: options.tlsMinVersion, caCert, batchSize, attempts, retryDelayMs, beforeWrite }),
      ...github,
    });
}

/** Hands on the end of the credential, too. */
function withExpiry(observer: RequestObserver, also: RequestObserver['expiry']): RequestObserver {
  return {
    request: (request) => observer.request(request),
    rateLimit: (limit) => observer.rateLimit(limit),
    expiry(endsMs) {
      observer.expiry(endsMs);
      also(endsMs);
    },
  };
}
