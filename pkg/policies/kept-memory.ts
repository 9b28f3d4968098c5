/**
 * What is kept of a policy that went while its controller ran: a file that is away for a second looks like one that was deleted,
 * and a policy that is made again at once would begin with guards that have counted nothing, while a write of the one before it may
 * still be applied. So what protects stays for as long as it would have counted; exit clocks go, and every grace period starts again.
 * Pure.
 */
import { parseDuration, type Condition, type PolicyStatus } from '../api/index.js';
import { at, foreignMemory, keptClaim, type Claim } from './claim.js';
import { markedDeleted } from './deleted.js';
import type { StoredPolicy } from './stored-policy.js';

/** After this a write that no read shows is not applied any more: `SETTLED_AFTER_MS` of the reconciler, which this room cannot import. */
export const OPEN_WRITE_MS = 1_260_000;

/** The longest that `guards.window` may be. */
const LONGEST_WINDOW_MS = 168 * 3_600_000;

/** The state of a policy that has just gone, marked as deleted; undefined where nothing of it protects anybody. */
export function keptMemory(stored: StoredPolicy, nowMs: number): StoredPolicy | undefined {
  const lengthMs = keptForMs(stored);
  if (lengthMs === 0) return undefined;
  const { status = {}, metadata } = stored;
  const { organizationID, ruleset, window, entryWindow, pendingWrite, ownedRulesets, lastPass } = status;
  const kept = {
    organizationID,
    ruleset,
    window,
    entryWindow,
    pendingWrite,
    ownedRulesets,
    lastPass,
    ...rollback(status),
    ...marks(status, nowMs),
  };
  const told = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return {
    ...markedDeleted(stored, nowMs),
    status: { ...told, conditions: conditions(metadata.generation ?? 1, new Date(nowMs).toISOString()) },
    origin: { file: '', ...stored.origin, keptUntil: new Date(nowMs + lengthMs).toISOString() },
  };
}

/**
 * How long, ms, counted from the deletion: the clock that says so may be ahead, and a window that is kept too long costs nothing,
 * since the pass that gets it measures it again by a checked time.
 */
export function keptForMs({ spec, status = {} }: StoredPolicy): number {
  const { window, entryWindow, pendingWrite, ownedRulesets, ruleset } = status;
  const isCounted = window !== undefined || entryWindow !== undefined || (ruleset?.undone ?? 0) > 0;
  const isRolledBack = Object.values(rollback(status)).some((value) => value !== undefined);
  return Math.max(
    isCounted ? windowMs(spec) : 0,
    isRolledBack ? LONGEST_WINDOW_MS : 0,
    // What Plus1 made stays on GitHub: without its ids it would be nobody's, and what it holds closed would be let go.
    (ownedRulesets ?? []).length > 0 ? LONGEST_WINDOW_MS : 0,
    pendingWrite === undefined ? 0 : OPEN_WRITE_MS,
  );
}

/** A rollback stands until a person releases it: that its file was away for a moment releases nobody. */
function rollback({
  lastHandledRollbackTo,
  rollbackBegunTo,
  hold,
}: PolicyStatus): Pick<PolicyStatus, 'lastHandledRollbackTo' | 'rollbackBegunTo' | 'hold'> {
  return {
    ...(rollbackBegunTo !== undefined && { rollbackBegunTo }),
    ...(lastHandledRollbackTo !== undefined && { lastHandledRollbackTo }),
    ...(hold?.reason === 'RolledBack' && { hold }),
  };
}

/** Of a policy that was wrong it may be anything, or absent. */
function windowMs(spec: unknown): number {
  const length = at(spec, ['guards', 'window']);
  return (typeof length === 'string' ? parseDuration(length) : undefined) ?? LONGEST_WINDOW_MS;
}

/** True of a state that lies there for what it protects alone. */
export function isKeptMemory({ origin }: Pick<StoredPolicy, 'origin'>): boolean {
  return origin?.keptUntil !== undefined;
}

/**
 * A stored state as the memory of a policy that is declared now; `own` is what that one claims, undefined where it is not valid. Of a
 * policy that went and came back it is what protects and nothing else: generation and age start again. Undefined where it
 * protects another ruleset: that it had the same name means nothing.
 */
export function memoryFor(stored: StoredPolicy | undefined, own: Claim | undefined): StoredPolicy | undefined {
  if (stored === undefined || !isKeptMemory(stored)) return stored;
  const claim = keptClaim(stored);
  if (claim !== undefined && own !== undefined && foreignMemory(claim, own) !== undefined) return undefined;
  const { conditions: _conditions, ...status } = stored.status ?? {};
  const { keptUntil: _keptUntil, file = '', ...origin } = stored.origin ?? {};
  const { name, namespace } = stored.metadata;
  // The login may be written in another case now.
  const claimed = claim === undefined ? {} : { claim: own ?? claim };
  return { ...stored, metadata: { name, namespace }, status, origin: { file, ...origin, ...claimed } };
}

/**
 * Those who may leave by a write that is still open keep its mark. Their grace period starts again all the same: nobody looked at
 * them while the policy was away.
 */
function marks({ leaving = [], pendingWrite }: PolicyStatus, nowMs: number): Pick<PolicyStatus, 'leaving'> {
  if (pendingWrite === undefined) return {};
  const marked = leaving.filter(({ dueTime }) => dueTime === pendingWrite.startTime);
  const restarted = (since: string): string => (Date.parse(since) > nowMs ? since : new Date(nowMs).toISOString());
  return { leaving: marked.map((clock) => ({ ...clock, since: restarted(clock.since) })) };
}

/** A person who reads the state must not find a last good value there. */
function conditions(observedGeneration: number, lastTransitionTime: string): Condition[] {
  const times = { observedGeneration, lastTransitionTime };
  return [
    { type: 'Ready', status: 'False', reason: 'Suspended', message: DELETED, ...times },
    { type: 'Compliant', status: 'Unknown', reason: 'NotObserved', message: DELETED, ...times },
  ];
}

const DELETED =
  'The policy was deleted; what its guards have counted is kept for as long as it counts, in case the policy comes back';
