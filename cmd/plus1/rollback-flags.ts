/** What a rollback is asked for with, in a folder and in a cluster alike. */
import { Plus1Error } from '../../pkg/errors/index.js';

const MAX_REASON_CHARACTERS = 1_024;

/** Without blanks around it; undefined where none was given. Throws PLUS1_USAGE. */
export function rollbackReason(text: string | undefined): string | undefined {
  const reason = text?.trim();
  const length = [...(reason ?? '')].length;
  if (reason === undefined || (length > 0 && length <= MAX_REASON_CHARACTERS)) return reason;
  throw new Plus1Error('PLUS1_USAGE', `--reason: found ${length} characters, allowed: 1 to ${MAX_REASON_CHARACTERS}`);
}

/** `--writer` without the number of a record. */
export function writerWithoutNumber(): Plus1Error {
  return new Plus1Error('PLUS1_USAGE', '--writer: only together with the number of a record in --to', {
    fix: 'leave --writer out: a time is looked up in the records of all writers; or give --to the number of a record',
  });
}

/** When it is carried out; `otherwise` ends the sentence of a policy that writes. */
export function whenCarriedOut({ suspend, mode }: { suspend?: unknown; mode?: unknown }, otherwise: string): string {
  if (suspend === true) return 'the policy is suspended, and the first pass after that carries it out';
  if (mode === 'Observe') return 'the policy only observes, and the first pass in another mode carries it out';
  return otherwise;
}
