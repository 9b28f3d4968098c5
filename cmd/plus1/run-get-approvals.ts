/** What `plus1 get approvals` does: the approvals of a state folder, as columns or whole objects. */
import type { Plus1Approval } from '../../pkg/api/index.js';
import { ApprovalFolder, keyString, StateFolder, type PolicyKey } from '../../pkg/policies/index.js';
import { printable, printableJSON, printableYAML } from '../../pkg/text/index.js';
import { readEnvironment } from './environment.js';
import { EXIT, type CommandIO } from './io.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';
import { isNamed, onePolicy } from './stored-policy.js';
import { ago, table } from './table.js';

export interface GetApprovalsOptions {
  output?: 'json' | 'yaml';
  state?: string;
}

/** The exit code. 1 where there is no such policy. */
export function runGetApprovals(
  name: string | undefined,
  options: GetApprovalsOptions,
  io: CommandIO,
): Promise<number> {
  return reporting(io, async () => {
    const folder = stateFolder(options.state, readEnvironment(io.env));
    const states = new StateFolder(folder);
    if (name !== undefined) await onePolicy(states, name, io);
    const keys = (await states.keys()).filter((key) => isNamed(key, name));
    const items = await approvalsOf(folder, keys, io);
    printApprovals(items, options.output, io);
    return EXIT.ok;
  });
}

async function approvalsOf(folder: string, keys: readonly PolicyKey[], io: CommandIO): Promise<Plus1Approval[]> {
  const onFault = (path: string, fault: string): void =>
    void io.stderr.write(`${printable(`${path} is no approval: ${fault}`)}\n`);
  const approvals = new ApprovalFolder({ state: folder, onFault });
  const items: Plus1Approval[] = [];
  for (const key of keys) items.push(...(await approvals.list(key, io.signal)).map(({ object }) => object));
  return items;
}

/** The oldest first. */
export function printApprovals(
  approvals: readonly Plus1Approval[],
  output: GetApprovalsOptions['output'],
  { stdout, stderr, clock }: CommandIO,
): void {
  const timeOf = ({ metadata }: Plus1Approval): number => Date.parse(metadata.creationTimestamp);
  const items = [...approvals].sort((a, b) => timeOf(a) - timeOf(b));
  if (output === 'json') stdout.write(printableJSON({ items }, 4));
  else if (output === 'yaml') stdout.write(printableYAML({ items }));
  else if (items.length === 0) stderr.write('No approvals found.\n');
  else stdout.write(columns(items, clock()));
}

function columns(items: readonly Plus1Approval[], nowMs: number): string {
  return table(
    ['NAME', 'POLICY', 'KIND', 'APPROVER', 'STATE', 'AGE'],
    items.map(({ metadata, spec, status }) => [
      metadata.name,
      keyString({ namespace: metadata.namespace, name: spec.policyRef.name }),
      spec.kind,
      spec.approver,
      status?.state ?? '',
      ago(metadata.creationTimestamp, nowMs),
    ]),
  );
}
