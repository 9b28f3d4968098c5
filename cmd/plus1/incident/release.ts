/** `plus1 incident release`: shows what is held and checked, asks, and leaves an approval beside the state. */
import { ApprovalFolder } from '../../../pkg/policies/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { printable } from '../../../pkg/text/index.js';
import { isConfirmed } from '../confirmed.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { approvalOf, reasonOf } from '../run-approve.js';
import { stateFolder } from '../state-folder.js';
import { oneIncident, type StoredIncident } from './stored.js';

export interface ReleaseOptions {
  reason: string;
  kind: 'Normal' | 'Emergency';
  group: string[];
  approver?: string;
  yes: boolean;
  state?: string;
}

/** The exit code. */
export function runIncidentRelease(name: string, options: ReleaseOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const reason = reasonOf(options.reason);
    const incident = await oneIncident(name, options.state, io);
    const { hold } = incident.status;
    if (hold === undefined)
      throw new Plus1Error('PLUS1_NOT_HELD', `nothing of ${incident.namespace}/${incident.name} is held`, {
        fix: 'ask for the release first, with plus1 incident close, and wait for a pass',
      });
    const key = { namespace: incident.namespace, name: incident.spec.policyRef.name };
    const object = approvalOf(key, { ...options, reason, plan: hold.planHash }, io.clock());
    show(incident, io);
    if (!options.yes && !(await isConfirmed(`Approve this as ${object.spec.approver}?`, io))) {
      io.stderr.write('Nothing was approved.\n');
      return EXIT.failed;
    }
    await new ApprovalFolder({ state: stateFolder(options.state, readEnvironment(io.env)) }).add(object, io.signal);
    io.stdout.write(
      `${printable(`Approved by ${object.spec.approver} as ${object.metadata.name}; the next pass counts it`)}\n`,
    );
    return EXIT.ok;
  });
}

function show({ namespace, name, status: { hold, checks = [] } }: StoredIncident, { stdout }: CommandIO): void {
  if (hold === undefined) return;
  const rest = hold.count - hold.repositories.length;
  const lines = [
    `Held of ${namespace}/${name}, ${hold.reason}: ${hold.planHash}`,
    ...checks.map((check) => `  ${check.name}: ${check.result}, ${check.message}`),
    `${hold.count} ${hold.count === 1 ? 'repository' : 'repositories'}:`,
    ...hold.repositories.map((repository) => `  ${repository}`),
    ...(rest > 0 ? [`  and ${rest} more; the report has all of them`] : []),
  ];
  stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
}
