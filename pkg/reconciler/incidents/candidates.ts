/** The repositories that an incident may choose among. */
import type { Candidate } from '../../incident/index.js';
import type { Draft } from './draft.js';
import { forEach, type IncidentPass } from './means.js';

/** As the pass saw them; undefined where it failed before it saw any. */
export function candidatesOf({ seen }: Pick<IncidentPass, 'seen'>): Candidate[] | undefined {
  return seen?.findings.map(({ id, name, status, commit }) => ({
    ...{ id, name, isArchived: status === 'archived_skipped' },
    ...(commit !== undefined && { headCommit: commit }),
  }));
}

/** Of a pass that saw nothing: those that incidents name, asked for one by one. A policy that is broken must not keep anybody open. */
export async function namedCandidates(
  drafts: readonly Draft[],
  { pass, organization, signal }: { pass: IncidentPass; organization: string; signal: AbortSignal },
): Promise<Candidate[]> {
  const names = [
    ...new Set(drafts.filter(({ spec }) => !spec.closed).flatMap(({ spec }) => spec.isolate.repositories)),
  ];
  const found: Candidate[] = [];
  await forEach(names, async (name) => {
    const row = await pass.deps.reader.isolation.repository({ organization, name }, signal).catch(() => {
      signal.throwIfAborted();
      return undefined;
    });
    if (row !== undefined) found.push({ id: row.id, name: row.name, isArchived: row.isArchived });
  });
  return found;
}
