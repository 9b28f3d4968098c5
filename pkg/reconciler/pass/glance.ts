/**
 * Glance: what a quick pass asks first. Three conditional reads say whether anything changed since the last look: the repositories last
 * pushed to, those last changed otherwise, and the ruleset. Three 304 cost nothing of the hourly limit, and where besides nothing is due
 * the pass ends there, whatever the size of the organization: neither the memory is opened nor anything written.
 */
import { GONE, type LiveRuleset } from '../../api/index.js';
import { linkSignals } from '../../base/index.js';
import { hasCode, toPlus1Error, type Plus1Error } from '../../errors/index.js';
import type { GitHubReader } from '../../github/index.js';
import type { Anchor, Changed } from '../anchor.js';
import { stillHeld } from '../held.js';
import type { ActResult, PassObservation, PassOutcome, PassRequest } from '../types.js';
import { isDueSince } from './due.js';
import type { Observed } from './observed.js';
import type { PassDependencies } from './pass-dependencies.js';
import { earlierReading } from './trusted-time.js';

export type Glance =
  /** Nothing changed and nothing is due. */
  | { kind: 'idle' }
  /** The lists do not say what changed, or the ruleset is not the one that was read: a full pass finds out. */
  | { kind: 'full' }
  | { kind: 'failed'; error: Plus1Error }
  | Changed;

export interface GlanceDependencies extends Pick<PassDependencies, 'reader' | 'stopReading'> {
  /** True where something else is due now: the pass goes on though nothing changed. Default false. */
  isDue?: boolean;
}

/** Never throws; until one of the two signals aborts. */
export async function takeGlance(
  request: Pick<PassRequest, 'policy' | 'status'>,
  anchor: Anchor,
  { reader, stopReading, isDue = false }: GlanceDependencies,
  signal: AbortSignal,
): Promise<Glance> {
  const either = linkSignals(signal, ...(stopReading === undefined ? [] : [stopReading]));
  try {
    return await glance(request, anchor, { reader, isDue }, either.signal);
  } catch (error) {
    return { kind: 'failed', error: toPlus1Error(error) };
  } finally {
    either.release();
  }
}

async function glance(
  { policy: { spec }, status }: Pick<PassRequest, 'policy' | 'status'>,
  anchor: Anchor,
  { reader, isDue }: Required<Pick<GlanceDependencies, 'reader' | 'isDue'>>,
  signal: AbortSignal,
): Promise<Glance> {
  const startMs = reader.time.now();
  const { organization, marks } = anchor;
  const [changes, live] = await Promise.all([
    reader.readChanges({ organization, marks }, signal),
    readRuleset(anchor, reader, signal),
  ]);
  if (changes.isTooMuch || live === 'missing' || (live !== undefined && live.name !== spec.ruleset.name))
    return { kind: 'full' };
  const isIdle = changes.isUnchanged && live === undefined && !anchor.isOpen;
  const moment = { afterMs: anchor.decidedMs, nowMs: earlierReading(startMs, reader.time) };
  if (isIdle && !isDue && !isDueSince(moment, status, spec)) return { kind: 'idle' };
  const ruleset = live ?? anchor.ruleset;
  const rulesetETag = live === undefined ? anchor.rulesetETag : reader.etagOf(live);
  return {
    ...{ kind: 'changed', anchor, startMs, ruleset, rulesetETag },
    ...{ repositories: changes.repositories, unsettled: changes.unsettled, marks: changes.marks },
  };
}

/** Undefined where it is as it was; `missing` where it is there no more under its id: its name may lead to another one. */
async function readRuleset(
  { organization, ruleset: { id }, rulesetETag: etag }: Anchor,
  reader: GitHubReader,
  signal: AbortSignal,
): Promise<LiveRuleset | 'missing' | undefined> {
  try {
    return await reader.readRulesetUnless(organization.login, { id, etag }, signal);
  } catch (error) {
    if (hasCode(error, 'PLUS1_RULESET_NOT_FOUND')) return 'missing';
    throw error;
  }
}

/**
 * Where the next glance begins, after a pass that came to its decision; undefined where none can: nobody looked at the lists, not all was
 * listed or looked up, or the time cannot be trusted.
 */
export function anchorAfter(
  { request: { reconcileID, quick, status }, startMs, seen, acted }: Ending,
  { marks }: Pick<Observed, 'marks'>,
  reader: Pick<GitHubReader, 'time' | 'etagOf'>,
): Anchor | undefined {
  if (seen === undefined || acted === undefined || marks === undefined || !hasAll(seen)) return undefined;
  if (isOpenOfAbsent(seen) || isGoneHeld(acted, status)) return undefined;
  const { organization, seesFewer, credential, findings } = seen;
  const { live: ruleset } = acted;
  const rulesetETag = ruleset === quick?.glance?.ruleset ? quick.glance.rulesetETag : reader.etagOf(ruleset);
  return {
    ...{ look: reconcileID, organization, seesFewer, visibility: credential.visibility },
    ...{ marks, ruleset, rulesetETag },
    isOpen: acted.stays !== undefined || findings.some(({ status }) => status === 'unobserved'),
    decidedMs: earlierReading(startMs, reader.time),
  };
}

type Ending = Pick<PassOutcome, 'request' | 'startMs' | 'seen' | 'acted'>;

/**
 * The listing lacks repositories, or that was not found out. A quick pass looks up nobody, so it would call the organization complete:
 * the full pass is tried again instead, and quick ones follow the first that got an answer.
 */
const isOpenOfAbsent = ({ absent }: PassObservation): boolean =>
  absent.some(({ fate }) => fate === 'unseen' || fate === 'unknown');

/**
 * Of a hold of members that are gone a quick pass would see nothing, and end it with all its approvals. So would it where this pass
 * left a hold as it was, without having judged it.
 */
function isGoneHeld(acted: ActResult, { hold }: PassRequest['status']): boolean {
  const leaving = stillHeld(acted)?.plan.leaving ?? [];
  return leaving.some(({ status }) => status === GONE) || (acted.stays !== undefined && hold !== undefined);
}

/** With the memory that it leaves, all repositories are known, as far as GitHub listed them. */
const hasAll = ({ skewed, isQuick, isListed }: PassObservation): boolean =>
  !skewed && (isQuick === true || isListed === true);
