/** `plus1 incident status`: what a pass last made of the incidents. */
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
    const found = name === undefined ? await storedIncidents(state, io) : [await oneIncident(name, state, io)];
    if (output === 'json') io.stdout.write(printableJSON({ items: found }));
    else io.stdout.write(name === undefined ? list(found) : found.map(incidentPage).join(''));
    return EXIT.ok;
  });
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
