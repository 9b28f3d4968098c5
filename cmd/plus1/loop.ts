/** The loop over the policies of any home: reconciler, controller, and the client of each pass. Runs nothing by itself. */
import { randomUUID } from 'node:crypto';
import { Controller, type Clock } from '../../pkg/controller/index.js';
import { createGitHub, SessionPool, type GitHub } from '../../pkg/github/index.js';
import { keyString, parseKey, type PolicyHome, type PolicyKey } from '../../pkg/policies/index.js';
import { PolicyReconciler, type Access, type PolicyReconcilerOptions } from '../../pkg/reconciler/index.js';
import type { Log, Metrics } from '../../pkg/telemetry/index.js';
import { defined } from './defined.js';
import type { Environment } from './environment.js';

/** Where policies live, and what comes with it. */
export interface Place {
  home: PolicyHome;
  known: PolicyReconcilerOptions['known'];
  access: PolicyReconcilerOptions['access'];
  /** Asked last before a write to GitHub leaves; throws to refuse it. */
  beforeWrite?: () => void;
}

export interface LoopOptions {
  concurrent: number;
  /** Ms. */
  minInterval: number;
  environment: Environment;
  log: Log;
  metrics: Metrics;
  clock: Clock;
  /** 0 to 1. */
  random: () => number;
}

export interface Loop {
  reconciler: PolicyReconciler;
  controller: Controller;
  /** Looks at the policy as soon as a worker is free. */
  look: (key: PolicyKey) => void;
}

export function createLoop(place: Place, options: LoopOptions): Loop {
  const { log, metrics, clock, random, environment } = options;
  const { home, known, access } = place;
  const reconciler = new PolicyReconciler({
    ...{ home, known, access, metrics, log },
    connect: connector(place, options),
    clock: () => clock.now(),
    minIntervalMs: options.minInterval,
    ...defined({ cacheTTLMs: environment.cacheTTLMs }),
  });
  const controller = new Controller({
    name: 'plus1policy',
    reconcile: (key, context) => reconciler.reconcile(parseKey(key), context),
    concurrency: options.concurrent,
    ...{ clock, random, log },
    newID: randomUUID,
    metrics: metrics.controller('plus1policy'),
    timeoutMs: (key) => reconciler.timeoutMs(parseKey(key)),
  });
  const look = (key: PolicyKey): void => {
    controller.add(keyString(key));
    // Whatever changed may have been what they waited for.
    for (const waiting of reconciler.conflicted) controller.add(keyString(waiting));
  };
  return { reconciler, controller, look };
}

function connector(
  { beforeWrite }: Place,
  { environment, metrics, log, clock, random }: LoopOptions,
): (apiURL: string, access: Access) => GitHub {
  const { concurrency, batchSize, attempts, retryDelayMs, proxy } = environment;
  const pool = new SessionPool(defined({ concurrency }));
  return (apiURL, { credential, caCert, name }) =>
    createGitHub({
      apiURL,
      credential,
      session: pool.get(apiURL, credential),
      proxy,
      // A worker never sleeps: a known wait becomes the time at which the loop looks again.
      maxWaitMs: 0,
      clock: () => clock.now(),
      random,
      log,
      observer: metrics.credential(name),
      ...defined({ caCert, batchSize, attempts, retryDelayMs, beforeWrite }),
    });
}
