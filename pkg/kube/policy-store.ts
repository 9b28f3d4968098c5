/**
 * The policies as far as they are known: what the watch told, and what our own writes were answered with, whichever is
 * newer. Without the second, a pass that follows a write at once would read the status before it, and lose its clocks.
 */
import { keyString, type HeldPolicy, type PolicyKey } from '../policies/index.js';
import type { KubeObject } from './kube-object.js';
import { heldPolicy } from './policy-object.js';
import { isAtLeast } from './resource-version.js';

/** A policy with the version that it has at the API server. */
export interface Stored {
  held: HeldPolicy;
  version: string;
}

export class PolicyStore {
  readonly #entries = new Map<string, Stored>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #onKey: (key: PolicyKey) => void;
  readonly #onDeleted: (held: HeldPolicy) => void;

  /**
   * `onKey`: a policy appeared, its generation or its reconcile annotation changed, or it went. `onDeleted`: once for each
   * that went, as it was last known.
   */
  constructor(onKey: (key: PolicyKey) => void, onDeleted: (held: HeldPolicy) => void = () => undefined) {
    this.#onKey = onKey;
    this.#onDeleted = onDeleted;
  }

  list(): readonly HeldPolicy[] {
    return [...this.#entries.values()].map(({ held }) => held);
  }

  get(key: PolicyKey): Stored | undefined {
    return this.#entries.get(keyString(key));
  }

  /** As the watch tells it. */
  put(object: KubeObject): void {
    // Finalizers of others may hold a deleted object for long: for us it has gone.
    if (object.metadata.deletionTimestamp !== undefined) return this.drop(object.metadata);
    const before = this.get(object.metadata);
    if (before?.held.uid === object.metadata.uid && isAtLeast(before.version, object.metadata.resourceVersion)) return;
    this.#set({ held: heldPolicy(object), version: object.metadata.resourceVersion }, before);
  }

  /** As a write was answered. One that is answered after the policy went must not bring it back. */
  answered(object: KubeObject): void {
    if (this.get(object.metadata)?.held.uid === object.metadata.uid) this.put(object);
  }

  drop({ namespace, name, uid }: { namespace: string; name: string; uid: string }): void {
    const id = keyString({ namespace, name });
    const held = this.#entries.get(id)?.held;
    if (held?.uid !== uid) return;
    this.#entries.delete(id);
    this.#onDeleted(held);
    this.#wake(id);
    this.#onKey({ namespace, name });
  }

  /** Resolves when something else than `version` is known of the policy, or the signal aborts. */
  changed(key: PolicyKey, version: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.get(key)?.version !== version) return Promise.resolve();
    const id = keyString(key);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      const end = (): void => {
        signal.removeEventListener('abort', end);
        waiting.delete(end);
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.#waiting.set(id, waiting.add(end));
    });
  }

  #set(stored: Stored, before: Stored | undefined): void {
    const id = keyString(stored.held.key);
    this.#entries.set(id, stored);
    // Another took its name before anybody saw that it went.
    if (before !== undefined && before.held.uid !== stored.held.uid) this.#onDeleted(before.held);
    this.#wake(id);
    if (before === undefined || isNews(before.held, stored.held)) this.#onKey(stored.held.key);
  }

  #wake(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const resolve of waiting ?? []) resolve();
  }
}

/** A status alone is none: each of our own writes would call for the next pass. */
function isNews(before: HeldPolicy, now: HeldPolicy): boolean {
  return before.uid !== now.uid || before.generation !== now.generation || before.reconcileAt !== now.reconcileAt;
}
