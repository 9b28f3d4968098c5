/** Which repositories have another status, or another name, than the records say. Pure. */
import type { Data, Entry, RecordedRepository } from '../../journal/index.js';
import type { Finding } from '../../governance/index.js';
import type { OriginOf } from './write-records.js';
import { redactPatterns } from '../../telemetry/index.js';

export type RepositoryChange = Data<'FindingsChanged'>['repositories'][number];

export interface FindingsSight {
  findings: readonly Finding[];
  /** True where the listing holds as many repositories as GitHub counts: only then one that is not in it is gone from it. */
  isWhole: boolean;
  originOf: OriginOf;
}

/** By id. `recorded`: empty for the first record of a chain, which has every repository. */
export function repositoryChanges(
  recorded: ReadonlyMap<number, RecordedRepository>,
  { findings, isWhole, originOf }: FindingsSight,
): RepositoryChange[] {
  const listed = new Set(findings.map(({ id }) => id));
  const changed = findings.flatMap((finding): RepositoryChange[] => {
    const before = recorded.get(finding.id);
    if (before?.status === finding.status && isName(before.name, finding.name)) return [];
    return [changeOf(finding, before?.status ?? null, originOf)];
  });
  const gone = isWhole ? [...recorded].filter(([id]) => !listed.has(id)) : [];
  return [...changed, ...gone.map(([id, { name, status }]) => unlisted(id, name, status))].sort((a, b) => a.id - b.id);
}

/** A name that looks like a credential is recorded without it. */
const isName = (recorded: string, name: string): boolean => recorded === name || recorded === redactPatterns(name);

export function findingsChanged(changes: readonly RepositoryChange[]): Entry[] {
  return changes.length === 0 ? [] : [{ kind: 'FindingsChanged', data: { repositories: [...changes] } }];
}

function changeOf(finding: Finding, from: string | null, originOf: OriginOf): RepositoryChange {
  const { id, name, status, reasons, evidence } = finding;
  const place = evidence ?? reasons.find(({ severity }) => severity === 'error') ?? reasons[0];
  return {
    ...{ id, name, from, to: status, owner: finding.owner ?? null },
    codes: [...new Set(reasons.map(({ code }) => code))],
    path: place?.file ?? null,
    line: place?.line ?? null,
    ...originFields(originOf(id)),
  };
}

function originFields(origin: ReturnType<OriginOf>): Pick<RepositoryChange, 'commit' | 'author' | 'pullRequest'> {
  const { commit = null, author = null, pullRequest = null } = origin ?? {};
  return { commit, author, pullRequest };
}

const unlisted = (id: number, name: string, from: string): RepositoryChange => ({
  ...{ id, name, from, to: null, codes: [], owner: null, path: null, line: null },
  ...{ commit: null, author: null, pullRequest: null },
});
