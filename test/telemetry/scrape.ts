/** Reads the text of a scrape back into samples, so that tests ask what Prometheus would see. */
import type { Metrics } from '../../pkg/telemetry/index.js';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export async function scrape(metrics: Metrics): Promise<Sample[]> {
  const text = await metrics.registry.metrics();
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(sample);
}

/** The one sample of that name with those labels among its labels; undefined where there is none. */
export function valueOf(
  samples: readonly Sample[],
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const found = samples.filter((entry) => entry.name === name && includes(entry.labels, labels));
  if (found.length > 1) throw new Error(`${found.length} series of ${name} match ${JSON.stringify(labels)}`);
  return found[0]?.value;
}

/** Every sample of that name as label value → value. */
export function byLabel(samples: readonly Sample[], name: string, label: string): Record<string, number> {
  const found = samples.filter((entry) => entry.name === name);
  return Object.fromEntries(found.map(({ labels, value }) => [labels[label], value]));
}

function sample(line: string): Sample {
  const [, name = '', inner = '', value = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value.replace('+Inf', 'Infinity')) };
}

function includes(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}
