/** What goes into a decision about one channel, and what comes out of it. */
import type { NotificationChannel, NotificationEvent, OpenNotification } from '../../api/index.js';
import type { Facts } from '../sighting.js';
import type { ChannelMemory } from './channel-memory.js';
import type { Draft } from './draft.js';
import type { Ripened } from './streaks.js';

export interface ChannelTerms {
  channel: NotificationChannel;
  /** Events with a message that still waits to be delivered. */
  pending: ReadonlySet<NotificationEvent>;
  /** The channel is gone until its Secret changes: nothing is told, and what happens meanwhile is not told later. */
  isStopped: boolean;
}

export interface ChannelState {
  /** As the status has it. */
  open: OpenNotification[];
  memory: ChannelMemory;
}

export interface Decided extends ChannelState {
  drafts: Draft[];
}

export type Look = Pick<Facts, 'nowMs' | 'once' | 'first' | 'isLast'> & Pick<Ripened, 'states'>;
