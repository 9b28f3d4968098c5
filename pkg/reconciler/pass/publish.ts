/** Publish: runs whatever happened before it, and says what became of the pass to all who are to know. */
import type { PolicyStatus } from '../../api/index.js';
import { ownTurn } from '../../base/index.js';
import { publishAll } from '../publishers/publish-all.js';
import type { PassPublication } from '../publishers/publisher.js';
import { passResult } from '../status/result.js';
import { nextStatus } from '../status/status.js';
import { openAfter } from '../memory/open-write.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import type { PassDependencies } from './pass-dependencies.js';
import type { PassRecord } from '../pass-record.js';
import type { PassOutcome } from '../types.js';

export interface PublishDependencies extends Pick<PassDependencies, 'publishers' | 'timers' | 'log'> {
  record: Pick<PassRecord, 'nextPassMs' | 'effectiveInterval'>;
  verdicts: VerdictCache;
  /** As it was before the pass. */
  previous: PolicyStatus;
}

/** The outcome with its status, published. Never throws: a status that cannot be kept is a failed pass. */
export async function publish(
  unfinished: Omit<PassOutcome, 'status' | 'result'>,
  { publishers, record, verdicts, previous, timers, log }: PublishDependencies,
): Promise<PassOutcome> {
  const { policy, reconcileID } = unfinished.request;
  const { name, namespace } = policy.metadata;
  const { organization } = policy.spec;
  const of = { key: { namespace, name }, organization, reconcileID, previous, verdicts };
  const publicationOf = (outcome: PassOutcome): PassPublication => ({
    ...of,
    kind: 'pass',
    outcome,
    status: outcome.status,
  });
  await ownTurn();
  const { publication } = await publishAll(publishers, publicationOf(finish(unfinished, record)), {
    timers,
    log,
    afterFault: ({ outcome }, fault) => publicationOf(finish({ ...unfinished, error: outcome.error ?? fault }, record)),
  });
  return publication.outcome;
}

function finish(
  unfinished: Omit<PassOutcome, 'status' | 'result'>,
  record: Pick<PassRecord, 'nextPassMs' | 'effectiveInterval'>,
): PassOutcome {
  const { anchor: begun, ...rest } = unfinished;
  const { error, endMs, isQuick } = unfinished;
  // Of a pass that failed nothing goes on: what it saw is seen again by the next one.
  const anchor = error === undefined ? begun : undefined;
  const result = passResult(unfinished);
  const ended = { error, result, endMs, settlesMs: openAfter(unfinished)?.untilMs, anchor, isQuick };
  const nextPassMs = record.nextPassMs(ended);
  const effectiveInterval = record.effectiveInterval?.();
  const waits = { ...(nextPassMs !== undefined && { nextPassMs }), ...(effectiveInterval && { effectiveInterval }) };
  const outcome = { ...rest, ...(anchor && { anchor }), result, ...waits };
  return { ...outcome, status: nextStatus(outcome) };
}
