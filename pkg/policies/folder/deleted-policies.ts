/**
 * What becomes of the state of a policy that no file declares any more. Of one that went while this process watched, what
 * protects is kept for as long as it counts; of one that went while nobody did, everything is kept.
 */
import { unlessAborted, type Log, type Timers } from '../../base/index.js';
import type { CacheFolder } from '../cache.js';
import { deletedFields, isMarkedDeleted, markedDeleted, POLICY_DELETED } from '../deleted.js';
import { isKeptMemory, keptForMs, keptMemory } from '../kept-memory.js';
import { keyString, type PolicyKey } from '../key.js';
import type { StoredPolicy } from '../stored-policy.js';
import { pastOfStored } from './entry.js';
import type { StateFolder } from './state.js';

export interface DeletedPoliciesOptions {
  state: StateFolder;
  cache: CacheFolder;
  /** What else is kept of a policy beside its state, and can be made again. */
  beside?: readonly CacheFolder[] | undefined;
  clock: Timers;
  log: Pick<Log, 'info' | 'warn'>;
  /** True where a file declares the policy now. */
  isDeclared: (key: PolicyKey) => boolean;
}

/** A state that lies there for what it protects. */
interface Kept {
  key: PolicyKey;
  /** Unix ms. */
  untilMs: number;
}

export class DeletedPolicies {
  readonly #options: DeletedPoliciesOptions;
  readonly #kept = new Map<string, Kept>();
  #areOldMarked = false;

  constructor(options: DeletedPoliciesOptions) {
    this.#options = options;
  }

  /**
   * Of a policy that has just gone, and whose file may be back in a second. Never throws: what was not marked, because the process
   * ends or the state is not what it was, stays a memory that claims its ruleset, and the next start marks it.
   */
  async forget(key: PolicyKey, signal: AbortSignal): Promise<void> {
    const { state, cache, beside = [], clock, log, isDeclared } = this.#options;
    const mark = (stored: StoredPolicy): StoredPolicy | undefined =>
      isDeclared(key) ? stored : keptMemory(stored, clock.now());
    try {
      const [kept] = await unlessAborted(
        Promise.all([state.replace(key, mark, signal), ...[cache, ...beside].map((kept) => kept.remove(key))]),
        signal,
      );
      if (kept !== undefined && isKeptMemory(kept)) this.#recall(kept);
    } catch (error) {
      if (signal.aborted) return;
      log.warn('State of a deleted policy not removed', { policy: keyString(key), error: String(error) });
    }
  }

  /** Removes the states of which nothing protects any more. Never throws. */
  async removeOver(signal: AbortSignal): Promise<void> {
    const { state, clock, log, isDeclared } = this.#options;
    for (const [id, { key, untilMs }] of this.#kept) {
      // One that came back has its memory, and keeps it in the same place.
      const isBack = isDeclared(key);
      if (!isBack && clock.now() < untilMs) continue;
      this.#kept.delete(id);
      if (isBack) continue;
      const remove = (stored: StoredPolicy): StoredPolicy | undefined => (isKeptMemory(stored) ? undefined : stored);
      try {
        await state.replace(key, remove, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn('State of a deleted policy not removed', { policy: id, error: String(error) });
      }
    }
  }

  /**
   * What was deleted while nobody watched, found by the first whole look. Its state is marked and stays: at a start an empty
   * folder may be one that is not mounted yet, and a memory that was lost opens the guards.
   */
  async markOld(signal: AbortSignal): Promise<void> {
    if (this.#areOldMarked) return;
    this.#areOldMarked = true;
    // A state folder that cannot be listed is reported where a policy is read from it.
    const { policies } = await this.#options.state.list(signal).catch(() => ({ policies: [] }));
    for (const stored of policies) {
      const { metadata, origin } = stored;
      if (this.#options.isDeclared(metadata)) continue;
      if (isKeptMemory(stored)) this.#recall(stored);
      // Without a file that declared it, it is of a `sync`, and nobody's to watch.
      else if (origin !== undefined && !isMarkedDeleted(stored)) await this.#mark(stored, signal);
      if (signal.aborted) return;
    }
  }

  async #mark(stored: StoredPolicy, signal: AbortSignal): Promise<void> {
    const { state, clock, log } = this.#options;
    const key = keyOf(stored);
    try {
      await state.write(key, markedDeleted(stored, clock.now()), signal);
      const { claim, status } = pastOfStored(stored);
      log.info(POLICY_DELETED, deletedFields({ key, status, ...(claim && { claim }) }));
    } catch (error) {
      if (signal.aborted) return;
      log.warn('State of a deleted policy not marked', { policy: keyString(key), error: String(error) });
    }
  }

  /** Also what an earlier process kept. A time that cannot be read counts from now. */
  #recall(stored: StoredPolicy): void {
    const key = keyOf(stored);
    const untilMs = Date.parse(stored.origin?.keptUntil ?? '');
    this.#kept.set(keyString(key), {
      key,
      untilMs: Number.isNaN(untilMs) ? this.#options.clock.now() + keptForMs(stored) : untilMs,
    });
  }
}

const keyOf = ({ metadata: { namespace, name } }: StoredPolicy): PolicyKey => ({ namespace, name });
