/** Publishes to the journal. Required, and before the status: the status says where the journal stands. */
import { Plus1Error } from '../../errors/index.js';
import type { Sent } from '../../github/index.js';
import type { PassJournal } from '../journal/pass-journal.js';
import type { Publisher } from './publisher.js';

/** A pass writes some kilobytes, and flushes them; a disk that needs longer is in trouble. */
const TIMEOUT_MS = 10_000;

export interface JournalPublisherOptions {
  journal: Pick<PassJournal, 'finish' | 'idle' | 'unchanged'>;
  /** What the pass sent to GitHub. */
  sent: () => Sent;
}

export function journalPublisher({ journal, sent }: JournalPublisherOptions): Publisher {
  return {
    name: 'journal',
    isRequired: true,
    timeoutMs: TIMEOUT_MS,
    failed: 'Journal not written',
    late: (seconds) => new Plus1Error('PLUS1_JOURNAL_UNAVAILABLE', `the journal was not written within ${seconds} s`),
    async publish(publication, signal) {
      if (publication.kind === 'pass') return journal.finish(publication.outcome, sent(), signal);
      const { cause } = publication;
      if (cause.kind === 'unchanged') journal.unchanged(cause);
      if (cause.kind === 'suspended') await journal.idle(undefined, signal);
      if (cause.kind === 'stopped') await journal.idle(cause.error, signal);
    },
  };
}
