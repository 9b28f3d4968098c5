/**
 * Series with an owner (a policy, a credential, a controller). It remembers every label set that was written, because
 * prom-client can only remove a series that is named label by label, and a series that outlives its policy keeps an alert
 * firing for something that is gone. After `close` every write is ignored: a pass may end after its policy went.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { METRICS, type LabelsOf, type MetricEntry, type MetricName, type NameOf } from './metrics-table.js';

/** The prom-client objects of the table, on one registry. */
export interface Instruments {
  gauge(name: NameOf<'gauge'>): Gauge;
  counter(name: NameOf<'counter'>): Counter;
  histogram(name: NameOf<'histogram'>): Histogram;
}

/** What sets gauges at the moment of a scrape, by the gauge it sets. */
export type Collectors = Partial<Record<NameOf<'gauge'>, () => void>>;

/** Makes every metric of the table on `registry`. */
export function createInstruments(registry: Registry, collectors: Collectors = {}): Instruments {
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  for (const [name, entry] of Object.entries<MetricEntry>(METRICS)) {
    const options = { name, help: entry.help, labelNames: [...entry.labels], registers: [registry] };
    const collect = (collectors as Record<string, (() => void) | undefined>)[name];
    if (entry.type === 'gauge') gauges.set(name, new Gauge({ ...options, ...(collect && { collect }) }));
    else if (entry.type === 'counter') counters.set(name, new Counter(options));
    else histograms.set(name, new Histogram({ ...options, buckets: [...(entry.buckets ?? [])] }));
  }
  return { gauge: lookUp(gauges), counter: lookUp(counters), histogram: lookUp(histograms) };
}

function lookUp<M>(made: ReadonlyMap<string, M>): (name: MetricName) => M {
  return (name) => {
    const metric = made.get(name);
    if (metric === undefined) throw new TypeError(`no metric ${name}`);
    return metric;
  };
}

export class Series<Owner extends string> {
  readonly #instruments: Instruments;
  readonly #owner: Readonly<Record<Owner, string>>;
  readonly #removers = new Map<string, () => void>();
  #closed = false;

  /** `owner`: the labels that every series of it carries. */
  constructor(instruments: Instruments, owner: Readonly<Record<Owner, string>>) {
    this.#instruments = instruments;
    this.#owner = owner;
  }

  set<N extends NameOf<'gauge'>>(name: N, labels: LabelsOf<N, Owner>, value: number): void {
    if (this.#closed) return;
    const gauge = this.#instruments.gauge(name);
    gauge.set(this.#remember(gauge, name, labels), value);
  }

  /** Adds to a counter; 0 makes the series known. */
  add<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N, Owner>, value: number): void {
    if (this.#closed) return;
    const counter = this.#instruments.counter(name);
    counter.inc(this.#remember(counter, name, labels), value);
  }

  observe<N extends NameOf<'histogram'>>(name: N, labels: LabelsOf<N, Owner>, value: number): void {
    if (this.#closed) return;
    const histogram = this.#instruments.histogram(name);
    histogram.observe(this.#remember(histogram, name, labels), value);
  }

  /** Makes an empty histogram known; one that has counted already starts again. */
  zero<N extends NameOf<'histogram'>>(name: N, labels: LabelsOf<N, Owner>): void {
    if (this.#closed) return;
    const histogram = this.#instruments.histogram(name);
    histogram.zero(this.#remember(histogram, name, labels));
  }

  remove<N extends MetricName>(name: N, labels: LabelsOf<N, Owner>): void {
    const id = identity(name, { ...this.#owner, ...labels });
    this.#removers.get(id)?.();
    this.#removers.delete(id);
  }

  /** Removes every series and ignores what is written from now on. */
  close(): void {
    this.#closed = true;
    for (const remove of this.#removers.values()) remove();
    this.#removers.clear();
  }

  #remember(
    metric: { remove(labels: Record<string, string>): void },
    name: MetricName,
    labels: Record<string, string>,
  ): Record<string, string> {
    const whole: Record<string, string> = { ...this.#owner, ...labels };
    const id = identity(name, whole);
    if (!this.#removers.has(id)) this.#removers.set(id, () => metric.remove(whole));
    return whole;
  }
}

function identity(name: string, labels: Record<string, string>): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
