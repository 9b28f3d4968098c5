/** What notifications say of incidents: which are open, and which are late. Pure. */
import {
  NOTIFICATION_SEVERITIES,
  type IncidentSpec,
  type IncidentStatus,
  type NotificationEvent,
  type NotificationSeverity,
} from '../../api/index.js';
import { PHASE_WORDS } from '../../incident/index.js';
import type { Sighting } from '../../notify/index.js';

/** An incident after the pass. */
export interface Told {
  name: string;
  spec: Pick<IncidentSpec, 'title' | 'severity' | 'drill'>;
  status: Pick<IncidentStatus, 'timeline' | 'conditions'>;
}

type Notice = readonly [NotificationEvent, Omit<Sighting, 'event'> | undefined];

const SEVERITIES: Readonly<Record<IncidentSpec['severity'], NotificationSeverity>> = {
  Critical: 'High',
  High: 'High',
  Medium: 'Warning',
  Low: 'Info',
};

/** Both events of incidents; one of which there is nothing to say is over, unless some incidents cannot be read. */
export function noticesOf(incidents: readonly Told[], { areAllKnown }: { areAllKnown: boolean }): Notice[] {
  const open = incidents.filter(({ status }) => status.timeline?.released === undefined);
  const late = incidents.filter((each) => missed(each).length > 0);
  const dues = late.flatMap((each) => missed(each).map(({ time }) => time));
  const all: Notice[] = [
    ['IncidentOpened', reading(open, ({ spec }) => `${spec.severity}: ${spec.title}`, open.flatMap(seenAt))],
    ['IncidentOverdue', reading(late, (each) => `not met in time: ${missed(each).map(wordsOf).join(', ')}`, dues)],
  ];
  return all.filter(([, notice]) => areAllKnown || notice !== undefined);
}

/** When a pass first saw it: nothing was released then. */
const seenAt = ({ status: { conditions = [] } }: Told): string[] =>
  conditions.flatMap(({ type, lastTransitionTime }) => (type === 'Released' ? lastTransitionTime : []));

/** `times`: when each part of it came. One that comes on top of others is told when it comes, and not with their next repetition. */
function reading(incidents: readonly Told[], say: (incident: Told) => string, times: readonly string[]): Notice[1] {
  if (incidents.length === 0) return undefined;
  const ranks = incidents.map(({ spec }) => NOTIFICATION_SEVERITIES.indexOf(SEVERITIES[spec.severity]));
  const severity = NOTIFICATION_SEVERITIES[Math.max(...ranks)];
  const since = incidents.flatMap(({ status }) => status.timeline?.detected ?? []).sort()[0];
  const lines = incidents.map((each) => `${each.name}${each.spec.drill ? ' (drill)' : ''}: ${say(each)}`);
  return {
    message: lines.join('; '),
    ...(severity && { severity }),
    ...(since !== undefined && { since }),
    ...(times.length > 1 && { remindMs: Math.max(...times.map((time) => Date.parse(time))) }),
  };
}

type Due = NonNullable<IncidentStatus['timeline']>['due'][number];

/** What is late and still not met. Nobody can see that a review took place: it ends with the object. */
const missed = ({ status }: Told): Due[] =>
  (status.timeline?.due ?? []).filter(({ met, missed: isMissed }) => isMissed === true && met === undefined);

const wordsOf = ({ phase }: Due): string => PHASE_WORDS[phase].replace(/:.*/, '');
