/** What is remembered of one channel of one policy from look to look, beside what its status says is open. */
import type { NotificationEvent } from '../../api/index.js';
import type { Item } from './draft.js';

/** A try to tell that something is open. */
export interface Try {
  event: NotificationEvent;
  /** Of the open event that it told. */
  since: string;
  /** Unix ms. */
  atMs: number;
  isDelivered: boolean;
}

export interface ChannelMemory {
  /** When each event was last opened, Unix ms: a pair of open and resolved at most once an hour. */
  opened: [NotificationEvent, number][];
  /** What became of messages about open events. */
  tries: Try[];
  /** When the last digest was made, or the channel was first seen, Unix ms. Undefined: never. */
  digestMs?: number | undefined;
  /** What the next digest tells. */
  items: Item[];
}

/** Of a channel that nothing is known of. */
export const emptyMemory = (): ChannelMemory => ({ opened: [], tries: [], items: [] });
