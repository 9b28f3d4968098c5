/** The flags of those that write a journal. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';

export interface JournalFlags {
  journal?: string;
  /** PEM files, the one in use first. */
  journalKey: string[];
  /** Ms. */
  journalRetention: number;
}

/** Seven years. */
const DEFAULT_RETENTION = '61320h';
export const JOURNAL_DEFAULTS: JournalFlags = { journalKey: [], journalRetention: retentionMs(DEFAULT_RETENTION) };

/** Puts the flags of those that write a journal on a command. `where`: the default of its folder, in words. */
export function withJournalOptions(command: Command, where: string): Command {
  return command
    .option('--journal <dir>', `folder of the journal (default: ${where})`)
    .addOption(
      new Option(
        '--journal-key <file>',
        'private key that signs the journal, PKCS 8 PEM; twice to change it, the new one first',
      )
        .argParser((file: string, files: string[]) => [...files, file])
        .default([], 'JOURNAL/key.pem, made once'),
    )
    .addOption(
      new Option('--journal-retention <duration>', 'how long records are kept')
        .argParser(retentionMs)
        .default(JOURNAL_DEFAULTS.journalRetention, DEFAULT_RETENTION),
    );
}

function retentionMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('allowed: a duration such as 61320h');
  return ms;
}

/** Throws PLUS1_USAGE for a flag that would be without effect: the person who gave it counts on it. */
export function requireNoJournal({ journal, journalKey }: JournalFlags, why: string): void {
  const given = journal !== undefined ? '--journal' : journalKey.length > 0 ? '--journal-key' : undefined;
  if (given !== undefined) throw new Plus1Error('PLUS1_USAGE', `${given}: ${why}`);
}
