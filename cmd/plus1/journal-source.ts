/** The journal that a process writes: where it lies, and by whose name and key it is written. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { faultText, type Log, type Timers } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { ownKey, ownWriter, realFiles, type Files, type Head } from '../../pkg/journal/index.js';
import { CacheFolder, type PolicyEvent, type PolicyKey } from '../../pkg/policies/index.js';
import { JournalKeeper, type JournalMetrics } from '../../pkg/reconciler/index.js';
import { defined } from './defined.js';
import type { JournalFlags } from './journal-flags.js';
import { version } from './version.js';

/** Folders of a state folder that begin with a dot are nobody's namespace. */
const JOURNAL = '.journal';
const DAYS = '.days';

export interface JournalSetup {
  flags: JournalFlags;
  cwd: string;
  /** The state folder: of the journal where no flag names another place, and of the counters of a day. */
  state: string;
  /** `plus1-controller` or `plus1-sync`. */
  program: string;
  /** The pod's name; absent in a folder, which keeps a name of its own. */
  writer?: string | undefined;
  clock: Timers;
  log: Log;
  beforeWrite?: (() => void) | undefined;
  metrics?: (key: PolicyKey, organization: string) => JournalMetrics;
  onLost?: (key: PolicyKey, message: string) => void;
  /** Called after records were written and flushed. */
  onWritten?: ((head: Head) => void) | undefined;
  /** For tests that break the disk. */
  files?: Files | undefined;
}

/** The event of a volume that was lost. */
export const lostEvent = (message: string): PolicyEvent => ({
  type: 'Warning',
  reason: 'JournalLost',
  action: 'Journal',
  message,
});

/** `--journal`, else `.journal` of the state folder. */
export const journalRoot = (
  { journal }: Pick<JournalFlags, 'journal'>,
  state: string,
  { cwd }: { cwd: string },
): string => (journal === undefined ? resolve(cwd, state, JOURNAL) : resolve(cwd, journal));

/** Touches nothing yet: what cannot be read or written is the trouble of a pass, which ends by itself. */
export function openJournal(setup: JournalSetup): JournalKeeper {
  const {
    flags,
    cwd,
    state,
    program,
    writer,
    clock,
    log,
    beforeWrite,
    metrics,
    onLost,
    onWritten,
    files = realFiles,
  } = setup;
  const root = journalRoot(flags, state, { cwd });
  const random = (): string => randomBytes(4).toString('hex');
  const inOrder = oneAtATime();
  const keyFiles = flags.journalKey.map((file) => resolve(cwd, file));
  return new JournalKeeper({
    ...{ root, files, random, clock, log, retentionMs: flags.journalRetention },
    ...{ actor: `${program}/${version()}`, tool: version() },
    isOnlyWriter: writer === undefined,
    writer: async () => writer ?? inOrder(() => ownWriter(files, root, random)),
    keys: () =>
      keyFiles.length > 0 ? Promise.all(keyFiles.map(readKey)) : inOrder(async () => [await ownKey(files, root)]),
    days: new CacheFolder(join(resolve(cwd, state)), beforeWrite, DAYS),
    ...defined({ beforeWrite, metrics, onLost, onWritten }),
  });
}

/** Two policies that begin at once would both make the files that they share. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Plus1Error(
      'PLUS1_JOURNAL_UNAVAILABLE',
      `cannot read the key of the journal ${file}: ${faultText(cause)}`,
      {
        cause,
        fix: 'check that the file of --journal-key exists and may be read',
      },
    );
  }
}
