/** `docs/reference/metrics.md`, from the table of metrics. */
import { METRICS, type MetricEntry, type MetricGroup } from '../../pkg/telemetry/index.js';

const HEADER = `<!-- Written by \`make generate\` from pkg/telemetry/metrics-table.ts. Change the table, not this page. -->

# Metrics

The controller serves these at \`/metrics\` of \`--metrics-address\`, in Prometheus' text format. Beside them stand Node's own
series, \`process_*\` and \`nodejs_*\`; watch \`nodejs_eventloop_lag_p99_seconds\` among those. It is sampled every
100 ms and holds that wait: a process at rest shows 0.1 s.

No series has a label called \`namespace\`: Prometheus gives that label to the scraped pod.
`;

/** What the series of a group share, in the order of the page. */
const GROUPS: Record<MetricGroup, { title: string; about: string }> = {
  policies: {
    title: 'Policies',
    about: `Each policy has its own series: \`policy\` is \`namespace/name\`, \`organization\` is the one that the policy names. They go when
the policy goes. A value that no pass has seen yet has no series. Counters whose labels are known beforehand begin at 0.`,
  },
  credentials: {
    title: 'GitHub',
    about: `By credential, since policies may share one: \`credential\` is \`namespace/secret\`, or \`environment\` for the token of the
environment.`,
  },
  webhooks: {
    title: 'Webhooks',
    about: 'Only with `--webhook-address`. Every pair of the labels begins at 0.',
  },
  storage: {
    title: 'Storage',
    about:
      'The state folder with its journal, and the volume on which it lies. No series where the file system does not say.',
  },
  siem: {
    title: 'SIEM',
    about: 'Of each sink to which the journal is sent: `sink` is its name. No series without `--siem`.',
  },
  build: { title: 'Build', about: 'What runs.' },
  controller: {
    title: 'Controller',
    about: `The names and labels of controller-runtime, so that dashboards made for it work. Every series begins at 0. \`controller\`
is the name of the controller.`,
  },
  queue: {
    title: 'Work queue',
    about: 'Also as in controller-runtime. `name` is the name of the controller that the queue belongs to.',
  },
  cluster: {
    title: 'Cluster',
    about: 'Only where policies live in a cluster. The names and labels are those of client-go.',
  },
};

/** The page as it must be. */
export function metricsPage(): string {
  return [HEADER, ...(Object.keys(GROUPS) as MetricGroup[]).map(section)].join('\n');
}

function section(group: MetricGroup): string {
  const { title, about } = GROUPS[group];
  const entries = Object.entries<MetricEntry>(METRICS).filter(([, entry]) => entry.group === group);
  return `## ${title}

${about}

| Metric | Type | Labels | Meaning |
| --- | --- | --- | --- |
${entries.map(([name, entry]) => row(name, entry)).join('\n')}
`;
}

function row(name: string, { type, labels, help, buckets = [] }: MetricEntry): string {
  const bounds = buckets.length === 0 ? '' : ` Buckets: ${buckets.join(', ')}.`;
  return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help}${bounds} |`;
}
