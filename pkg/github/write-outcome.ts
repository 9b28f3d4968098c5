/** What a write is sent on, and what becomes of it. */
import type { LiveRuleset } from '../api/index.js';
import type { Plus1Error } from '../errors/index.js';

/** The answer to one PUT: with the ruleset as it is now, or what became of it otherwise. */
export type WriteOutcome = { state: 'answered'; ruleset: LiveRuleset } | FailedWrite;

/** A write that got no good answer. */
export type FailedWrite =
  /** Not sent: it was too late for that when its way was free. What it rests on must be read again. */
  | { state: 'late'; why: string }
  /**
   * Applied or not: nobody knows (5xx, time-out, reset, an answer without conditions or of something else than GitHub). Look before
   * anything else. `error`: what is wrong where a read does not show the write; to send it again would get the same answer.
   */
  | { state: 'unknown'; why: string; error?: Plus1Error }
  /**
   * 4xx by GitHub itself: refused whole, nothing changed. `named`: ids that a 422 names as what is wrong. `error`: where the
   * refusal has a code of its own (a missing right, a token that ended).
   */
  | { state: 'refused'; why: string; named: ReadonlySet<number>; error?: Plus1Error };

export interface WriteOptions {
  /** The write lets something enter, so it goes on below the budget's floor. */
  essential?: boolean;
  /** It leaves until then, by the time of the pass, or not at all. */
  sendByMs?: number;
  /** The first of its requests does: what was read before it is too old then. */
  beginByMs?: number;
  /** Asked at the last moment before it leaves; throws to refuse it. */
  assertMaySend?: () => void | Promise<void>;
  /** Told of each request of it that GitHub may have got, once that is answered or has failed. */
  left?: () => void;
}
