/**
 * What has to hold of every status at the end of every story: the controller is its only owner, by server-side apply, and
 * its log speaks of no other. A second owner, even one of our own name, keeps alive what is no longer applied.
 */
import { INPUT_KINDS, type PolicyStatus } from '../../../pkg/api/index.js';
import type { AuditEvent } from './audit.js';
import type { Cluster } from './cluster.js';

interface Shown {
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    resourceVersion: string;
    managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1?: Record<string, unknown> }[];
  };
  status?: PolicyStatus & { message?: string };
}

/** Kinds whose status the controller writes. */
const PLURALS = ['plus1policies', 'plus1approvals', ...INPUT_KINDS.map(({ plural }) => plural)];

const OWNER = 'plus1-controller Apply status';

/** Log lines that blame somebody else, or say that a status came back as another. */
const BLAMES = ['Status holds what somebody else wrote', 'Status is not kept as it was applied'];
/** Only where a story has somebody else write to a status. */
const TAKEN_BACK = 'Status taken back from other owners';

/** Of a controller: the lines of its log. */
export interface Logged {
  lines: readonly Record<string, unknown>[];
}

/**
 * Throws where a policy that had a pass, or an approval that one has judged, has another owner of its status, or had one when it was
 * deleted, or a log says so; and where there is no policy that could tell.
 */
export async function requireOneOwner(
  cluster: Cluster,
  processes: readonly Logged[],
  { othersWrote = false } = {},
): Promise<void> {
  const judged = (await lastOfEach(cluster)).filter(isJudged);
  const faults = [
    ...(judged.every(({ status }) => status?.conditions === undefined)
      ? ['no policy had a status: nothing tells who owns it']
      : []),
    ...judged.flatMap(ownerFaults),
    ...processes.flatMap(({ lines }) => logFaults(lines, othersWrote ? BLAMES : [...BLAMES, TAKEN_BACK])),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** A policy had a pass, or a pass has judged the approval. */
const isJudged = ({ status }: Shown): boolean => status?.conditions !== undefined || status?.message !== undefined;

/** Every policy and approval of the story as it is, or as the last write before its deletion left it. */
async function lastOfEach(cluster: Cluster): Promise<Shown[]> {
  const { stdout } = await cluster.kubectl(
    ...['get', PLURALS.join(), '-A', '-o', 'json', '--show-managed-fields'],
    // Where the story ends with an uninstallation there are no such kinds any more.
    { mayFail: true },
  );
  const { items: live } = JSON.parse(stdout === '' ? '{"items":[]}' : stdout) as { items: Shown[] };
  const last = new Map<string, Shown>();
  for (const each of [...cluster.audit().flatMap(written), ...live]) {
    const known = last.get(each.metadata.uid);
    if (known === undefined || versionOf(each) >= versionOf(known)) last.set(each.metadata.uid, each);
  }
  return [...last.values()];
}

const versionOf = ({ metadata }: Shown): number => Number(metadata.resourceVersion);

/** The object that a write left. */
function written({ objectRef, responseStatus, responseObject }: AuditEvent): Shown[] {
  const isOurs = PLURALS.includes(objectRef?.resource ?? '') && (responseStatus?.code ?? 500) < 300;
  return isOurs && responseObject !== undefined ? [responseObject as Shown] : [];
}

function ownerFaults({ kind, metadata: { name, namespace, managedFields = [] } }: Shown): string[] {
  const owners = managedFields
    .filter(({ subresource, fieldsV1 }) => subresource === 'status' || fieldsV1?.['f:status'] !== undefined)
    .map(({ manager, operation, subresource }) => `${manager} ${operation} ${subresource}`);
  return owners.join() === OWNER
    ? []
    : [`the status of ${kind} ${namespace}/${name} belongs to: ${owners.join(', ') || 'nobody'}`];
}

function logFaults(lines: readonly Record<string, unknown>[], forbidden: readonly string[]): string[] {
  return lines.filter(({ msg }) => forbidden.includes(String(msg))).map((line) => `logged: ${JSON.stringify(line)}`);
}
