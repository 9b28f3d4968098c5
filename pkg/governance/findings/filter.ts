/**
 * The policy's filter and archiving: what is decided about a repository before its files are looked at. Hazard: to be
 * filtered out is contrary evidence, so a member that a changed filter no longer covers starts to leave.
 */
import type { PolicySpec, Repository, SetAsideStatus } from '../../api/index.js';
import type { Reason } from '../../catalog/index.js';
import { matchesGlob } from './glob.js';

/** What a repository is before its files are looked at, and which setting or state made it so. */
export interface SetAside {
  status: SetAsideStatus;
  reason: Reason;
}

/** Why the files of a repository decide nothing, or undefined where they do. The filter comes before archiving. */
export function setAside(repository: Repository, spec: PolicySpec): SetAside | undefined {
  const excluded = exclusion(repository, spec.repositories);
  if (excluded !== undefined) return { status: 'excluded', reason: about(spec, excluded) };
  if (!repository.isArchived) return undefined;
  const archived: Told = {
    code: 'archived',
    found: 'an archived repository',
    expected: 'a repository that takes pushes',
    fix: 'unarchive it if it should be governed',
  };
  return { status: 'archived_skipped', reason: about(spec, archived) };
}

/** A reason about a repository as such; it stands at the first catalogue path, since that is where an owner looks. */
export function about(spec: PolicySpec, told: Told, severity: Reason['severity'] = 'warning'): Reason {
  return { severity, file: spec.catalog.paths[0] ?? '', line: 1, column: 1, ...told };
}

export type Told = Pick<Reason, 'code' | 'found' | 'expected' | 'fix'>;

function exclusion(repository: Repository, filter: PolicySpec['repositories']): Told | undefined {
  return byName(repository.name, filter) ?? byKind(repository, filter);
}

function byName(name: string, filter: PolicySpec['repositories']): Told | undefined {
  const excluding = filter.exclude.find((glob) => matchesGlob(name, glob));
  if (excluding !== undefined) {
    return {
      code: 'excluded-by-name',
      found: `a name that ${excluding} of repositories.exclude matches`,
      expected: 'a name that no glob of repositories.exclude matches',
      fix: 'change repositories.exclude of the policy if it should be governed',
    };
  }
  if (filter.include.some((glob) => matchesGlob(name, glob))) return undefined;
  return {
    code: 'not-included-by-name',
    found: 'a name that no glob of repositories.include matches',
    expected: 'a name that a glob of repositories.include matches',
    fix: 'change repositories.include of the policy if it should be governed',
  };
}

function byKind(repository: Repository, filter: PolicySpec['repositories']): Told | undefined {
  if (repository.isFork && filter.forks === 'Exclude') return kind('fork', 'a fork', 'repositories.forks Exclude');
  if (repository.isTemplate && filter.templates === 'Exclude') {
    return kind('template', 'a template repository', 'repositories.templates Exclude');
  }
  if (filter.visibilities.includes(repository.visibility)) return undefined;
  const found = `${repository.visibility.toLowerCase()} visibility`;
  return kind('visibility', found, `repositories.visibilities ${filter.visibilities.join(', ')}`);
}

function kind(code: string, found: string, setting: string): Told {
  return {
    code: `excluded-by-${code}`,
    found: `${found} (${setting})`,
    expected: 'a repository that the policy looks at',
    fix: 'change that setting of the policy if it should be governed',
  };
}
