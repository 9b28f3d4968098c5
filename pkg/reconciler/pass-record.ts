/**
 * The home of a pass, as the pass sees it: what it keeps there, and what it asks. A state folder and a cluster are two homes; a run
 * without memory has one that keeps nothing. Who adds a journal adds it here.
 */
import type { LiveRuleset, PolicyStatus } from '../api/index.js';
import type { Decision } from '../governance/index.js';
import type { VerdictStore } from './memory/verdict-cache.js';
import type { Ended } from './types.js';

/** A write that is about to be sent. */
export interface Intent {
  /** The status that is kept before it: with the mark of the write, and the marks of those who would leave by it. */
  status: PolicyStatus;
  decision: Decision;
  /** The ruleset that it was decided on. */
  live: LiveRuleset;
}

export interface PassRecord {
  /**
   * Throws where nothing may be written to this ruleset (any more). Asked once it is known, and before and after the intent of
   * each write is kept.
   */
  assertMayWrite(ruleset: LiveRuleset): void;
  /**
   * Keeps an intent. The write is sent only after this. False where the policy went, and with it what keeps it: then nothing is
   * written.
   */
  keepIntent(intent: Intent, signal: AbortSignal): Promise<boolean>;
  /**
   * Told of an intent that was kept and that GitHub did not take: the ruleset changed before its write was sent, a limit kept
   * the write out, or GitHub refused it for a repository that is gone. Another intent follows, or none where nothing is left
   * to be written.
   */
  superseded(intent: Intent, signal: AbortSignal): Promise<void>;
  /** Keeps the status of the pass that ended. */
  keepStatus(status: PolicyStatus, signal: AbortSignal): Promise<void>;
  /** What earlier passes learned of each repository; undefined where nothing is kept between passes. */
  readonly known: VerdictStore | undefined;
  /** When the next pass is due after one that ended like this, Unix ms; undefined where nothing waits for it. */
  nextPassMs(ended: Ended): number | undefined;
}

/** Of a run that keeps nothing, and after which nobody waits for another. */
export const NO_RECORD: PassRecord = {
  assertMayWrite: () => undefined,
  keepIntent: async () => true,
  superseded: async () => undefined,
  keepStatus: async () => undefined,
  known: undefined,
  nextPassMs: () => undefined,
};
