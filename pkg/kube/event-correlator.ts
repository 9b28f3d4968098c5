/**
 * What becomes of an event before it is sent: equal ones are counted up, many similar ones are told as one, and an object
 * that has too much to say is not heard for a while. No I/O. The rules are those of client-go
 * (https://github.com/kubernetes/client-go/blob/master/tools/record/events_cache.go), because an API server keeps events
 * in the same etcd as everything else.
 */
import { LRU, sha256 } from '../base/index.js';
import { cut } from '../text/index.js';
import type { ObjectKey } from './kube-object.js';

/** Something that happened to an object. */
export interface ObjectEvent {
  type: 'Normal' | 'Warning';
  /** Why, CamelCase. */
  reason: string;
  /** What was done or tried, CamelCase. */
  action: string;
  /** Without secrets; what is longer than an API server takes is cut. */
  message: string;
}

/** What an event is about. */
export interface Regarding extends ObjectKey {
  apiVersion: string;
  kind: string;
  uid: string;
}

export interface Correlated {
  /** Equal for events that are counted as one. */
  key: string;
  type: ObjectEvent['type'];
  reason: string;
  action: string;
  note: string;
}

/** Similar: of one object, type, reason and action; they differ by their note alone. */
const MAX_SIMILAR = 10;
const SIMILAR_WINDOW_MS = 10 * 60_000;
const BURST = 25;
const REFILL_MS = 5 * 60_000;
const MAX_ENTRIES = 4_096;
/** https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/events.go */
export const MAX_NOTE_CHARACTERS = 1_024;
const AGGREGATED = '(combined from similar events): ';

interface Similar {
  notes: Set<string>;
  lastMs: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

export class EventCorrelator {
  readonly #similar = new LRU<Similar>(MAX_ENTRIES);
  readonly #buckets = new LRU<Bucket>(MAX_ENTRIES);
  readonly #clock: () => number;

  /** `clock`: monotonic ms. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The event as it is to be sent, or undefined where the object has said too much. */
  correlate({ uid }: Pick<Regarding, 'uid'>, { type, reason, action, message }: ObjectEvent): Correlated | undefined {
    const group = digest([uid, type, reason, action]);
    const isAggregate = this.#isOneTooMany(group, message);
    if (!this.#takeToken(uid)) return undefined;
    const key = isAggregate ? group : digest([group, message]);
    const note = cut(isAggregate ? `${AGGREGATED}${message}` : message, MAX_NOTE_CHARACTERS);
    return { key, type, reason, action, note };
  }

  #isOneTooMany(group: string, note: string): boolean {
    const now = this.#clock();
    const before = this.#similar.get(group);
    const isOver = before === undefined || now - before.lastMs > SIMILAR_WINDOW_MS;
    const similar = isOver ? { notes: new Set<string>(), lastMs: now } : before;
    similar.lastMs = now;
    similar.notes.add(note);
    this.#similar.set(group, similar);
    if (similar.notes.size < MAX_SIMILAR) return false;
    // The set stays as large as it needs to be to know that it is full.
    const [oldest] = similar.notes;
    if (oldest !== undefined) similar.notes.delete(oldest);
    return true;
  }

  #takeToken(uid: string): boolean {
    const now = this.#clock();
    const { tokens, atMs } = this.#buckets.get(uid) ?? { tokens: BURST, atMs: now };
    const filled = Math.min(BURST, tokens + (now - atMs) / REFILL_MS);
    const isFree = filled >= 1;
    this.#buckets.set(uid, { tokens: isFree ? filled - 1 : filled, atMs: now });
    return isFree;
  }
}

function digest(parts: readonly string[]): string {
  return sha256(JSON.stringify(parts)).slice(0, 20);
}
