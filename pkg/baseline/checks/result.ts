/** What all checks share: the words of their results, and what follows from an answer that did not come. */
import type { BaselineCheck } from '../../api/index.js';
import type { Answer, CheckResult } from '../types.js';

/** A check that was asked, before its answers are looked at. */
export interface Asked {
  name: BaselineCheck;
  expected: string;
}

export const pass = ({ name, expected }: Asked, found: string): CheckResult => ({
  ...{ name, result: 'pass', found, expected, fix: null },
});

export const fail = ({ name, expected }: Asked, found: string, fix: string): CheckResult => ({
  ...{ name, result: 'fail', found, expected, fix },
});

const AGAIN = 'nothing to do now: a later pass asks again';

/** Where several answers are missing, what was never asked counts before what cannot be had: it may come. */
export function open({ name, expected }: Asked, answers: readonly Answer<unknown>[]): CheckResult {
  const unknown = answers.find((answer) => 'unknown' in answer);
  if (unknown !== undefined)
    return { name, result: 'unknown', found: unknown.unknown, expected, fix: unknown.fix ?? AGAIN };
  const lacking = answers.find((answer) => 'lacking' in answer);
  const found = lacking?.lacking ?? 'GitHub did not say';
  const fix = lacking?.fix ?? 'switch the check off for this policy, or let the server have the feature';
  return { name, result: lacking === undefined ? 'unknown' : 'not_available', found, expected, fix };
}

export const isSeen = <A extends Answer<unknown>>(answer: A): answer is Extract<A, { seen: unknown }> =>
  'seen' in answer;

/** Names in a text, at most so many. */
const MOST_NAMES = 5;

export const listed = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : `${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''}`;
