/**
 * What is kept of one policy in `STATE/.notify/`: messages that wait to be delivered, and what a channel was told. It may be lost with
 * its volume: then what is open is told by the status, and what waited is told again where it still stands.
 */
import * as v from 'valibot';
import { NOTIFICATION_EVENTS, NOTIFICATION_SEVERITIES, type NotificationEvent } from '../../api/index.js';
import { emptyMemory, type ChannelMemory } from '../decide/channel-memory.js';
import { MESSAGE_STATES } from '../decide/draft.js';
import type { Streak } from '../decide/streaks.js';
import type { FailureReason } from '../channels/channel.js';
import type { Message } from '../message.js';
import type { PassTimes } from '../pass-times.js';

/** A message on its way. */
export interface Queued {
  channel: string;
  message: Message;
  /** How often it was tried. */
  tries: number;
  /** Not before, Unix ms. */
  nextMs: number;
}

/** Whether a channel takes messages, as its last try showed. */
export interface Health {
  /** Undefined: it takes them, or none was sent yet. */
  failure?: { reason: FailureReason; why: string; fix: string } | undefined;
  lastSentMs?: number | undefined;
  /** It is gone until its Secret is another one than this: a salt and a hash. */
  stopped?: string | undefined;
}

export interface KeptChannel {
  name: string;
  memory: ChannelMemory;
  health: Health;
}

export interface Kept {
  version: 1;
  streaks: Streak[];
  passTimes: PassTimes;
  channels: KeptChannel[];
  queue: Queued[];
  /** What happened beside the looks, and is told with the next one. */
  happened: Happened[];
}

/** Something that no look sees. `since`: RFC 3339. */
export interface Happened {
  event: NotificationEvent;
  message: string;
  since: string;
}

export const emptyKept = (): Kept => ({
  version: 1,
  streaks: [],
  passTimes: [],
  channels: [],
  queue: [],
  happened: [],
});

export const emptyChannel = (name: string): KeptChannel => ({ name, memory: emptyMemory(), health: {} });

const event = v.picklist(NOTIFICATION_EVENTS);
const ms = v.number();
const item = v.object({
  event,
  state: v.picklist(MESSAGE_STATES),
  severity: v.picklist(NOTIFICATION_SEVERITIES),
  message: v.string(),
  since: v.string(),
  fix: v.string(),
  repositories: v.array(v.string()),
  omitted: v.number(),
  isRepeat: v.exactOptional(v.literal(true)),
});
const message = v.object({
  ...item.entries,
  covers: v.array(v.object({ event, since: v.string() })),
  items: v.exactOptional(v.array(item)),
  id: v.string(),
  policy: v.string(),
  organization: v.string(),
  atMs: ms,
  url: v.exactOptional(v.string()),
  run: v.exactOptional(v.object({ status: v.string(), seconds: v.number(), repositories: v.number() })),
  isTest: v.exactOptional(v.literal(true)),
});
const memory = v.object({
  opened: v.array(v.tuple([event, ms])),
  tries: v.array(v.object({ event, since: v.string(), atMs: ms, isDelivered: v.boolean() })),
  digestMs: v.exactOptional(ms),
  items: v.array(item),
});
const failure = v.object({ reason: v.string(), why: v.string(), fix: v.string() });
const kept = v.object({
  version: v.literal(1),
  streaks: v.array(v.object({ event, passes: v.number(), sinceMs: ms })),
  passTimes: v.array(v.tuple([ms, v.number(), v.number()])),
  channels: v.array(
    v.object({
      name: v.string(),
      memory,
      health: v.object({
        failure: v.exactOptional(failure),
        lastSentMs: v.exactOptional(ms),
        stopped: v.exactOptional(v.string()),
      }),
    }),
  ),
  queue: v.array(v.object({ channel: v.string(), message, tries: v.number(), nextMs: ms })),
  // What an earlier version kept has none.
  happened: v.optional(v.array(v.object({ event, message: v.string(), since: v.string() })), []),
});

/** What was kept, or undefined where it is torn, or of another version. */
export function readKept(value: unknown): Kept | undefined {
  const checked = v.safeParse(kept, value);
  return checked.success ? (checked.output as Kept) : undefined;
}
