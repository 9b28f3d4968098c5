/**
 * The notifications of one policy: what a look makes of them, what waits to be delivered, and what became of each try. All of it is in
 * `kept`, which is saved after each change; nothing here does I/O.
 */
import type {
  DeliveryResult,
  NotificationChannel,
  NotificationEvent,
  NotificationStatus,
  OpenNotification,
} from '../../api/index.js';
import type { Failure, Verdict } from '../channels/channel.js';
import type { Try } from '../decide/channel-memory.js';
import { decide } from '../decide/decide.js';
import type { Draft } from '../decide/draft.js';
import { ripen } from '../decide/streaks.js';
import type { Look } from '../decide/terms.js';
import { EVENT_TABLE } from '../event-table.js';
import type { Message, Run } from '../message.js';
import { isSlower, meanSeconds, withPass } from '../pass-times.js';
import type { Facts } from '../sighting.js';
import { GIVE_UP_MS, leastMs, waitMs } from './backoff.js';
import { emptyChannel, type Happened, type Kept, type KeptChannel, type Queued } from './kept.js';

/** Messages that wait for one channel. Beyond it the oldest are given up. */
const MAX_QUEUED = 100;
/** Of what happened beside the looks. */
const MAX_HAPPENED = 10;
/** Of the reasons of a failure that the condition shows. */
const MAX_WHY = 200;

/** What of a policy its messages are about. */
export interface NoticePolicy {
  key: { namespace: string; name: string };
  organization: string;
  channels: readonly NotificationChannel[];
  /** Of its page. */
  url?: string;
}

/** A look, as the reconciler hands it in. */
export interface LookFacts extends Facts {
  /** The seconds of a full pass that succeeded. */
  passSeconds?: number;
  run?: Run;
}

/** What a look makes of the status. */
export interface Notices {
  status: NotificationStatus[];
  /** Why messages are not delivered, in a sentence; undefined where they are. */
  failing?: string;
}

/** What became of messages, for metrics and the log. */
export interface Outcome {
  channel: string;
  result: DeliveryResult;
  event: NotificationEvent;
  failure?: Failure;
}

export interface NoticeMeans {
  newID: () => string;
  /** In [0, 1). */
  random: () => number;
}

export class PolicyNotices {
  policy: NoticePolicy;
  readonly kept: Kept;
  readonly #means: NoticeMeans;
  /** As the last look left it. */
  #open = new Map<string, OpenNotification[]>();

  constructor(policy: NoticePolicy, kept: Kept, means: NoticeMeans) {
    [this.policy, this.kept, this.#means] = [policy, kept, means];
  }

  /** Decides what each channel is told, and queues it. `before`: as the status has it. */
  look(before: readonly NotificationStatus[], given: LookFacts): Notices & { outcomes: Outcome[] } {
    const facts = this.#withPassTime(given);
    const { streaks, states } = ripen(this.kept.streaks, facts);
    this.kept.streaks = streaks;
    const once = [...this.kept.happened.splice(0), ...facts.once];
    const outcomes = this.#dropForeign();
    for (const channel of this.policy.channels) {
      const open = before.find(({ name }) => name === channel.name)?.open ?? [];
      this.#tell(channel, open, { ...facts, states, once }, facts.run);
      outcomes.push(...this.#dropOldest(channel.name, facts.nowMs));
    }
    return { ...this.notices(), outcomes };
  }

  /** Something happened that no look sees: the next one tells it. Beyond a bound the oldest is left out. */
  happen(happened: Happened): void {
    this.kept.happened = [...this.kept.happened, happened].slice(-MAX_HAPPENED);
  }

  /** The status as it is now, with what was delivered since the last look. */
  notices(): Notices {
    const { channels } = this.policy;
    const failing = channels.flatMap((channel) => failingText(channel, this.#channel(channel.name)));
    return {
      status: channels.map((channel) => this.#status(channel)),
      ...(failing.length > 0 && { failing: failing.join('; ') }),
    };
  }

  /** The first message of each channel that may be tried at `nowMs`. One channel is told one thing after the other. */
  due(nowMs: number): Queued[] {
    return this.#heads().filter(({ nextMs }) => nextMs <= nowMs);
  }

  /** When the next message may be tried, Unix ms, leaving out channels with one on its way; `Infinity` where none waits. */
  nextMs(sending: ReadonlySet<string>): number {
    const heads = this.#heads().filter(({ channel }) => !sending.has(channel));
    return Math.min(Infinity, ...heads.map(({ nextMs }) => nextMs));
  }

  channelOf({ channel }: Queued): NotificationChannel | undefined {
    return this.policy.channels.find(({ name }) => name === channel);
  }

  /** What became of a try. `print`: of the Secret that it was made with. */
  settle(queued: Queued, verdict: Verdict, { nowMs, print }: { nowMs: number; print?: string | undefined }): Outcome[] {
    const { health } = this.#channel(queued.channel);
    const outcome = (result: Outcome['result'], each = queued): Outcome => ({
      ...{ channel: each.channel, event: each.message.event, result },
      ...(verdict.kind !== 'sent' && { failure: verdict }),
    });
    if (verdict.kind === 'sent') {
      [health.failure, health.lastSentMs, health.stopped] = [undefined, nowMs, undefined];
      this.#remove([queued], nowMs, true);
      return [outcome('sent')];
    }
    health.failure = { reason: verdict.reason, why: verdict.why, fix: verdict.fix };
    if (verdict.kind === 'gone') {
      health.stopped = print;
      const all = this.kept.queue.filter(({ channel }) => channel === queued.channel);
      this.#remove(all, undefined, false);
      return [outcome('failed'), ...all.map((each) => outcome('dropped', each))];
    }
    const isOver = verdict.kind === 'refused' || nowMs - queued.message.atMs >= GIVE_UP_MS;
    if (isOver) {
      this.#remove([queued], verdict.kind === 'refused' ? nowMs : undefined, false);
      return [outcome('failed'), outcome('dropped')];
    }
    queued.tries += 1;
    const asked = verdict.kind === 'retry' ? (verdict.afterMs ?? 0) : 0;
    queued.nextMs = nowMs + waitMs(queued.tries, Math.max(asked, leastMs(verdict.reason)), this.#means.random);
    return [outcome('failed')];
  }

  /** Channels that are gone until their Secrets change, with what is known of the Secrets. */
  get stopped(): { channel: NotificationChannel; print: string }[] {
    return this.policy.channels.flatMap((channel) => {
      const print = this.kept.channels.find(({ name }) => name === channel.name)?.health.stopped;
      return print === undefined ? [] : [{ channel, print }];
    });
  }

  /** The Secret of a channel that was gone is another one now. */
  resume(name: string): void {
    const { health } = this.#channel(name);
    [health.stopped, health.failure] = [undefined, undefined];
  }

  #tell(channel: NotificationChannel, open: readonly OpenNotification[], look: Look, run: Run | undefined): void {
    const kept = this.#channel(channel.name);
    const waiting = this.kept.queue.filter((each) => each.channel === channel.name);
    const pending = new Set(
      waiting.flatMap(({ message }) => [message.event, ...message.covers.map(({ event }) => event)]),
    );
    const terms = { channel, pending, isStopped: kept.health.stopped !== undefined };
    const decided = decide({ open: [...open], memory: kept.memory }, terms, look);
    kept.memory = decided.memory;
    this.#open.set(channel.name, decided.open);
    const messages = decided.drafts.map((draft) => this.#message(draft, look.nowMs, run));
    this.kept.queue.push(
      ...messages.map((message) => ({ channel: channel.name, message, tries: 0, nextMs: look.nowMs })),
    );
  }

  #message(draft: Draft, atMs: number, run: Run | undefined): Message {
    const { key, organization, url } = this.policy;
    const own = { id: this.#means.newID(), policy: `${key.namespace}/${key.name}`, organization, atMs };
    return { ...draft, ...own, ...(url !== undefined && { url }), ...(run && { run }) };
  }

  /** Messages of a day ago, and those of channels that went. */
  #dropForeign(): Outcome[] {
    const names = new Set(this.policy.channels.map(({ name }) => name));
    this.kept.channels = this.kept.channels.filter(({ name }) => names.has(name));
    return this.#drop(this.kept.queue.filter(({ channel }) => !names.has(channel)));
  }

  #dropOldest(name: string, nowMs: number): Outcome[] {
    const own = this.kept.queue.filter(({ channel }) => channel === name);
    const late = own.filter(({ message }) => nowMs - message.atMs > GIVE_UP_MS);
    const others = own.filter((each) => !late.includes(each));
    return this.#drop([...late, ...others.slice(0, Math.max(0, others.length - MAX_QUEUED))]);
  }

  #drop(queue: readonly Queued[]): Outcome[] {
    this.#remove(queue, undefined, false);
    return queue.map(({ channel, message: { event } }) => ({ channel, event, result: 'dropped' }));
  }

  /** `atMs`: when it was delivered, or refused for good; undefined: what it told of is told again while it stands. */
  #remove(queue: readonly Queued[], atMs: number | undefined, isDelivered: boolean): void {
    this.kept.queue = this.kept.queue.filter((each) => !queue.includes(each));
    if (atMs === undefined) return;
    for (const { channel, message } of queue) {
      const tries: Try[] = message.covers.map(({ event, since }) => ({ event, since, atMs, isDelivered }));
      const kept = this.#channel(channel);
      const told = new Set(tries.map(({ event }) => event));
      kept.memory = { ...kept.memory, tries: [...kept.memory.tries.filter(({ event }) => !told.has(event)), ...tries] };
    }
  }

  #heads(): Queued[] {
    const heads = new Map<string, Queued>();
    for (const queued of this.kept.queue) {
      if (heads.has(queued.channel) || this.channelOf(queued)?.suspend !== false) continue;
      heads.set(queued.channel, queued);
    }
    return [...heads.values()];
  }

  #channel(name: string): KeptChannel {
    const found = this.kept.channels.find((each) => each.name === name);
    if (found !== undefined) return found;
    const made = emptyChannel(name);
    this.kept.channels.push(made);
    return made;
  }

  #status(channel: NotificationChannel): NotificationStatus {
    const { memory, health } = this.#channel(channel.name);
    const { failure, lastSentMs } = health;
    const open = (this.#open.get(channel.name) ?? []).map((entry) => withDelivery(entry, memory.tries));
    return {
      name: channel.name,
      ready: failure === undefined,
      reason: channel.suspend ? 'Suspended' : (failure?.reason ?? (lastSentMs === undefined ? 'Waiting' : 'Delivered')),
      ...(lastSentMs !== undefined && { lastSentTime: new Date(lastSentMs).toISOString() }),
      open,
    };
  }

  #withPassTime(facts: LookFacts): LookFacts {
    const { passSeconds, nowMs } = facts;
    if (passSeconds === undefined) return facts;
    const { passTimes } = this.kept;
    const mean = meanSeconds(passTimes, nowMs);
    const isSlow = isSlower(passTimes, passSeconds, nowMs);
    this.kept.passTimes = withPass(passTimes, passSeconds, nowMs);
    if (isSlow === undefined) return facts;
    const message = `A pass took ${Math.round(passSeconds)} s, more than a fifth longer than the mean of seven days (${Math.round(mean ?? 0)} s)`;
    const states = new Map(facts.states);
    states.set('PassSlower', isSlow ? { event: 'PassSlower', message } : undefined);
    return { ...facts, states };
  }
}

function withDelivery(entry: OpenNotification, tries: readonly Try[]): OpenNotification {
  const found = tries.find(
    ({ event, since, isDelivered }) => isDelivered && event === entry.event && since === entry.since,
  );
  return found === undefined ? entry : { ...entry, sentTime: new Date(found.atMs).toISOString() };
}

function failingText({ name, type, suspend }: NotificationChannel, { health: { failure } }: KeptChannel): string[] {
  if (failure === undefined || suspend) return [];
  return [`${name} (${type}): ${failure.reason}: ${failure.why.slice(0, MAX_WHY)}. Fix: ${failure.fix}`];
}

/** The message of `notify test`. */
export function testMessage(
  { key, organization, url }: NoticePolicy,
  { newID, nowMs }: { newID: () => string; nowMs: number },
): Message {
  const since = new Date(nowMs).toISOString();
  const message = 'This is a test: somebody asked Plus1 for it. Nothing is wrong';
  return {
    ...{ event: 'FirstPass', state: 'once', severity: EVENT_TABLE.FirstPass.severity, message, since, fix: 'nothing' },
    ...{ repositories: [], omitted: 0, covers: [], isTest: true, id: newID(), organization, atMs: nowMs },
    policy: `${key.namespace}/${key.name}`,
    ...(url !== undefined && { url }),
  };
}
