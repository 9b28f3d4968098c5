/** What is to be told, before it becomes a message of a policy. */
import type { NotificationEvent, NotificationSeverity, OpenNotification } from '../../api/index.js';
import { EVENT_TABLE } from '../event-table.js';
import type { Sighting } from '../sighting.js';

export const MESSAGE_STATES = ['open', 'resolved', 'once'] as const;
type MessageState = (typeof MESSAGE_STATES)[number];

/** One thing that is told: alone, or in a digest. */
export interface Item {
  event: NotificationEvent;
  state: MessageState;
  severity: NotificationSeverity;
  message: string;
  /** RFC 3339: since when it is so, or when it happened. */
  since: string;
  fix: string;
  repositories: string[];
  /** How many more there are. */
  omitted: number;
  /** It was told before, and is still so. */
  isRepeat?: true;
}

export interface Draft extends Item {
  /** What of `open` has been told when this is delivered. */
  covers: Pick<OpenNotification, 'event' | 'since'>[];
  /** Of a digest. */
  items?: Item[];
}

/** Names that are kept of one event; every channel shows fewer. The report and `plus1 explain` have them all. */
const MAX_NAMES = 500;

/** What a source saw, as it is told. */
export function itemOf(sighting: Sighting, state: MessageState, since: string): Item {
  const { event, message, severity, fix, repositories = [], count = repositories.length } = sighting;
  const entry = EVENT_TABLE[event];
  return {
    ...{ event, state, message, since },
    severity: severity ?? entry.severity,
    fix: fix ?? entry.fix,
    repositories: repositories.slice(0, MAX_NAMES),
    omitted: Math.max(0, count - Math.min(repositories.length, MAX_NAMES)),
  };
}

/** That something is over. */
export function resolvedItem({ event, since }: OpenNotification): Item {
  const { severity, title } = EVENT_TABLE[event];
  const message = `Over: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return { event, state: 'resolved', severity, message, since, fix: 'nothing', repositories: [], omitted: 0 };
}
