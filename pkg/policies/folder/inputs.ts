/** The objects of a policies folder that are inputs of passes, as the home of passes knows them. */
import type { InputStatus } from '../../api/index.js';
import type { Log } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { PolicyEvent } from '../home.js';
import { byKindAndName, type BrokenInput, type InputHome, type InputRef, type PolicyInputs } from '../inputs.js';
import { keyString, type PolicyKey } from '../key.js';
import { fieldsOf } from './fixed-fields.js';
import { InputIndex, withStatus, type InputChanges, type InputEntry, type InputIndexOptions } from './input-index.js';
import { inputID } from './input-state.js';
import type { Scan } from './scan.js';
import { Turns } from './turns.js';

export interface FolderInputsOptions extends InputIndexOptions {
  log: Pick<Log, 'info' | 'warn'>;
}

export class FolderInputs implements InputHome {
  readonly #options: FolderInputsOptions;
  readonly #index: InputIndex;
  readonly #turns = new Turns();

  constructor(options: FolderInputsOptions) {
    this.#options = options;
    this.#index = new InputIndex(options);
  }

  /** Takes in a look at the folder, and forgets what went while this process watched. */
  async take(scan: Scan, signal: AbortSignal): Promise<Pick<InputChanges, 'changed' | 'pending'>> {
    const { changed, gone, pending } = await this.#index.take(scan, signal);
    for (const { key } of gone) await this.#forget(key, signal);
    return { changed, pending };
  }

  async list(key: PolicyKey, signal: AbortSignal): Promise<PolicyInputs> {
    const entries = await Promise.all(this.#index.of(key).map((entry) => this.#known(fixed(entry), signal)));
    const broken = entries.flatMap((entry) => (isSound(entry) ? [] : [brokenOf(entry)]));
    const objects = entries.flatMap((entry) => (isSound(entry) ? [entry.object] : []));
    return { objects: objects.sort(byKindAndName), broken: broken.sort(byKindAndName) };
  }

  async setStatus(of: InputRef, status: InputStatus, signal: AbortSignal): Promise<boolean> {
    const entry = this.#index.get(of);
    if (entry === undefined || entry.stored.metadata.uid !== of.uid || !entry.isPastKnown) return false;
    withStatus(entry, status);
    await this.#write(entry, signal);
    // It may have gone while it was written, and must not stay as a file that nobody declared.
    if (this.#index.get(of) !== undefined) return true;
    await this.#forget(of, signal);
    return false;
  }

  generationOf(of: InputRef): number | undefined {
    const entry = this.#index.get(of);
    if (entry === undefined || !isSound(entry) || entry.object.metadata.uid !== of.uid) return undefined;
    return entry.object.metadata.generation;
  }

  record({ kind, namespace, name }: InputRef, { type, ...event }: PolicyEvent): void {
    this.#options.log[type === 'Warning' ? 'warn' : 'info']('Event', {
      kind,
      object: `${namespace}/${name}`,
      ...event,
    });
  }

  /** With its past, and with an id that outlives the process before anything is done by that id. */
  async #known(entry: InputEntry, signal: AbortSignal): Promise<InputEntry> {
    const known = fixed(await this.#index.withPast(entry, signal));
    if (!known.isPastKnown || known.isKept) return known;
    try {
      await this.#write(known, signal);
    } catch (error) {
      signal.throwIfAborted();
      // A disk that is full must not keep anything from being done: it is written again with the status.
      this.#options.log.warn('Object not kept', { object: inputID(known.key), error: toPlus1Error(error).message });
    }
    return known;
  }

  async #write(entry: InputEntry, signal: AbortSignal): Promise<void> {
    const { state } = this.#options;
    // As it is when its turn comes: of two writes the last one stays.
    await this.#turns.take(inputID(entry.key), () => state.write(entry.stored, signal), signal);
    entry.isKept = true;
  }

  async #forget(key: InputEntry['key'], signal: AbortSignal): Promise<void> {
    const { state, log } = this.#options;
    try {
      await this.#turns.take(
        inputID(key),
        async () => {
          if (this.#index.get(key) === undefined) await state.remove(key);
        },
        signal,
      );
    } catch (error) {
      if (!signal.aborted)
        log.warn('State of a deleted object not removed', { object: inputID(key), error: toPlus1Error(error).message });
    }
  }
}

type Sound = InputEntry & Required<Pick<InputEntry, 'object'>>;

/**
 * From the moment in which a pass is handed it: what must stay could otherwise change while that pass runs, whose work would then be that of
 * an object of another policy, or of a drill.
 */
function fixed(entry: InputEntry): InputEntry {
  const { stored } = entry;
  if (!isSound(entry) || stored.origin.fixed !== undefined) return entry;
  entry.stored = { ...stored, origin: { ...stored.origin, fixed: fieldsOf(stored) } };
  entry.isKept = false;
  return entry;
}

const isSound = (entry: InputEntry): entry is Sound => entry.object !== undefined && entry.isPastKnown;

function brokenOf({ key, stored: { metadata, status }, faults, isPastKnown, policy }: InputEntry): BrokenInput {
  const unread = `what is kept of ${inputID(key)} cannot be read${policy ? `, for ${keyString(policy)}` : ''}`;
  const what = { kind: key.kind, metadata, status };
  return isPastKnown ? { ...what, faults } : { ...what, faults: [...faults, unread], isPastUnread: true };
}
