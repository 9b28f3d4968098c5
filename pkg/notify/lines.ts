/** A message as facts and lines of plain text, which the channels lay out. What others wrote is one visible line each. Pure. */
import { cut, foreignLine } from '../text/index.js';
import type { Item } from './decide/draft.js';
import { titleOf, type Message } from './message.js';

/** Characters of one sentence that is shown. */
const MAX_SENTENCE = 1_500;
const MAX_NAME = 120;

/** What is shown of a message, in the order in which it is read. */
export interface Facts {
  title: string;
  /** What is wrong. */
  sentence: string;
  rows: readonly (readonly [string, string])[];
}

/** Title, sentence and rows; the names of repositories are apart. */
export function factsOf(message: Message): Facts {
  const { severity, policy, organization, state, since, fix, event, isTest } = message;
  const isOver = state === 'resolved';
  return {
    title: titleOf(message),
    sentence: line(message.message, MAX_SENTENCE),
    rows: [
      ['Organization', line(organization, MAX_NAME)],
      ['Policy', line(policy, 320)],
      ['Event', isTest === true ? 'test' : `${event}, ${severity}`],
      [state === 'once' ? 'Time' : isOver ? 'It began' : 'Since', readable(since)],
      ...(fix === 'nothing' ? [] : [['What to do', line(fix, MAX_SENTENCE)] as const]),
    ],
  };
}

/** One line for each item of a digest. */
export function itemLine({ event, state, severity, message, since, isRepeat }: Item): string {
  const word = state === 'once' ? severity : `${severity}, ${isRepeat === true ? 'still open' : state}`;
  return `${event} (${word}) ${readable(since)}: ${line(message, 300)}`;
}

/** A time of RFC 3339 as people read it, to the second: `2026-11-22 10:00:00 UTC`. One with an offset stays as it is. */
const readable = (time: string): string => (/Z$/i.test(time) ? `${time.slice(0, 19).replace('T', ' ')} UTC` : time);

/** Names as they may be shown, as many as fit into `max` characters, and how many are left out. At most `most` of them. */
export function namesThatFit(
  { repositories, omitted }: Pick<Item, 'repositories' | 'omitted'>,
  { max, most = Infinity }: { max: number; most?: number },
): { names: string[]; left: number } {
  const names: string[] = [];
  let used = 0;
  for (const repository of repositories) {
    const name = line(repository, MAX_NAME);
    used += name.length + 2;
    if (used > max || names.length >= most) break;
    names.push(name);
  }
  return { names, left: repositories.length - names.length + omitted };
}

/** `and 4990 more`, or nothing. */
export const more = (left: number): string => (left === 0 ? '' : `and ${left} more`);

/** `names` and how many are left out, in one text. */
export const nameList = (names: readonly string[], left: number): string =>
  [names.join(', '), more(left)].filter(Boolean).join(' ');

/** Words of others: one line, nothing invisible, bounded. */
export const line = (text: string, max: number): string => cut(foreignLine(text, 4 * max), max);
