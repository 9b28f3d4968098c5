/**
 * Takes what looks at policies see, and delivers what people are to be told. A look waits for nothing but the file that keeps it; the
 * sending goes on beside it, one message after the other for each channel.
 */
import { ignoreAbort, sleep, type Log, type Timers } from '../../base/index.js';
import type { NotificationStatus } from '../../api/index.js';
import { nextMoment } from '../decide/moment.js';
import type { Attempt, ReadChannelSecret } from './attempt.js';
import { fingerprint, isSame } from './fingerprint.js';
import type { Happened, Queued } from './kept.js';
import {
  PolicyNotices,
  type LookFacts,
  type NoticeMeans,
  type NoticePolicy,
  type Notices,
  type Outcome,
} from './policy-notices.js';
import type { NotifyStore, PolicyKey } from './store.js';

/** Messages on their way at the same time. */
const MAX_SENDING = 8;
/** Between two looks at what is due by time alone: repetitions, and Secrets of channels that are gone. */
const TICK_MS = 60_000;
/** A policy that nobody looked at for so long is looked at for its messages. */
const LOOK_MS = 300_000;

export interface NotifierOptions extends NoticeMeans {
  store: NotifyStore;
  attempt: Attempt;
  readSecret: ReadChannelSecret;
  clock: Timers;
  log: Log;
  /** Counts what became of messages. */
  count: (key: PolicyKey, organization: string, outcome: Pick<Outcome, 'channel' | 'result'>) => void;
  /** Asks for a look at the policy without a pass: something of its status changed, or may be due. */
  refresh: (key: PolicyKey) => void;
  /** Throws where another process may send by now. */
  beforeSend?: (() => void) | undefined;
}

interface Entry {
  notices: PolicyNotices;
  /** Channels with a message on its way. */
  sending: Set<string>;
  /** When a look is wanted at the latest, Unix ms. */
  lookMs: number;
  /** The last write of what is kept. */
  saved: Promise<void>;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry>>();
  #sending = 0;
  #wake: () => void = () => undefined;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** What a look makes of the status of the policy. What is to be sent is kept before this resolves. */
  async look(
    policy: NoticePolicy,
    before: readonly NotificationStatus[],
    facts: LookFacts,
    signal: AbortSignal,
  ): Promise<Notices> {
    const entry = await this.#entry(policy, signal);
    entry.notices.policy = policy;
    entry.lookMs = lookMs(policy, facts.nowMs);
    // Nothing looks at it later.
    if (facts.isLast === true) await this.#lookAtStopped(entry, signal);
    const text = JSON.stringify(entry.notices.kept);
    const { outcomes, ...notices } = entry.notices.look(before, facts);
    this.#tell(entry.notices, outcomes);
    if (JSON.stringify(entry.notices.kept) !== text) await this.#save(entry);
    this.#wake();
    return notices;
  }

  /** Something happened beside the looks: kept, and told with the next one, which is asked for. Nothing of a policy that no look was about. */
  async happened(key: PolicyKey, happened: Happened): Promise<void> {
    const entry = this.#entries.get(keyOf(key));
    if (entry === undefined || entry.notices.policy.channels.length === 0) return;
    entry.notices.happen(happened);
    await this.#save(entry);
    this.#options.refresh(key);
  }

  /** The policy as the last look had it. */
  known(key: PolicyKey): NoticePolicy | undefined {
    return this.#entries.get(keyOf(key))?.notices.policy;
  }

  /** The status as it is now. Undefined of a policy that no look was about. */
  notices(key: PolicyKey): Notices | undefined {
    return this.#entries.get(keyOf(key))?.notices.notices();
  }

  /** The policy went. */
  async forget(key: PolicyKey): Promise<void> {
    this.#entries.delete(keyOf(key));
    await this.#options.store.remove(key).catch((error: unknown) => this.#notKept(key, error));
  }

  /** Delivers until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      this.#start(signal, running);
      await this.#rest(TICK_MS, signal);
      if (!signal.aborted) await this.#tick(signal).catch(ignoreAbort(signal));
    }
    await Promise.allSettled(running);
  }

  /** Delivers what may be delivered until the signal aborts, and ends before where nothing more will be within `ms`. */
  async flush(ms: number, signal: AbortSignal): Promise<void> {
    const running = new Set<Promise<void>>();
    const endMs = this.#options.clock.now() + ms;
    while (!signal.aborted) {
      this.#start(signal, running);
      if (running.size === 0 && this.#nextMs() >= endMs) break;
      await this.#rest(TICK_MS, signal);
    }
    await Promise.allSettled(running);
    await Promise.all([...this.#entries.values()].map(({ saved }) => saved));
  }

  /** When the next message may be tried, Unix ms. */
  #nextMs(): number {
    return Math.min(Infinity, ...[...this.#entries.values()].map(({ notices, sending }) => notices.nextMs(sending)));
  }

  async #entry(policy: NoticePolicy, signal: AbortSignal): Promise<Entry> {
    const key = keyOf(policy.key);
    const found = this.#entries.get(key);
    if (found !== undefined) return found;
    const loading = this.#loading.get(key) ?? this.#load(policy, signal);
    this.#loading.set(key, loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(key);
    }
  }

  async #load(policy: NoticePolicy, signal: AbortSignal): Promise<Entry> {
    const kept = await this.#options.store.load(policy.key, signal);
    const notices = new PolicyNotices(policy, kept, this.#options);
    const entry: Entry = { notices, sending: new Set(), lookMs: Infinity, saved: Promise.resolve() };
    this.#entries.set(keyOf(policy.key), entry);
    return entry;
  }

  #start(signal: AbortSignal, running: Set<Promise<void>>): void {
    const nowMs = this.#options.clock.now();
    for (const entry of this.#entries.values()) {
      for (const queued of entry.notices.due(nowMs)) {
        if (this.#sending >= MAX_SENDING) return;
        if (entry.sending.has(queued.channel)) continue;
        const work = this.#deliver(entry, queued, signal).finally(() => {
          running.delete(work);
          this.#wake();
        });
        running.add(work);
      }
    }
  }

  async #deliver(entry: Entry, queued: Queued, signal: AbortSignal): Promise<void> {
    const { attempt, beforeSend, clock, newID, refresh } = this.#options;
    const { notices, sending } = entry;
    const channel = notices.channelOf(queued);
    if (channel === undefined) return;
    sending.add(queued.channel);
    this.#sending += 1;
    try {
      beforeSend?.();
      const before = JSON.stringify(notices.notices());
      const { verdict, secret } = await attempt(channel, queued.message, signal);
      const print = secret && fingerprint(secret, newID());
      this.#tell(notices, notices.settle(queued, verdict, { nowMs: clock.now(), print }));
      await this.#save(entry);
      if (JSON.stringify(notices.notices()) !== before) refresh(notices.policy.key);
    } catch (thrown) {
      // The process stops, or leads no more: the message is kept.
      if (!signal.aborted) {
        const { log } = this.#options;
        log.warn('Notification not tried', {
          ...this.#fields(notices),
          channel: queued.channel,
          error: String(thrown),
        });
        queued.nextMs = clock.now() + TICK_MS;
      }
    } finally {
      this.#sending -= 1;
      sending.delete(queued.channel);
    }
  }

  /** What comes due by time alone. */
  async #tick(signal: AbortSignal): Promise<void> {
    const nowMs = this.#options.clock.now();
    for (const entry of this.#entries.values()) {
      await this.#lookAtStopped(entry, signal);
      if (nowMs < entry.lookMs) continue;
      entry.lookMs = lookMs(entry.notices.policy, nowMs);
      this.#options.refresh(entry.notices.policy.key);
    }
  }

  /** A channel that is gone begins again when its Secret is another one. */
  async #lookAtStopped(entry: Entry, signal: AbortSignal): Promise<void> {
    const { key, organization } = entry.notices.policy;
    for (const { channel, print } of entry.notices.stopped) {
      const secret = await this.#options
        .readSecret(key.namespace, channel.secretRef.name, signal, organization)
        .catch(() => undefined);
      if (secret === undefined || isSame(secret, print)) continue;
      entry.notices.resume(channel.name);
      await this.#save(entry);
      this.#options.refresh(key);
    }
  }

  #tell(notices: PolicyNotices, outcomes: readonly Outcome[]): void {
    const { count, log } = this.#options;
    const { key, organization } = notices.policy;
    for (const { channel, result, event, failure } of outcomes) {
      count(key, organization, { channel, result });
      const fields = { ...this.#fields(notices), channel, event };
      if (result === 'sent') log.info('Notification sent', fields);
      else if (failure === undefined) log.warn('Notification dropped', fields);
      else {
        const { reason, why, fix } = failure;
        log.warn(result === 'failed' ? 'Notification failed' : 'Notification dropped', { ...fields, reason, why, fix });
      }
    }
  }

  #fields({ policy: { key, organization } }: PolicyNotices): Record<string, unknown> {
    return { policy: keyOf(key), organization };
  }

  /** One write at a time: an older state must not be kept after a newer one. */
  #save(entry: Entry): Promise<void> {
    const { key } = entry.notices.policy;
    const save = async (): Promise<void> => {
      // One that went meanwhile is not kept again.
      if (this.#entries.get(keyOf(key)) === entry) await this.#options.store.save(key, entry.notices.kept);
    };
    entry.saved = entry.saved.then(save).catch((error: unknown) => this.#notKept(key, error));
    return entry.saved;
  }

  /** What is not kept is told again after a restart, or not at all: that is no reason to fail a pass. */
  #notKept(key: PolicyKey, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#options.log.warn('Notifications not kept', { policy: keyOf(key), error: text });
  }

  /** Until the next message is due, something was queued or delivered, or `ms` went by. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const waitMs = Math.max(1, Math.min(ms, this.#nextMs() - clock.now()));
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    const end = (): void => woken.abort();
    signal.addEventListener('abort', end, { once: true });
    await sleep(clock, waitMs, woken.signal).catch(() => undefined);
    signal.removeEventListener('abort', end);
    this.#wake = () => undefined;
  }
}

const keyOf = ({ namespace, name }: PolicyKey): string => `${namespace}/${name}`;

/** At the next time of a digest, and after five minutes at the latest. */
function lookMs({ channels }: NoticePolicy, nowMs: number): number {
  return Math.min(nowMs + LOOK_MS, ...channels.map(({ digestTime }) => nextMoment(digestTime, nowMs)));
}
