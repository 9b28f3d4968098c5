/** Publishes the status to where the policy lives, and keeps what a pass knows beside it. Required: it is the memory of the next pass. */
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import type { PassRecord } from '../pass-record.js';
import { remember } from '../memory/remembered.js';
import type { PassPublication, Publication, Publisher } from './publisher.js';

/** A status is some kilobytes; a disk or an API server that needs longer is in trouble, and the next pass keeps it again. */
const TIMEOUT_MS = 10_000;

export interface StatusPublisherOptions {
  record: Pick<PassRecord, 'keepStatus'>;
  log: Pick<Log, 'warn'>;
}

export function statusPublisher({ record, log }: StatusPublisherOptions): Publisher {
  return {
    name: 'status',
    isRequired: true,
    timeoutMs: TIMEOUT_MS,
    failed: 'Status not kept',
    // A disk that does not answer is no fault of the program.
    late: (seconds) => new Plus1Error('PLUS1_STATE_UNWRITABLE', `the status was not kept within ${seconds} s`),
    async publish(publication, signal) {
      if (!isNew(publication)) return;
      // At once, and whatever becomes of the status: what a pass saw in production must end an exit clock also where the status
      // that says so cannot be kept. Else the next contrary answer would count from the old start.
      const known = publication.kind === 'pass' ? keepKnown(publication, log, signal) : undefined;
      try {
        await record.keepStatus(publication.status, signal);
      } finally {
        await known;
      }
    },
  };
}

/** A status that is as it was is no write; one that could not be read is left as it is for the person who repairs it. */
function isNew(publication: Publication): boolean {
  if (publication.kind === 'pass') return true;
  return publication.cause.kind !== 'unreadable' && !isDeepStrictEqual(publication.status, publication.previous);
}

/** What is merely known may be forgotten: that it cannot be kept fails nothing. */
async function keepKnown(
  { outcome, verdicts }: PassPublication,
  log: Pick<Log, 'warn'>,
  signal: AbortSignal,
): Promise<void> {
  const remembered = remember(outcome, verdicts.remembered);
  const { seen, anchor } = outcome;
  const isFull = seen?.isQuick !== true;
  const sight = { whole: isFull && seen?.complete === true, listed: isFull && seen?.isListed === true };
  await verdicts.keep({ ...sight, remembered, look: anchor?.look }, signal).catch((error: unknown) => {
    log.warn('Verdicts not kept', { error: error instanceof Error ? error.message : String(error) });
  });
}
