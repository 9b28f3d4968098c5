/** What `plus1 get` does: reads the state folder, and prints columns or whole objects. */
import type { Condition, ConditionType } from '../../pkg/api/index.js';
import { errorLine, Plus1Error } from '../../pkg/errors/index.js';
import { inForce, isMarkedDeleted, StateFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import { printableJSON, printableYAML } from '../../pkg/text/index.js';
import { readEnvironment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';
import { isNamed } from './stored-policy.js';
import { ago, table } from './table.js';

export interface GetOptions {
  output?: 'wide' | 'json' | 'yaml';
  state?: string;
}

/** Of a policy that went. */
const DELETED = 'Deleted; its ruleset keeps its members, and its state lies here until it is removed';

/** The exit code. 1 where there is no such policy. */
export function runGet(name: string | undefined, options: GetOptions, io: CommandIO): Promise<number> {
  return reporting(io, () => get(name, options, io));
}

async function get(name: string | undefined, options: GetOptions, io: CommandIO): Promise<number> {
  const folder = new StateFolder(stateFolder(options.state, readEnvironment(io.env)));
  const all = await folder.list(io.signal);
  const policies = all.policies.filter(({ metadata }) => isNamed(metadata, name));
  // One that nobody asked for is nobody's failure here.
  const faults = all.faults.filter(({ key }) => isNamed(key, name));
  for (const { error } of faults) io.stderr.write(`${errorLine(error)}\n`);
  if (name !== undefined && policies.length === 0 && faults.length > 0) return EXIT.failed;
  if (name !== undefined && policies.length === 0)
    throw new Plus1Error('PLUS1_NOT_KNOWN', `there is no policy ${JSON.stringify(name)}`);
  io.stdout.write(print(policies.map(inForce), name, options.output, io.clock()));
  if (policies.length === 0) io.stderr.write('No policies found.\n');
  return faults.length === 0 ? EXIT.ok : EXIT.failed;
}

function print(
  policies: readonly StoredPolicy[],
  name: string | undefined,
  output: GetOptions['output'],
  nowMs: number,
): string {
  if (output === undefined || output === 'wide')
    return policies.length === 0 ? '' : columns(policies, output === 'wide', nowMs);
  const single = name !== undefined && policies.length === 1;
  const object = single ? policies[0] : { apiVersion: 'v1', kind: 'List', items: policies };
  return output === 'json' ? printableJSON(object, 4) : printableYAML(object);
}

function columns(policies: readonly StoredPolicy[], wide: boolean, nowMs: number): string {
  const namespaced = new Set(policies.map(({ metadata }) => metadata.namespace)).size > 1;
  const headings = ['NAME', 'ORGANIZATION', 'MODE', 'READY', 'GOVERNED', 'HELD', 'LAST SYNC', 'AGE'];
  const rows = policies.map((policy) => [
    ...(namespaced ? [policy.metadata.namespace] : []),
    ...cells(policy, nowMs),
    ...(wide ? [isMarkedDeleted(policy) ? DELETED : (condition(policy, 'Ready')?.message ?? '')] : []),
  ]);
  return table([...(namespaced ? ['NAMESPACE'] : []), ...headings, ...(wide ? ['STATUS'] : [])], rows);
}

function cells(policy: StoredPolicy, nowMs: number): string[] {
  const { metadata, spec, status } = policy;
  return [
    metadata.name,
    text(spec.organization),
    text(spec.mode ?? 'Enforce'),
    isMarkedDeleted(policy) ? 'Deleted' : (condition(policy, 'Ready')?.status ?? ''),
    status?.compliance?.summary ?? '',
    condition(policy, 'Held')?.reason ?? '',
    ago(status?.lastSyncTime, nowMs),
    ago(metadata.creationTimestamp, nowMs),
  ];
}

function condition({ status }: StoredPolicy, type: ConditionType): Condition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}

/** A policy that is not valid is kept as it was written: a field can be anything. */
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
