/** What is kept of the checklist of one repository after a pass. Pure. */
import type { Repository } from '../../api/index.js';
import type { Answer, CheckResult, ScanSeen } from '../../baseline/index.js';
import type { CheckedScan, KnownChecklist } from './baseline-index.js';
import { sinceOf } from './onboarding.js';

export interface AskedBranch {
  /** The head commit as it was listed. */
  head: string | undefined;
  /** It need not be asked about again before its interval is over. */
  isSettled: boolean;
}

export interface EntryFacts {
  checks: CheckResult[];
  isInScope: boolean;
  isInProduction: boolean;
  nowMs: number;
  /** There was an index before: who is not in it is new. */
  isIndexed: boolean;
  /** It entered the ruleset in this pass, and others were in it before. */
  hasEntered: boolean;
  /** Absent where the branch was not asked about. */
  asked: AskedBranch | undefined;
  /** Absent where its scans were not asked for. */
  scan: Answer<ScanSeen> | undefined;
}

export function entryAfter(
  { id, name }: Repository,
  before: KnownChecklist | undefined,
  facts: EntryFacts,
): KnownChecklist {
  const { checks, isInScope, isInProduction, asked } = facts;
  const { askedMs, head } = askedAfter(before, asked, facts.nowMs);
  const entry: KnownChecklist = { id, name, checks, isInScope, isInProduction, askedMs };
  if (head !== undefined) entry.head = head;
  const scan = scanAfter(before?.scan, facts);
  if (scan !== undefined) entry.scan = scan;
  const sinceMs = sinceOf(before, facts);
  if (sinceMs !== undefined) entry.sinceMs = sinceMs;
  if (before?.told !== undefined) entry.told = before.told;
  return entry;
}

function askedAfter(
  before: KnownChecklist | undefined,
  asked: AskedBranch | undefined,
  nowMs: number,
): { askedMs: number; head: string | undefined } {
  if (asked !== undefined) return { askedMs: asked.isSettled ? nowMs : 0, head: asked.head };
  return { askedMs: before?.askedMs ?? 0, head: before?.head };
}

function scanAfter(before: CheckedScan | undefined, { scan, nowMs }: EntryFacts): CheckedScan | undefined {
  if (scan === undefined) return before;
  return { askedMs: 'again' in scan ? 0 : nowMs, newest: 'seen' in scan ? [...scan.seen.newest] : [] };
}

/** Nothing of it changed that does not come from an answer of this pass. */
export const isAlike = (entry: KnownChecklist, before: KnownChecklist | undefined): boolean =>
  before !== undefined &&
  (['name', 'isInScope', 'isInProduction', 'sinceMs', 'told'] as const).every((key) => entry[key] === before[key]);
