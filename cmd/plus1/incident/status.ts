/** `plus1 incident status`: what a pass last made of the incidents. */
import { keyString } from '../../../pkg/policies/index.js';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { table } from '../table.js';
import { oneIncident, storedIncidents, type StoredIncident } from './stored.js';

export interface StatusOptions {
  output: 'text' | 'json';
  state?: string;
}

/** The exit code. */
export function runStatus(name: string | undefined, { output, state }: StatusOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const found = name === undefined ? await shownIncidents(state, io) : [await oneIncident(name, state, io)];
    if (output === 'json') io.stdout.write(printableJSON({ items: found }));
    else io.stdout.write(name === undefined ? list(found) : found.map(incidentPage).join(''));
    return EXIT.ok;
  });
}

/** All but those that are wrong, which are told: nobody may take them for closed. */
async function shownIncidents(state: string | undefined, io: CommandIO): Promise<StoredIncident[]> {
  const { incidents, wrong } = await storedIncidents(state, io);
  for (const each of wrong)
    io.stderr.write(`${printable(`${keyString(each)} is wrong, and is not shown: ${each.faults.join('; ')}`)}\n`);
  return incidents;
}

function list(incidents: readonly StoredIncident[]): string {
  if (incidents.length === 0) return 'No incident is known\n';
  return table(
    ['INCIDENT', 'SEVERITY', 'STATE', 'ISOLATED', 'HELD', 'COMMANDER'],
    incidents.map(({ name, namespace, spec, status }) => [
      ...[`${namespace}/${name}${spec.drill ? ' (drill)' : ''}`, spec.severity, status.state ?? 'Open'],
      String(status.total?.isolated ?? status.isolated?.length ?? 0),
      ...[status.hold?.reason ?? '', spec.commander ?? ''],
    ]),
  );
}

/** All that a pass made of one, as text. */
export function incidentPage({ name, namespace, spec, status }: Omit<StoredIncident, 'uid' | 'file'>): string {
  const lines = [
    `${namespace}/${name}${spec.drill ? ' (drill)' : ''}: ${spec.severity}, ${spec.title}`,
    ...(status.conditions ?? []).map(
      ({ type, status: is, reason, message }) => `  ${type} ${is} ${reason}: ${message}`,
    ),
    ...(status.timeline?.due ?? []).map(
      ({ phase, time, met, missed }) =>
        `  due ${phase} ${time}${met === undefined ? '' : `, met ${met}`}${missed === true ? ', missed' : ''}`,
    ),
    ...(status.hold === undefined
      ? []
      : [`  held: plus1 incident release ${namespace}/${name} --reason TEXT approves ${status.hold.planHash}`]),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}
