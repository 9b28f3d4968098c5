/** The records of a rollback that was applied: what was held before is over, the rollback, and the hold that a person ends. Pure. */
import type { Entry, Recorded } from '../../journal/index.js';
import type { ActResult, PassOutcome } from '../types.js';
import { holdChanges } from './hold.js';
import { redacted } from './redacted.js';

/**
 * Undefined where this pass applied none. Of one that is recorded already the process ended before its status was kept: then it is
 * carried out again, and changes nothing, and is no second rollback.
 */
export function rollbackEntries(
  recorded: Pick<Recorded, 'hold' | 'rolledBackBy'>,
  { rollback, request, approvals = [] }: PassOutcome,
  { decision, written: isWritten }: ActResult,
): Entry[] | undefined {
  const asked = request.rollback;
  if (rollback?.isApplied !== true || asked === undefined || recorded.rolledBackBy === asked.to) return undefined;
  const { hold: _hold, heldBy: _heldBy, held: _held, heldPlan: _heldPlan, ...free } = decision;
  const { to, kept, missing } = rollback;
  const data = {
    ...{ to, kept: kept.map(({ id }) => id), missing: missing.map(({ id }) => id), request: asked.to },
    ...(asked.reason !== undefined && { reason: redacted(asked.reason) }),
  };
  return [
    ...holdChanges(recorded.hold, { decision: free, isWritten, approvals }),
    { kind: 'RolledBack', data },
    ...holdChanges(null, { decision, isWritten }),
  ];
}
