/**
 * Keeps a copy of one kind of object, for one namespace or all: list, then watch from there, for ever. It never gives
 * up, and tells only what changed. Hazard: the copy is as old as the last event; a writer that relies on it sends the
 * resourceVersion, so that the server refuses what was decided on an older one.
 *
 * The shape is that of client-go's reflector
 * (https://github.com/kubernetes/client-go/blob/master/tools/cache/reflector.go).
 */
import { ignoreAbort, sleep, type Log, type Timers } from '../base/index.js';
import type { Plus1Error } from '../errors/index.js';
import { parseJSON } from '../text/index.js';
import { APIError, NoAnswer } from './api-error.js';
import type { Connection } from './connection.js';
import { lines } from './lines.js';
import { keyText, type KubeObject, type ObjectKey } from './kube-object.js';
import { collectionPath, type Resource } from './resource.js';
import { troubleOf, type Doing } from './watch-trouble.js';

export interface ReflectorOptions {
  connection: Pick<Connection, 'call' | 'stream'>;
  resource: Resource;
  /** Undefined: all of them. */
  namespace: string | undefined;
  /** An object that is new or another than before. */
  put: (object: KubeObject) => void;
  /** An object that went. */
  drop: (object: ObjectKey & { uid: string }) => void;
  clock: Timers;
  /** 0 to 1. */
  random: () => number;
  log: Log;
  /** Default 90 s. */
  idleMs?: number;
}

/** Of a list; keeps one answer below some 25 MB, which is parsed in one go. */
const PAGE_SIZE = 250;
/**
 * Bookmarks come every minute. A proxy that takes everything and forwards nothing lets a watch hang for ever, since it is
 * the server that counts `timeoutSeconds`.
 */
const IDLE_MS = 90_000;
/** As in client-go: 5 to 10 min, spread, so that restarted watches do not come together. */
const WATCH_SECONDS = 300;
const FIRST_BACKOFF_MS = 800;
const LONGEST_BACKOFF_MS = 30_000;
/** A watch that ends sooner than this, with nothing in it, would be asked for again in a circle. */
const SHORT_WATCH_MS = 1_000;

/** The resourceVersion is too old: only a new list helps. */
class Gone extends Error {}

interface Page {
  items?: KubeObject[];
  metadata?: { resourceVersion?: string; continue?: string };
}

interface WatchEvent {
  type?: string;
  object?: KubeObject & { code?: number; reason?: string };
}

export class Reflector {
  readonly #options: ReflectorOptions;
  /** Of the collection. */
  readonly #path: string;
  readonly #known = new Map<string, ObjectKey & { uid: string; version: string }>();
  #version: string | undefined;
  #failures = 0;
  #synced = false;
  #doing: Doing = 'list';
  #trouble: Plus1Error | undefined;

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#path = collectionPath(options.resource, options.namespace);
  }

  /** True once everything was listed. It stays true: an old copy is better than none. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Why it was not listed yet, where that was tried and failed. */
  get trouble(): Plus1Error | undefined {
    return this.#synced ? undefined : this.#trouble;
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#doing = 'list';
        if (this.#version === undefined) await this.#list(signal);
        this.#doing = 'watch';
        await this.#watch(this.#version, signal);
      } catch (thrown) {
        if (signal.aborted) return;
        await this.#backOff(thrown, signal);
      }
    }
  }

  async #backOff(thrown: unknown, signal: AbortSignal): Promise<void> {
    const { clock, random, log, resource } = this.#options;
    const path = this.#path;
    if (thrown instanceof Gone) {
      this.#version = undefined;
      // What made the version too old is over by now: an outage before must not delay the list as well.
      this.#failures = Math.min(this.#failures, 1);
    } else {
      const { error, detail } = troubleOf(thrown, this.#doing, resource);
      this.#trouble = error;
      const { code, message, fix } = error;
      const msg = this.#doing === 'list' ? 'List failed' : 'Watch interrupted';
      log.warn(msg, { path, code, error: message, ...(detail && { detail }), fix, failures: this.#failures + 1 });
    }
    const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures) * (0.5 + random() / 2);
    this.#failures += 1;
    const asked = thrown instanceof APIError ? thrown.retryAfterMs : 0;
    await sleep(clock, Math.max(asked, backoff), signal).catch(ignoreAbort(signal));
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { connection } = this.#options;
    const path = this.#path;
    const found: KubeObject[] = [];
    let version: string | undefined;
    let next: string | undefined;
    do {
      const query = { limit: PAGE_SIZE, ...(next === undefined ? {} : { continue: next }) };
      const page = (await this.#page(() => connection.call({ method: 'GET', path, query }, signal))) as Page;
      if (!Array.isArray(page.items)) throw new NoAnswer('the answer holds no list');
      found.push(...page.items);
      // Of the first page: the later ones continue the same look.
      version ??= page.metadata?.resourceVersion;
      next = page.metadata?.continue === '' ? undefined : page.metadata?.continue;
    } while (next !== undefined);
    this.#replace(found);
    this.#version = version;
    this.#synced = true;
  }

  /** A `continue` that expired: the list starts again, since its rest belongs to another moment. */
  async #page(call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await call();
    } catch (thrown) {
      throw thrown instanceof APIError && thrown.status === 410 ? new Gone(thrown.message) : thrown;
    }
  }

  #replace(found: readonly KubeObject[]): void {
    const uids = new Set(found.map(({ metadata }) => metadata.uid));
    for (const known of [...this.#known.values()]) if (!uids.has(known.uid)) this.#remove(known);
    for (const object of found) this.#put(object);
  }

  async #watch(version: string | undefined, signal: AbortSignal): Promise<void> {
    const { connection, clock, random, idleMs = IDLE_MS } = this.#options;
    const path = this.#path;
    const startMs = clock.monotonic();
    const timeoutSeconds = Math.round(WATCH_SECONDS * (1 + random()));
    const query = { watch: true, allowWatchBookmarks: true, timeoutSeconds, resourceVersion: version ?? '' };
    const response = await this.#page(() => connection.stream({ method: 'GET', path, query }, signal));
    const stream = response as Awaited<ReturnType<Connection['stream']>>;
    const giveUp = (): void => void stream.destroy(new NoAnswer(`nothing came for ${idleMs / 1_000} s`));
    let idle = clock.setTimeout(giveUp, idleMs);
    let events = 0;
    try {
      for await (const line of lines(stream)) {
        idle.cancel();
        idle = clock.setTimeout(giveUp, idleMs);
        if (line.trim() === '') continue;
        this.#take(eventOf(line));
        events += 1;
        this.#failures = 0;
      }
    } finally {
      idle.cancel();
      stream.destroy();
    }
    if (events === 0 && clock.monotonic() - startMs < SHORT_WATCH_MS)
      throw new NoAnswer('the watch ended at once, with nothing in it');
    this.#failures = 0;
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      const { code = 0, reason = '' } = object ?? {};
      throw code === 410 ? new Gone(reason) : new NoAnswer(`the API server ended it: ${code} ${reason}`.trim());
    }
    if (object === undefined) throw new NoAnswer('an event came without an object');
    this.#version = object.metadata.resourceVersion;
    if (type === 'DELETED') this.#remove(object.metadata);
    else if (type !== 'BOOKMARK') this.#put(object);
  }

  #put(object: KubeObject): void {
    const { namespace, name, uid, resourceVersion: version } = object.metadata;
    const id = keyText({ namespace, name });
    const known = this.#known.get(id);
    if (known?.uid === uid && known.version === version) return;
    this.#known.set(id, { namespace, name, uid, version });
    this.#options.put(object);
  }

  #remove({ namespace, name, uid }: ObjectKey & { uid: string }): void {
    const id = keyText({ namespace, name });
    // Deleted and made again under the same name: what is known is the later one.
    if (this.#known.get(id)?.uid !== uid) return;
    this.#known.delete(id);
    this.#options.drop({ namespace, name, uid });
  }
}

function eventOf(line: string): WatchEvent {
  try {
    return parseJSON(line) as WatchEvent;
  } catch {
    throw new NoAnswer('an event came that is not JSON');
  }
}
