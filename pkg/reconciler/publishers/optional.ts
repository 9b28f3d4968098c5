/** What the publishers have in common that a pass can do without. */
import { Plus1Error } from '../../errors/index.js';
import type { Publisher } from './publisher.js';

/** What is done within the process, or handed to a queue, takes no time; one that takes longer hangs. */
const TIMEOUT_MS = 5_000;

/** A publisher whose failure is a log line, and nothing more. */
export function optionalPublisher(own: Pick<Publisher, 'name' | 'failed' | 'publish'>): Publisher {
  return {
    ...own,
    isRequired: false,
    timeoutMs: TIMEOUT_MS,
    late: (seconds) => new Plus1Error('PLUS1_TIMEOUT', `${own.name}: no end within ${seconds} s`),
  };
}
