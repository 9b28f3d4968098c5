/** What the status of an answer means, for every channel that takes a POST. Pure. */
import { foreignLine } from '../../text/index.js';
import type { ChannelAnswer } from '../destination/exchange.js';
import type { Verdict } from './channel.js';

/** Characters of a channel's own words. */
const MAX_WORDS = 200;

/** The channel's own words, in one line. */
export const wordsOf = ({ status, text }: ChannelAnswer): string => {
  const words = foreignLine(text, MAX_WORDS);
  return words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
};

/** Where the channel itself has nothing to say about it. */
export function judgeStatus(answer: ChannelAnswer): Verdict {
  const { status, retryAfterMs } = answer;
  const why = wordsOf(answer);
  if (status >= 200 && status < 300) return { kind: 'sent', detail: why };
  if (status === 404 || status === 410) return { kind: 'gone', reason: 'ChannelGone', why, fix: NEW_ADDRESS };
  const after = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
  if (status === 429) return { kind: 'retry', reason: 'RateLimited', why, fix: WAIT, ...after };
  if (status >= 500 || MAY_PASS.has(status)) return { kind: 'retry', reason: 'Unavailable', why, fix: WAIT, ...after };
  if (status < 400) return { kind: 'retry', reason: 'DestinationRefused', why, fix: NO_REDIRECT };
  if (status === 401 || status === 403) return { kind: 'retry', reason: 'Unauthorized', why, fix: KEYS };
  return { kind: 'refused', reason: 'Rejected', why, fix: REFUSED };
}

/** Refusals of the moment: time-out, too early. */
const MAY_PASS = new Set([408, 425]);
const WAIT = 'wait; Plus1 tries again by itself';
const NEW_ADDRESS = 'make a new address for the channel and put it into the Secret';
const NO_REDIRECT = 'put the address into the Secret that it leads to: no redirect is followed';
const KEYS = 'check the address and the keys in the Secret';
const REFUSED = 'read what the channel says, and check the type of the channel';
