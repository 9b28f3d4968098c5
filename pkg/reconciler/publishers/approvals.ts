/** Publishes to the approvals what became of each. */
import type { PassRecord } from '../pass-record.js';
import { optionalPublisher } from './optional.js';
import type { Publisher } from './publisher.js';

/**
 * A verdict that cannot be kept is made again by the next pass: by the times of hold and approval, not by what is kept. One that was used
 * was marked as that before its write was sent (`act-approvals.ts`).
 */
export function approvalPublisher({ approvals }: Pick<PassRecord, 'approvals'>): Publisher {
  return optionalPublisher({
    name: 'approvals',
    failed: 'Approvals not judged',
    async publish(publication, signal) {
      if (publication.kind !== 'pass' || approvals === undefined) return;
      const { approvals: judged = [], inputs } = publication.outcome;
      const changed = [...judged, ...(inputs?.verdicts ?? [])].filter(
        ({ approval, state, message, isMarked }) =>
          isMarked === true || approval.state !== state || (approval.message ?? '') !== message,
      );
      if (changed.length > 0) await approvals.keep(changed, signal);
    },
  });
}
