/**
 * All that the product counts, on a registry of its own: two instances in one process do not see each other. Hooks are
 * bound to their owner and may be asked for again and again. Hazard: hooks of a forgotten policy or credential are dead
 * for good; ask again.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ControllerMetrics, UnfinishedWork } from '../controller/index.js';
import { controllerMetrics, queueMetrics } from './controller-series.js';
import { policyMetrics, type PolicyLabel, type PolicyMetrics } from './policy-metrics.js';
import { createInstruments, Series, type Instruments } from './series.js';

/**
 * How often the delay of the event loop is sampled, ms. Each sample wakes the process: prom-client's default of 10 ms took half
 * of the processor time of a controller at rest. What is reported holds the wait for the sample too, as Node defines it
 * (https://nodejs.org/docs/latest-v20.x/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions).
 */
const EVENT_LOOP_SAMPLE_MS = 100;

export interface MetricsOptions {
  /** For `plus1_build_info`. */
  version: string;
  /**
   * Node's own series, `nodejs_*` and `process_*`. Default true; they add collectors to the process that last as long as it. False where
   * nobody can read them.
   */
  defaultMetrics?: boolean;
}

/** A policy by namespace and name. */
export interface PolicyKey {
  namespace: string;
  name: string;
}

/** The hooks of one credential. */
export interface CredentialMetrics {
  /** `api`: `rest`, `graphql`; `code`: the HTTP status, or a word where there was none. */
  request(request: { api: string; code: string }): void;
  /** What GitHub last answered. */
  rateLimit(limit: { resource: string; limit: number; remaining: number }): void;
  /** When it ends, Unix ms; undefined: it has no end, so that one that was known goes. */
  expiry(endsMs: number | undefined): void;
}

/** The hooks of a cluster. */
export interface ClusterMetrics {
  request(request: { code: string; method: string; host: string }): void;
  leading(name: string, leading: boolean): void;
}

/** The hooks of the server of webhooks. */
export interface WebhookMetrics {
  delivery(counted: { event: string; result: string }): void;
}

/** The hooks of the state folder. */
export interface StorageMetrics {
  bytes(kind: string, bytes: number): void;
  /** Of the volume: what is left, and which part of that belongs to journal and state. */
  volume(space: { freeBytes: number; reservedBytes: number }): void;
}

/** The hooks of one sink of the journal. */
export interface SinkMetrics {
  lag(records: number, seconds: number): void;
  records(result: 'sent' | 'rejected', count: number): void;
  up(isUp: boolean): void;
}

interface KnownPolicy {
  organization: string;
  series: Series<PolicyLabel>;
  hooks: PolicyMetrics;
}

interface KnownCredential {
  series: Series<'credential'>;
  hooks: CredentialMetrics;
}

export class Metrics {
  readonly registry = new Registry();
  readonly #instruments: Instruments;
  readonly #policies = new Map<string, KnownPolicy>();
  readonly #credentials = new Map<string, KnownCredential>();
  readonly #controllers = new Map<string, ControllerMetrics>();
  readonly #queues = new Map<string, { series: Series<'name'>; read: () => UnfinishedWork }>();

  constructor({ version, defaultMetrics = true }: MetricsOptions) {
    this.#instruments = createInstruments(this.registry, {
      workqueue_unfinished_work_seconds: () => {
        for (const { series, read } of this.#queues.values())
          series.set('workqueue_unfinished_work_seconds', {}, read().seconds);
      },
      workqueue_longest_running_processor_seconds: () => {
        for (const { series, read } of this.#queues.values()) {
          series.set('workqueue_longest_running_processor_seconds', {}, read().longestSeconds);
        }
      },
    });
    new Series(this.#instruments, { version }).set('plus1_build_info', {}, 1);
    if (defaultMetrics)
      collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
  }

  /** The standard series of the controller `name` and of its queue, which bears the same name. */
  controller(name: string): ControllerMetrics {
    const known = this.#controllers.get(name);
    if (known !== undefined) return known;
    const series = new Series(this.#instruments, { name });
    const queue = queueMetrics(series, (read) => this.#queues.set(name, { series, read }));
    const hooks = controllerMetrics(new Series(this.#instruments, { controller: name }), queue);
    this.#controllers.set(name, hooks);
    return hooks;
  }

  /** The series of a policy. Another organization than before: the series with the old one go. */
  policy(key: PolicyKey, organization: string): PolicyMetrics {
    const policy = labelOf(key);
    const known = this.#policies.get(policy);
    if (known?.organization === organization) return known.hooks;
    known?.series.close();
    const series = new Series<PolicyLabel>(this.#instruments, { policy, organization });
    const hooks = policyMetrics(series);
    this.#policies.set(policy, { organization, series, hooks });
    return hooks;
  }

  /** Removes every series of a policy that went; what a pass still under way counts for it is ignored. */
  forgetPolicy(key: PolicyKey): void {
    const policy = labelOf(key);
    this.#policies.get(policy)?.series.close();
    this.#policies.delete(policy);
  }

  /** The series of a credential: `namespace/secret`, or `environment`. */
  credential(name: string): CredentialMetrics {
    const known = this.#credentials.get(name);
    if (known !== undefined) return known.hooks;
    const series = new Series(this.#instruments, { credential: name });
    const hooks: CredentialMetrics = {
      request: ({ api, code }) => series.add('plus1_github_requests_total', { api, code }, 1),
      rateLimit({ resource, limit, remaining }) {
        series.set('plus1_github_rate_limit_limit', { resource }, limit);
        series.set('plus1_github_rate_limit_remaining', { resource }, remaining);
      },
      expiry(endsMs) {
        if (endsMs === undefined) series.remove('plus1_credential_expiry_timestamp_seconds', {});
        else series.set('plus1_credential_expiry_timestamp_seconds', {}, endsMs / 1_000);
      },
    };
    this.#credentials.set(name, { series, hooks });
    return hooks;
  }

  /** The series of the API server's client and of leader election. */
  cluster(): ClusterMetrics {
    const series = new Series<never>(this.#instruments, {});
    return {
      request: ({ code, method, host }) => series.add('rest_client_requests_total', { code, method, host }, 1),
      leading: (name, leading) => series.set('leader_election_master_status', { name }, leading ? 1 : 0),
    };
  }

  /** The series of the server of webhooks; every pair of the known labels begins at 0. */
  webhooks(known: { events: readonly string[]; results: readonly string[] }): WebhookMetrics {
    const series = new Series<never>(this.#instruments, {});
    const count = (event: string, result: string, by: number): void =>
      series.add('plus1_webhook_deliveries_total', { event, result }, by);
    for (const event of known.events) for (const result of known.results) count(event, result, 0);
    return { delivery: ({ event, result }) => count(event, result, 1) };
  }

  /** The series of the state folder. */
  storage(): StorageMetrics {
    const series = new Series<never>(this.#instruments, {});
    return {
      bytes: (kind, bytes) => series.set('plus1_state_bytes', { kind }, bytes),
      volume({ freeBytes, reservedBytes }) {
        series.set('plus1_state_free_bytes', {}, freeBytes);
        series.set('plus1_state_reserved_bytes', {}, reservedBytes);
      },
    };
  }

  /** The series of a sink of the journal, its counters at 0: a rate over a series that first appears at 1 is 0. */
  siem(sink: string): SinkMetrics {
    const series = new Series(this.#instruments, { sink });
    for (const result of ['sent', 'rejected']) series.add('plus1_siem_records_total', { result }, 0);
    return {
      lag: (records, seconds) => {
        series.set('plus1_siem_lag_records', {}, records);
        series.set('plus1_siem_lag_seconds', {}, seconds);
      },
      records: (result, count) => series.add('plus1_siem_records_total', { result }, count),
      up: (isUp) => series.set('plus1_siem_up', {}, isUp ? 1 : 0),
    };
  }

  /** Removes every series of a credential that nobody uses any more. */
  forgetCredential(name: string): void {
    this.#credentials.get(name)?.series.close();
    this.#credentials.delete(name);
  }
}

const labelOf = ({ namespace, name }: PolicyKey): string => `${namespace}/${name}`;
