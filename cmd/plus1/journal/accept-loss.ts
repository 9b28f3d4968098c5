/** What `plus1 journal accept-loss` does: it leaves a request, which the next pass serves. */
import { writeAdvice, writeFault } from '../../../pkg/base/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { REASON_LENGTH, requestLoss } from '../../../pkg/journal/index.js';
import { printable, quote } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { foldersOf } from './place.js';

export interface AcceptLossOptions {
  reason: string;
  journal?: string;
  state?: string;
}

export function runAcceptLoss(policy: string, options: AcceptLossOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const reason = reasonOf(options.reason);
    const { journal, state } = options;
    const place = { ...(journal !== undefined && { journal: [journal] }), ...(state !== undefined && { state }) };
    const folders = await foldersOf(policy, place, io);
    const [folder] = folders;
    if (folder === undefined || folders.length > 1) throw ambiguous(policy, folders);
    try {
      await requestLoss(folder.path, { reason, time: new Date(io.clock()).toISOString() }, io.signal);
    } catch (error) {
      throw unwritable(folder.path, error);
    }
    const name = `${folder.namespace}/${folder.folder}`;
    io.stdout.write(`${printable(`${name}: the next pass closes the chain and starts a new one`)}\n`);
    return EXIT.ok;
  });
}

/** Throws PLUS1_USAGE. An auditor reads the reason years later: a word does not do. */
function reasonOf(text: string): string {
  const reason = text.trim();
  const { length } = [...reason];
  const { min, max } = REASON_LENGTH;
  if (length >= min && length <= max) return reason;
  throw new Plus1Error('PLUS1_USAGE', `--reason: found ${length} characters, allowed: ${min} to ${max}`, {
    fix: 'say in a sentence what was lost, and why',
  });
}

/** A policy of the same name was deleted before: only one of them has a damaged chain. */
const ambiguous = (policy: string, folders: readonly { folder: string }[]): Plus1Error =>
  new Plus1Error(
    'PLUS1_USAGE',
    `several policies have had the name ${quote(policy)}: ${folders.map(({ folder }) => folder).join(', ')}`,
    { fix: 'name one of these folders; the message of JournalUnavailable names it too' },
  );

function unwritable(folder: string, error: unknown): unknown {
  if (error instanceof Plus1Error) return error;
  return new Plus1Error('PLUS1_OUTPUT_UNWRITABLE', `cannot leave a request in ${folder}: ${writeFault(error)}`, {
    cause: error,
    ...writeAdvice(error),
  });
}
