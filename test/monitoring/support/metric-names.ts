/** Which metrics and labels a query speaks of. Reads the shipped queries, not all of PromQL. */
import { METRICS, type MetricEntry } from '../../../pkg/telemetry/index.js';

const TABLE: Record<string, MetricEntry> = METRICS;
/** Parts that a histogram is scraped in. */
const PARTS = /_(bucket|sum|count)$/;
/** Node's own series are no part of the table. */
const OF_NODE = /^(process|nodejs)_/;
/** Prometheus adds these to what it scrapes, and `le` is the bucket's. */
const ADDED = ['job', 'instance', 'le'];

/** The entry of the table that a series belongs to. */
export function entryOf(series: string): MetricEntry | undefined {
  const whole = TABLE[series];
  if (whole !== undefined) return whole.type === 'histogram' ? undefined : whole;
  const owner = TABLE[series.replace(PARTS, '')];
  return owner?.type === 'histogram' ? owner : undefined;
}

/** What is wrong with the names in a query: a metric that nobody exports, or a label that it does not have. */
export function unknownNames(expr: string): string[] {
  const bare = expr.replaceAll(/"[^"]*"/g, '""');
  const grouping = [...bare.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) => split(list));
  const selectors = [...bare.matchAll(/\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b(?:\{([^}]*)\})?/g)].filter(
    ([, name = '']) => !FUNCTIONS.has(name) && !grouping.includes(name),
  );
  const known = selectors.flatMap(([, name = '']) => entryOf(name)?.labels ?? []);
  return [
    ...selectors.flatMap(([, name = '', matchers = '']) => faultsOf(name, matchers)),
    ...grouping.filter((label) => !known.includes(label) && !ADDED.includes(label)).map((label) => `by ${label}`),
  ];
}

const FUNCTIONS = new Set(['histogram_quantile', 'max_over_time', 'min_over_time']);

function split(list: string): string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function faultsOf(name: string, matchers: string): string[] {
  if (OF_NODE.test(name)) return [];
  const entry = entryOf(name);
  if (entry === undefined) return [name];
  const labels = split(matchers).map((matcher) => matcher.replace(/\s*[=!].*$/, ''));
  return labels.filter((label) => !entry.labels.includes(label)).map((label) => `${name}{${label}}`);
}
