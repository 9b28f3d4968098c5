/**
 * The objects as far as they are known: what the watch told, and what our own writes were answered with, whichever is
 * newer. Without the second, a read right after a write would return the status from before it.
 */
import { keyText, type KubeObject, type ObjectKey } from './kube-object.js';
import { isAtLeast } from './resource-version.js';

/** An object with the version that it has at the API server. */
export interface Stored<T> {
  key: ObjectKey;
  uid: string;
  version: string;
  status: object;
  /** What was made of it. */
  value: T;
}

export interface ObjectStoreOptions<T> {
  /** What is kept of an object. */
  read: (object: KubeObject) => T;
  /** True where the difference calls for `onKey`. */
  isNews: (before: T, now: T) => boolean;
  /** An object appeared, went, was replaced by another of its name, or there is news of it. */
  onKey: (key: ObjectKey) => void;
  /** Once for each object that went, as it was last known. */
  onDeleted?: (value: T) => void;
}

export class ObjectStore<T> {
  readonly #entries = new Map<string, Stored<T>>();
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #options: ObjectStoreOptions<T>;

  constructor(options: ObjectStoreOptions<T>) {
    this.#options = options;
  }

  list(): readonly T[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }

  get(key: ObjectKey): Stored<T> | undefined {
    return this.#entries.get(keyText(key));
  }

  /** As the watch tells it. */
  put(object: KubeObject): void {
    const { namespace, name, uid, resourceVersion: version, deletionTimestamp } = object.metadata;
    // Finalizers of others may hold a deleted object for long: for us it has gone.
    if (deletionTimestamp !== undefined) return this.drop(object.metadata);
    const before = this.get(object.metadata);
    if (before?.uid === uid && isAtLeast(before.version, version)) return;
    const [key, status, value] = [{ namespace, name }, object.status ?? {}, this.#options.read(object)];
    this.#set({ key, uid, version, status, value }, before);
  }

  /** As a write was answered. One that is answered after the object went must not bring it back. */
  answered(object: KubeObject): void {
    if (this.get(object.metadata)?.uid === object.metadata.uid) this.put(object);
  }

  drop({ namespace, name, uid }: ObjectKey & { uid: string }): void {
    const id = keyText({ namespace, name });
    const stored = this.#entries.get(id);
    if (stored?.uid !== uid) return;
    this.#entries.delete(id);
    this.#options.onDeleted?.(stored.value);
    this.#wake(id);
    this.#options.onKey({ namespace, name });
  }

  /** Resolves when something else than `version` is known of the object, or the signal aborts. */
  changed(key: ObjectKey, version: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.get(key)?.version !== version) return Promise.resolve();
    const id = keyText(key);
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

  #set(stored: Stored<T>, before: Stored<T> | undefined): void {
    const { onDeleted, onKey, isNews } = this.#options;
    const id = keyText(stored.key);
    this.#entries.set(id, stored);
    const isSame = before?.uid === stored.uid;
    // Another took its name before anybody saw that it went.
    if (before !== undefined && !isSame) onDeleted?.(before.value);
    this.#wake(id);
    if (before === undefined || !isSame || isNews(before.value, stored.value)) onKey(stored.key);
  }

  #wake(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const resolve of waiting ?? []) resolve();
  }
}
