/**
 * What has to hold of every status at the end of every story: the controller is its only owner, by server-side apply, and
 * its log speaks of no other. A second owner, even one of our own name, keeps alive what is no longer applied.
 */
import type { PolicyStatus } from '../../../pkg/api/index.js';
import type { Cluster } from './cluster.js';
import type { ControllerProcess } from './controller-process.js';

interface Shown {
  metadata: {
    name: string;
    namespace: string;
    managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1?: Record<string, unknown> }[];
  };
  status?: PolicyStatus;
}

const OWNER = 'plus1-controller Apply status';

/** Log lines that blame somebody else, or say that a status came back as another. */
const BLAMES = ['Status holds what somebody else wrote', 'Status is not kept as it was applied'];
/** Only where a story has somebody else write to a status. */
const TAKEN_BACK = 'Status taken back from other owners';

/** Throws where a policy that had a pass has another owner of its status, or a log says so. */
export async function requireOneOwner(
  cluster: Cluster,
  processes: readonly ControllerProcess[],
  { othersWrote = false } = {},
): Promise<void> {
  const { stdout } = await cluster.kubectl('get', 'plus1', '-A', '-o', 'json', '--show-managed-fields');
  const { items } = JSON.parse(stdout) as { items: Shown[] };
  const faults = [
    ...items.filter(({ status }) => status?.conditions !== undefined).flatMap(ownerFaults),
    ...processes.flatMap(({ lines }) => logFaults(lines, othersWrote ? BLAMES : [...BLAMES, TAKEN_BACK])),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function ownerFaults({ metadata: { name, namespace, managedFields = [] } }: Shown): string[] {
  const owners = managedFields
    .filter(({ subresource, fieldsV1 }) => subresource === 'status' || fieldsV1?.['f:status'] !== undefined)
    .map(({ manager, operation, subresource }) => `${manager} ${operation} ${subresource}`);
  return owners.join() === OWNER
    ? []
    : [`the status of ${namespace}/${name} belongs to: ${owners.join(', ') || 'nobody'}`];
}

function logFaults(lines: readonly Record<string, unknown>[], forbidden: readonly string[]): string[] {
  return lines.filter(({ msg }) => forbidden.includes(String(msg))).map((line) => `logged: ${JSON.stringify(line)}`);
}
