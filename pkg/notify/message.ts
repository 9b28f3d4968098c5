/** One message to one channel: what every channel renders, and what is kept until it is delivered. */
import type { Draft } from './decide/draft.js';
import { EVENT_TABLE } from './event-table.js';

/** How the run went that the message is about. */
export interface Run {
  /** A word for how the pass ended, such as `Succeeded`. */
  status: string;
  seconds: number;
  /** Repositories that it looked at. */
  repositories: number;
}

export interface Message extends Draft {
  /** The same over all tries. Letters, digits and hyphens. */
  id: string;
  /** `namespace/name`. */
  policy: string;
  organization: string;
  /** When it was decided, Unix ms. It is given up a day later. */
  atMs: number;
  /** Of the policy's page. */
  url?: string;
  run?: Run;
  /** Sent by a person to see whether it arrives. */
  isTest?: true;
}

/** What tells whether two messages are about the same thing: never a number, a time or a text that changes. */
export const identityOf = ({ policy, event, isTest }: Pick<Message, 'policy' | 'event' | 'isTest'>): string =>
  `plus1/${policy}/${event}${isTest === true ? '/test' : ''}`;

/** `Resolved: A guard holds a plan`. */
export function titleOf({
  event,
  state,
  isRepeat,
  isTest,
}: Pick<Message, 'event' | 'state' | 'isRepeat' | 'isTest'>): string {
  const { title } = EVENT_TABLE[event];
  const head = state === 'resolved' ? 'Resolved: ' : isRepeat === true ? 'Still: ' : '';
  return isTest === true ? 'Test message of Plus1' : `${head}${title}`;
}
