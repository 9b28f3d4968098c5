/** What `kubectl plus1 approve` does: shows the plan, asks, and makes the approval in the name of who asks. */
import { INPUT_KINDS, type KindOfApproval } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import type { Self } from '../../pkg/policies/cluster/index.js';
import { keyString, type PolicyRecord } from '../../pkg/policies/index.js';
import { printable } from '../../pkg/text/index.js';
import { isConfirmed } from '../plus1/confirmed.js';
import { heldAmong } from '../plus1/held-object.js';
import type { ShownPlan } from '../plus1/shown-plan.js';
import { EXIT, type CommandIO } from '../plus1/io.js';
import { reasonOf, show } from '../plus1/run-approve.js';
import { keyOf, onCluster, type ClusterFlags, type PersonsCluster } from './cluster.js';

export interface ApproveFlags extends ClusterFlags {
  reason: string;
  plan?: string;
  kind: KindOfApproval;
  yes: boolean;
}

/** The exit code. */
export function approve(name: string, flags: ApproveFlags, io: CommandIO): Promise<number> {
  return onCluster(flags, io, async (cluster) => {
    const reason = reasonOf(flags.reason);
    const key = keyOf(name, cluster, flags);
    const policy = await cluster.client.policy(key, io.signal);
    const plan = await planOf(policy, flags.plan, cluster, io.signal);
    const self = await cluster.client.self(io.signal);
    const groups = groupsOf(policy, self);
    show(key, plan, io);
    io.stdout.write(`${printable(groupLine(policy, groups))}\n`);
    if (!flags.yes && !(await isConfirmed(`Approve this as ${self.username}?`, io))) {
      io.stderr.write('Nothing was approved.\n');
      return EXIT.failed;
    }
    const { kind } = flags;
    const spec = { policyRef: { name: key.name }, planHash: plan.hash, approver: self.username, groups, kind, reason };
    const made = await cluster.client.approve(key, spec, io.signal);
    const what = `Approved by ${self.username} as ${made}; kubectl plus1 get approvals shows what becomes of it`;
    io.stdout.write(`${printable(what)}\n`);
    return EXIT.ok;
  });
}

/** What an object beside the policy waits with, where its hash was named; else the plan of the policy. Throws as `heldPlan`. */
async function planOf(
  policy: PolicyRecord,
  wanted: string | undefined,
  { client }: Pick<PersonsCluster, 'client'>,
  signal: AbortSignal,
): Promise<ShownPlan> {
  if (wanted === undefined || wanted === policy.status.hold?.planHash) return heldPlan(policy, wanted);
  for (const kind of INPUT_KINDS) {
    const held = heldAmong(await client.inputs(kind, policy.key.namespace, signal), policy.key, wanted);
    if (held !== undefined) return held;
  }
  return heldPlan(policy, wanted);
}

/** The plan that is held now. Throws PLUS1_NOT_HELD where there is none, or another than was looked at. */
function heldPlan({ key, status }: PolicyRecord, wanted: string | undefined): ShownPlan {
  const fix = 'see with kubectl get plus1 what is held now';
  const { hold } = status;
  if (hold === undefined) throw new Plus1Error('PLUS1_NOT_HELD', `nothing of ${keyString(key)} is held`, { fix });
  const { planHash, count } = hold;
  if (wanted === undefined || wanted === planHash)
    return { hash: planHash, count, names: namesOf({ ...status, hold }) };
  const what = `no plan with the hash ${wanted} is held; the one that is held now is ${planHash}`;
  throw new Plus1Error('PLUS1_NOT_HELD', what, { fix });
}

/** The hold names 50; of those that leave, the exit clocks name up to 500. One that is not due yet is no part of the plan. */
function namesOf({
  hold,
  leaving = [],
  lastPass,
}: PolicyRecord['status'] & { hold: NonNullable<PolicyRecord['status']['hold']> }): string[] {
  if (hold.repositories.length >= hold.count) return [...hold.repositories].sort();
  const asOf = Date.parse(lastPass?.completionTime ?? '');
  const due = leaving.filter(({ dueTime }) => Date.parse(dueTime) <= asOf).map(({ name }) => name);
  return [...new Set([...hold.repositories, ...due])].sort();
}

/** A person may be in hundreds, and an approval takes 16: those that the policy names. */
function groupsOf({ policy }: PolicyRecord, { groups }: Self): string[] {
  return namedGroups(policy).filter((group) => groups.includes(group));
}

function namedGroups(policy: PolicyRecord['policy']): string[] {
  const { groups = [], emergencyGroups = [] } = policy?.spec.guards.approval ?? {};
  return [...new Set([...groups, ...emergencyGroups])];
}

function groupLine({ policy }: PolicyRecord, own: readonly string[]): string {
  const named = namedGroups(policy);
  if (named.length === 0) return 'The policy asks for no groups.';
  const asked = `of ${named.join(', ')}`;
  return own.length === 0 ? `You are in none ${asked}.` : `Your groups, ${asked}: ${own.join(', ')}`;
}
