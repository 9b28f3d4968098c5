/** Publishes events: something changed, or failed to. */
import { MAX_EVENT_NOTE_CHARACTERS } from '../../api/index.js';
import type { PolicyEvent, PolicyHome } from '../../policies/index.js';
import { cut, printable } from '../../text/index.js';
import { readyReason } from '../status/idle-status.js';
import { optionalPublisher } from './optional.js';
import { eventsOf } from './pass-events.js';
import type { IdlePublication, Publication, Publisher } from './publisher.js';

export function eventPublisher(home: Pick<PolicyHome, 'record'>): Publisher {
  return optionalPublisher({
    name: 'events',
    failed: 'Events not recorded',
    publish(publication) {
      const { key, reconcileID } = publication;
      for (const event of eventsIn(publication)) {
        const message = cut(printable(event.message), MAX_EVENT_NOTE_CHARACTERS);
        home.record(key, { ...event, message, reconcileID });
      }
    },
  });
}

const eventsIn = (publication: Publication): PolicyEvent[] =>
  publication.kind === 'pass' ? eventsOf(publication.outcome, publication.previous) : idleEvents(publication);

/** Once, when the policy stops; not at every look that finds it stopped for the same reason. */
function idleEvents({ cause, previous }: IdlePublication): PolicyEvent[] {
  if (cause.kind !== 'stopped' || readyReason(previous) === cause.error.reason) return [];
  const { code, message, reason } = cause.error;
  return [{ type: 'Warning', reason, action: 'Reconcile', message: `${code}: ${message}` }];
}
