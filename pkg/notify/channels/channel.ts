/** What all channels have in common. */
import type { NotificationChannel } from '../../api/index.js';
import type { ChannelAnswer, ChannelRequest } from '../destination/exchange.js';
import type { Message } from '../message.js';

/** Keys and values of the Secret of a channel. */
export type ChannelSecret = Readonly<Record<string, string>>;

/** What became of one try. */
export type Verdict =
  | { kind: 'sent'; detail?: string }
  /** It may work later. `afterMs`: not before, as the channel asked. */
  | { kind: 'retry'; reason: FailureReason; why: string; fix: string; afterMs?: number }
  /** This message never works. */
  | { kind: 'refused'; reason: FailureReason; why: string; fix: string }
  /** Nothing works until the Secret changes. */
  | { kind: 'gone'; reason: 'ChannelGone'; why: string; fix: string };

export type Failure = Exclude<Verdict, { kind: 'sent' }>;

/** Words of `status.notifications[].reason` for a channel that is not ready. */
export type FailureReason =
  | 'SecretNotFound'
  | 'SecretNotAllowed'
  | 'SecretInvalid'
  | 'SecretUnreadable'
  | 'DestinationRefused'
  | 'Unreachable'
  | 'RateLimited'
  | 'Unauthorized'
  | 'Rejected'
  | 'Unavailable'
  | 'ChannelGone';

/** A channel that takes a POST. Pure but for the hash of a signature. */
export interface HTTPChannel {
  /** Throws a `SecretFault`. `nowMs`: of this try. */
  request(message: Message, secret: ChannelSecret, nowMs: number): ChannelRequest;
  /** What the channel says of it, where its own words say more than the status. */
  judge(answer: ChannelAnswer): Verdict | undefined;
}

/** The Secret of a channel lacks something, or holds something that cannot be used. The message never holds a value of it. */
export class SecretFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SecretFault';
  }
}

/** The value of a key, without blanks around it. Throws a `SecretFault` where there is none. */
export function required(secret: ChannelSecret, key: string): string {
  const value = secret[key]?.trim();
  if (value === undefined || value === '') throw new SecretFault(`the Secret has no key ${key}`);
  return value;
}

export type ChannelType = NotificationChannel['type'];
