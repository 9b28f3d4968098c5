/**
 * Confirms what the listing says against members: that one is archived or disabled, or that the filter of the policy leaves it
 * out. A listing is one answer, and one flag of it may be wrong; where there is no grace period that would unprotect a repository
 * at once. So GitHub is asked for the same fields by id, in a question of its own, 100 repositories at a time.
 */
import type { PolicySpec, Repository } from '../../api/index.js';
import type { Verdict } from '../../catalog/index.js';
import type { GitHubReader, ObservedRepository } from '../../github/index.js';
import { setAside } from '../../governance/index.js';
import { unlessLimited } from './unless-limited.js';

type Observed = ObservedRepository<Verdict>;

export interface ConfirmedRows {
  /** Those of which both answers say the same. */
  agreed: Observed[];
  /** Those of which the second answer says something else against it, or that got none: nothing counts in this pass. */
  open: Observed[];
  /** Those that the second answer clears: their files decide, and were not read yet. */
  cleared: Repository[];
}

/** True where the row of the listing decided about the repository, and not its files. */
export function restsOnRow({ repository, isDoubtful }: Observed, spec: PolicySpec): boolean {
  return isDoubtful !== true && againstIt(repository, spec) !== undefined;
}

/** What GitHub says of each, by id, in a question of its own. Those that got no answer are not in it. */
export type SecondRows = ReadonlyMap<number, Repository>;

/** Asks for the rows of `repositories` once more. Without any nothing is asked. */
export async function secondRows(
  repositories: readonly Repository[],
  reader: GitHubReader,
  signal: AbortSignal,
): Promise<SecondRows> {
  if (repositories.length === 0) return new Map();
  return unlessLimited<SecondRows>(
    () => reader.readRows(repositories, signal),
    () => new Map(),
  );
}

/** `first`: members of whom `restsOnRow` is true. */
export function confirmRows(first: readonly Observed[], rows: SecondRows, spec: PolicySpec): ConfirmedRows {
  const sorted: ConfirmedRows = { agreed: [], open: [], cleared: [] };
  for (const observed of first) {
    const { repository } = observed;
    const row = rows.get(repository.id);
    const again = row && againstIt(row, spec);
    if (row === undefined) sorted.open.push({ repository, isDoubtful: true });
    else if (again === againstIt(repository, spec)) sorted.agreed.push({ ...observed, repository: row });
    else if (setAside(row, spec) !== undefined) sorted.open.push({ repository: row });
    else sorted.cleared.push(row);
  }
  return sorted;
}

/** What a row says against its repository, by its own; undefined where its files decide. */
function againstIt(repository: Repository, spec: PolicySpec): string | undefined {
  return setAside(repository, spec)?.reason.code ?? (repository.isDisabled ? 'disabled' : undefined);
}
