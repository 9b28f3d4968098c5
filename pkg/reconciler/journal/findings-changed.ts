/** Which repositories have another status, or another name, than the records say. Pure. */
import type { Data, Entry, RecordedRepository } from '../../journal/index.js';
import type { Finding } from '../../governance/index.js';
import type { OriginOf } from './write-records.js';
import { redactPatterns } from '../../text/index.js';

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
  const changed: RepositoryChange[] = [];
  for (const finding of findings) {
    const before = recorded.get(finding.id);
    if (before?.status === finding.status && isName(before.name, finding.name)) continue;
    changed.push(changeOf(finding, before?.status ?? null, originOf));
  }
  const gone = isWhole ? missing(recorded, findings) : [];
  return [...changed, ...gone.map(([id, { name, status }]) => unlisted(id, name, status))].sort((a, b) => a.id - b.id);
}

/** Recorded repositories that were not found. */
function missing(
  recorded: ReadonlyMap<number, RecordedRepository>,
  findings: readonly Finding[],
): [number, RecordedRepository][] {
  const found = findings.reduce((count, { id }) => count + (recorded.has(id) ? 1 : 0), 0);
  if (found === recorded.size) return [];
  const listed = new Set(findings.map(({ id }) => id));
  return [...recorded].filter(([id]) => !listed.has(id));
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
    id,
    name,
    from,
    to: status,
    owner: finding.owner ?? null,
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
  id,
  name,
  from,
  to: null,
  owner: null,
  codes: [],
  path: null,
  line: null,
  ...originFields(undefined),
});
