/** What notifications say of incidents: which are open, and which are late. Pure. */
import type { IncidentSpec, IncidentStatus, NotificationEvent, NotificationSeverity } from '../../api/index.js';
import { PHASE_WORDS } from '../../incident/index.js';
import type { Sighting } from '../../notify/index.js';

/** An incident after the pass. */
export interface Told {
  name: string;
  spec: Pick<IncidentSpec, 'title' | 'severity' | 'drill'>;
  status: Pick<IncidentStatus, 'timeline'>;
}

type Notice = readonly [NotificationEvent, Omit<Sighting, 'event'> | undefined];

const SEVERITIES: Readonly<Record<IncidentSpec['severity'], NotificationSeverity>> = {
  Critical: 'High',
  High: 'High',
  Medium: 'Warning',
  Low: 'Info',
};
const RANKS: readonly NotificationSeverity[] = ['Info', 'Warning', 'High'];

/** Both events of incidents; one of which there is nothing to say is over. */
export function noticesOf(incidents: readonly Told[]): Notice[] {
  const open = incidents.filter(({ status }) => status.timeline?.released === undefined);
  const late = incidents.filter((each) => missed(each).length > 0);
  return [
    ['IncidentOpened', reading(open, ({ spec }) => `${spec.severity}: ${spec.title}`)],
    ['IncidentOverdue', reading(late, (each) => `not met in time: ${missed(each).join(', ')}`)],
  ];
}

function reading(incidents: readonly Told[], say: (incident: Told) => string): Notice[1] {
  if (incidents.length === 0) return undefined;
  const ranks = incidents.map(({ spec }) => RANKS.indexOf(SEVERITIES[spec.severity]));
  const severity = RANKS[Math.max(...ranks)];
  const since = incidents.flatMap(({ status }) => status.timeline?.detected ?? []).sort()[0];
  const lines = incidents.map((each) => `${each.name}${each.spec.drill ? ' (drill)' : ''}: ${say(each)}`);
  return { message: lines.join('; '), ...(severity && { severity }), ...(since !== undefined && { since }) };
}

/** What is late and still not met, in the words of its phase. Nobody can see that a review took place: it ends with the object. */
const missed = ({ status }: Told): string[] =>
  (status.timeline?.due ?? []).flatMap(({ phase, met, missed: isMissed }) =>
    isMissed === true && met === undefined ? [PHASE_WORDS[phase].replace(/:.*/, '')] : [],
  );
