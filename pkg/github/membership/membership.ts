/**
 * The port of a membership: how a set of repositories that a ruleset targets is read, written and compared. Where its members stand is
 * known behind it and nowhere else: plan, guards, grace, drift, approvals, journal and rollback work on ids.
 */
import type { LiveRuleset } from '../../api/index.js';
import type { ReadChain, WriteChain } from '../requester/chains.js';
import type { Requester } from '../requester/requester.js';
import type { WriteOutcome } from '../write-outcome.js';
import type { WriteWords } from './failed-write.js';

/** What a read is part of. */
export interface ReadMeans {
  /** Login. */
  organization: string;
  chain: ReadChain;
  signal: AbortSignal;
}

/** A write of the whole membership. */
export interface Write extends WriteWords {
  organization: string;
  /** As it was just read. */
  live: LiveRuleset;
  members: readonly number[];
  /** It lets something enter. */
  essential: boolean;
  /** What was read before it counts no longer from the first request on: what follows is bound by the intent alone. */
  begun: () => void;
  /** It was read again just now: the next request may be as late after this as the first one after the read before. */
  looked: () => void;
}

export interface Membership {
  /** Throws where that which holds the membership cannot hold one. Asked once a pass; absent where there is nothing to ask. */
  require?(means: ReadMeans): Promise<void>;
  /** Of a ruleset as GitHub answered it. Throws a ValiError for what is none, and PLUS1_RULESET_TARGETING for one that targets in another way. */
  read(answer: unknown, means: ReadMeans): Promise<LiveRuleset>;
  /** Never sent twice. Throws where GitHub positively took nothing. */
  write(requester: Requester<WriteChain>, write: Write): Promise<WriteOutcome>;
  /** True where `shown` is the ruleset `live` with exactly those members, and otherwise as it was. */
  sameAs(shown: LiveRuleset, live: LiveRuleset, members: readonly number[]): boolean;
}
