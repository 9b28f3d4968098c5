/** Publishes to the log: what changed, at info, and one line for every pass. */
import type { Log } from '../../base/index.js';
import { isSuspended } from '../status/idle-status.js';
import { logOutcome } from './changes.js';
import { optionalPublisher } from './optional.js';
import type { Publisher } from './publisher.js';

export function logPublisher(log: Log): Publisher {
  return optionalPublisher({
    name: 'log',
    failed: 'Pass not logged',
    publish(publication) {
      const { previous } = publication;
      if (publication.kind === 'pass') logOutcome(publication.outcome, previous, log);
      else if (publication.cause.kind === 'suspended' && !isSuspended(previous)) log.info('Policy suspended');
    },
  });
}
