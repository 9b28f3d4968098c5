/** What went wrong with the journal, as an error of the catalogue: nothing is written to GitHub while it lasts. */
import { writeAdvice, writeFault } from '../../base/index.js';
import { Plus1Error } from '../../errors/index.js';
import { isAbsent } from './files.js';

/** Of work on a chain. One of ours, and the reason of a signal, go through. */
export function journalFailure(chain: string, thrown: unknown, signal?: AbortSignal): unknown {
  if (thrown instanceof Plus1Error || signal?.aborted === true) return thrown;
  const why = isAbsent(thrown) ? 'its folder or its file is not there any more (ENOENT)' : writeFault(thrown);
  const advice = isAbsent(thrown)
    ? { fix: 'mount the volume of the journal again; without it a new chain starts' }
    : writeAdvice(thrown);
  return new Plus1Error('PLUS1_JOURNAL_UNAVAILABLE', `cannot write the journal ${chain}: ${why}`, {
    cause: thrown,
    ...advice,
  });
}

/** Of a chain that is not as it was left. */
export const damaged = (chain: string, what: string): Plus1Error =>
  new Plus1Error('PLUS1_JOURNAL_DAMAGED', `the journal ${chain} is damaged: ${what}`);
