/** What `kubectl plus1 rollout` and `kubectl plus1 incident` do: they show objects of the cluster, and set one field of a spec. */
import { INCIDENTS, ROLLOUTS, type IncidentSpec, type Rollout } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { keyString, type PolicyKey } from '../../pkg/policies/index.js';
import { printable } from '../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../plus1/io.js';
import { incidentPage } from '../plus1/incident/status.js';
import { pageOf } from '../plus1/rollout/run-status.js';
import { keyOf, onCluster, type ClusterFlags, type PersonsCluster } from './cluster.js';

const KINDS = { rollout: ROLLOUTS, incident: INCIDENTS } as const;

/** What each word sets. */
const SWITCHES = {
  rollout: { pause: { paused: true }, resume: { paused: false }, abort: { abort: true } },
  incident: { close: { closed: true }, reopen: { closed: false } },
} as const satisfies Record<keyof typeof KINDS, Record<string, object>>;

export const specOf = (kind: Kind, word: string): object =>
  (SWITCHES[kind] as Readonly<Record<string, object>>)[word] ?? {};

export type Kind = keyof typeof KINDS;

type Found = Awaited<ReturnType<PersonsCluster['client']['inputs']>>[number];

/** A page each; the exit code. */
export function showInputs(kind: Kind, name: string | undefined, flags: ClusterFlags, io: CommandIO): Promise<number> {
  return onCluster(flags, io, async (cluster) => {
    const key = name === undefined ? undefined : keyOf(name, cluster, flags);
    const all = await cluster.client.inputs(KINDS[kind], key?.namespace ?? cluster.namespace, io.signal);
    const found = key === undefined ? all : [one(kind, key, all)];
    if (found.length === 0) io.stderr.write(`There is no ${kind} in ${cluster.namespace}.\n`);
    io.stdout.write(found.map(PAGES[kind]).join('\n'));
    return EXIT.ok;
  });
}

/** Sets the field; the exit code. Said already, it is left alone. */
export function switchInput(
  { kind, word, spec }: { kind: Kind; word: string; spec: object },
  name: string,
  flags: ClusterFlags,
  io: CommandIO,
): Promise<number> {
  return onCluster(flags, io, async (cluster) => {
    const key = keyOf(name, cluster, flags);
    const before = one(kind, key, await cluster.client.inputs(KINDS[kind], key.namespace, io.signal)).spec;
    const entries = Object.entries(spec);
    const has = (field: string): unknown => (before as Record<string, unknown> | undefined)?.[field] ?? false;
    if (entries.every(([field, value]) => has(field) === value)) {
      io.stderr.write(`${printable(`the ${kind} ${keyString(key)} says so already: nothing to ${word}`)}\n`);
      return EXIT.failed;
    }
    await cluster.client.setSpec(KINDS[kind], key, spec, io.signal);
    const said = entries.map(([field, value]) => `spec.${field} is ${String(value)}`).join(', ');
    io.stdout.write(`${printable(`${keyString(key)}: ${said}; the controller sees it at once`)}\n`);
    return EXIT.ok;
  });
}

function one(kind: Kind, key: PolicyKey, all: readonly Found[]): Found {
  const found = all.find(({ metadata }) => metadata.name === key.name);
  if (found !== undefined) return found;
  throw new Plus1Error('PLUS1_NOT_KNOWN', `there is no ${kind} ${keyString(key)}`, {
    fix: `look at the names with kubectl plus1 ${kind} status`,
  });
}

/** Defaults stand in the objects of an API server. */
const PAGES: Readonly<Record<Kind, (found: Found) => string>> = {
  rollout: (found) => pageOf(found as Rollout),
  incident: ({ metadata: { name, namespace }, spec, status }) =>
    incidentPage({ name, namespace, spec: spec as IncidentSpec, status: status }),
};
