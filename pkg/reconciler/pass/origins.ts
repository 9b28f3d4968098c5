/**
 * Origins: who started the change of those that are demoted or about to leave, for the records alone. Only those are asked about
 * whose files were read a second time in this pass (`confirm.ts`), since exactly they start an exit clock or may leave: a pass at
 * rest asks nothing. Nothing is decided by the answer, so that no failure changes anything but what the records name.
 */
import type { PolicySpec } from '../../api/index.js';
import { boundSignal } from '../../base/index.js';
import type { Verdict } from '../../catalog/index.js';
import type { ObservedRepository } from '../../github/index.js';
import type { Finding } from '../../governance/index.js';
import type { VerdictCache } from '../memory/verdict-cache.js';
import type { ChangeOrigin, PassObservation } from '../types.js';
import type { PassDependencies } from './pass-dependencies.js';

/** Repositories that GitHub is asked about in one pass at most. The others keep the commit at which they were read. */
const MAX_ASKED = 50;

/** How long the pass waits for the answers, ms: what enters in it waits as well. */
const MAX_WAIT_MS = 30_000;

export interface OriginsDependencies extends Pick<PassDependencies, 'reader' | 'record' | 'timers'> {
  verdicts: Pick<VerdictCache, 'origin' | 'learnOrigin'>;
  repositories: readonly ObservedRepository<Verdict>[];
  spec: PolicySpec;
}

/** What was seen, with the origins as far as they are known. Throws where the signal aborts, and for nothing else. */
export async function withOrigins(
  seen: PassObservation,
  { reader, record, timers, verdicts, repositories, spec }: OriginsDependencies,
  signal: AbortSignal,
): Promise<PassObservation> {
  if (record.asksOrigins !== true) return seen;
  // Those that the listing decides about (archived, left out by a filter) have no commit here: no commit of theirs started that.
  const read = seen.findings.flatMap(({ id, confirmed, commit }) =>
    commit === undefined ? [] : [{ id, commit, isChanged: confirmed === true }],
  );
  const unknown = read.filter(({ id, commit, isChanged }) => isChanged && verdicts.origin(id, commit) === undefined);
  const asked = new Set(unknown.slice(0, MAX_ASKED).map(({ id }) => id));
  if (asked.size > 0) {
    const bound = boundSignal(timers, MAX_WAIT_MS, { outer: signal });
    const rows = repositories.map(({ repository }) => repository).filter(({ id }) => asked.has(id));
    const request = { repositories: rows, paths: spec.catalog.paths };
    const histories = await reader.readOrigins(request, bound.signal).finally(() => bound.release());
    signal.throwIfAborted();
    for (const [id, history] of histories) verdicts.learnOrigin(id, history);
  }
  const origins = new Map<number, ChangeOrigin>();
  for (const { id, commit: head } of read) {
    const { commit, ...more } = verdicts.origin(id, head) ?? {};
    if (commit !== undefined) origins.set(id, { commit, ...more });
  }
  return origins.size === 0
    ? seen
    : { ...seen, origins, findings: seen.findings.map((each) => started(each, origins)) };
}

/** With the commit that changed its files in place of the head commit, which may be of somebody who changed another file since. */
function started(finding: Finding, origins: ReadonlyMap<number, ChangeOrigin>): Finding {
  const origin = origins.get(finding.id);
  if (origin === undefined) return finding;
  const { author: _author, ...rest } = finding;
  return { ...rest, commit: origin.commit, ...(origin.author !== undefined && { author: origin.author }) };
}
