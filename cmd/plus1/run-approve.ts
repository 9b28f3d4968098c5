/** What `plus1 approve` does: shows the plan, asks, and leaves the approval beside the state. */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import {
  APPROVAL_KIND,
  API_VERSION,
  parseApproval,
  type KindOfApproval,
  type Plus1Approval,
} from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { ApprovalFolder, CacheFolder, keyString, StateFolder, type PolicyKey } from '../../pkg/policies/index.js';
import { printable } from '../../pkg/text/index.js';
import { isConfirmed } from './confirmed.js';
import { readEnvironment } from './environment.js';
import { heldPlan } from './held-plan.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import type { ShownPlan } from './shown-plan.js';
import { stateFolder } from './state-folder.js';
import { onePolicy } from './stored-policy.js';

export interface ApproveOptions {
  reason: string;
  plan?: string;
  kind: KindOfApproval;
  group: string[];
  approver?: string;
  yes: boolean;
  state?: string;
}

/** The exit code. */
export function runApprove(name: string, options: ApproveOptions, io: CommandIO): Promise<number> {
  return reporting(io, () => approve(name, options, io));
}

async function approve(name: string, options: ApproveOptions, io: CommandIO): Promise<number> {
  const reason = reasonOf(options.reason);
  const folder = stateFolder(options.state, readEnvironment(io.env));
  const policy = await onePolicy(new StateFolder(folder), name, io);
  const { metadata } = policy;
  const plan = await heldPlan(policy, options.plan, { folder, cache: new CacheFolder(folder) }, io.signal);
  const object = approvalOf(metadata, { ...options, reason, plan: plan.hash }, io.clock());
  show(metadata, plan, io);
  if (!options.yes && !(await isConfirmed(`Approve this as ${object.spec.approver}?`, io))) {
    io.stderr.write('Nothing was approved.\n');
    return EXIT.failed;
  }
  await new ApprovalFolder({ state: folder }).add(object, io.signal);
  io.stdout.write(
    `${printable(`Approved by ${object.spec.approver} as ${object.metadata.name}; the next pass counts it`)}\n`,
  );
  return EXIT.ok;
}

/** Throws PLUS1_USAGE. An auditor reads the reason years later: a word does not do. */
export function reasonOf(text: string): string {
  const reason = text.trim();
  const { length } = [...reason];
  if (length >= 8 && length <= 1024) return reason;
  throw new Plus1Error('PLUS1_USAGE', `--reason: found ${length} characters, allowed: 8 to 1024`, {
    fix: 'say in a sentence why the plan is right',
  });
}

/** Throws PLUS1_USAGE for what is no approval. */
export function approvalOf(
  { namespace, name }: PolicyKey,
  { reason, plan, kind, group, approver = login() }: Omit<ApproveOptions, 'state' | 'yes' | 'plan'> & { plan: string },
  nowMs: number,
): Plus1Approval {
  const uid = randomUUID();
  const parsed = parseApproval({
    apiVersion: API_VERSION,
    kind: APPROVAL_KIND,
    metadata: {
      ...{ name: `${name.slice(0, 200)}-${uid.slice(0, 8)}`, namespace, uid },
      creationTimestamp: new Date(nowMs).toISOString(),
    },
    spec: { policyRef: { name }, planHash: plan, approver, groups: [...new Set(group)], kind, reason },
  });
  if (parsed.ok) return parsed.approval;
  throw new Plus1Error('PLUS1_USAGE', parsed.faults.join('; '));
}

/** A system without an entry for its user has none. */
function login(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new Plus1Error('PLUS1_USAGE', 'this system has no login name', {
      cause,
      fix: 'name yourself with --approver',
    });
  }
}

/** Also in a cluster, where nobody is given a report of a pass. */
const ALL_OF_PLAN = 'the web page, and the record PlanHeld of the journal, have all of them';

/** The plan that is about to be approved: its hash, its count, its names. */
export function show(key: PolicyKey, { hash, count, names, of }: ShownPlan, { stdout }: CommandIO): void {
  const rest = count - names.length;
  const lines = [
    of === undefined ? `Held plan of ${keyString(key)}: ${hash}` : `The ${of} of ${keyString(key)}: ${hash}`,
    of === undefined
      ? `${count} ${count === 1 ? 'repository' : 'repositories'}:`
      : `${count} ${count === 1 ? 'endpoint' : 'endpoints'}:`,
    ...names.map((name) => `  ${name}`),
    ...(rest > 0 ? [`  and ${rest} more; ${of === undefined ? ALL_OF_PLAN : 'the report has all of them'}`] : []),
  ];
  stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
}
