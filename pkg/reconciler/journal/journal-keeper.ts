/** The journal of a process: one chain for each policy, open over its passes. */
import { boundSignal } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { Entry } from '../../journal/index.js';
import { keyString, type PolicyKey } from '../../policies/index.js';
import { PassJournal, type PassAbout } from './pass-journal.js';
import { PolicyJournal } from './policy-journal.js';
import type { JournalSettings } from './journal-settings.js';

/** How long a record that belongs to no pass may take, ms. */
const RECORD_MS = 10_000;

export class JournalKeeper {
  readonly #settings: JournalSettings;
  readonly #journals = new Map<string, { uid: string; journal: PolicyJournal }>();

  constructor(settings: JournalSettings) {
    this.#settings = settings;
  }

  /** For one pass, or one look without a pass. A policy that was made again under the same name has a chain of its own. */
  pass(about: PassAbout): PassJournal {
    const id = keyString(about.key);
    const open = this.#journals.get(id);
    const journal = open?.uid === about.uid ? open.journal : new PolicyJournal(this.#settings, about.key);
    this.#journals.set(id, { uid: about.uid, journal });
    return new PassJournal(journal, this.#settings, about);
  }

  /** What happened beside the passes of a policy. Throws what the journal throws. */
  async outside(about: Omit<PassAbout, 'reconcileID'>, entries: readonly Entry[]): Promise<void> {
    const bound = boundSignal(this.#settings.clock, RECORD_MS);
    try {
      await this.pass({ ...about, reconcileID: null }).outside(entries, bound.signal);
    } finally {
      bound.release();
    }
  }

  /** The policy was deleted. Never throws: nothing is written for it any more, whatever the disk says. */
  async deleted(key: PolicyKey): Promise<void> {
    const open = this.#journals.get(keyString(key));
    if (open === undefined) return;
    this.#journals.delete(keyString(key));
    const { clock, log } = this.#settings;
    const bound = boundSignal(clock, RECORD_MS);
    try {
      await open.journal.inTurn(() => open.journal.deleted(), bound.signal);
      await this.#settings.days.remove(key);
    } catch (thrown) {
      log.warn('Deletion of a policy not recorded', { policy: keyString(key), error: toPlus1Error(thrown).message });
    } finally {
      bound.release();
    }
  }
}
