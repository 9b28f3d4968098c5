/** Who is to be isolated. What is not known counts as if it were bad: an unreadable workflow is not clean. Pure. */
import type { IncidentSpec, IsolatedRepository } from '../api/index.js';
import type { Sighted } from './inventory.js';

/** A repository of the organization as this pass saw it. */
export interface Candidate {
  id: number;
  name: string;
  isArchived: boolean;
  headCommit?: string | undefined;
}

export type Why = IsolatedRepository['why'];

export interface Target extends Candidate {
  why: Why;
}

/** Of `matching: Ran`. */
export interface RanSight {
  /** Names of repositories that ran it. */
  ran: ReadonlySet<string>;
  /** Names of those whose runs are not all known. */
  unknown: ReadonlySet<string>;
}

export interface Wanted {
  targets: Target[];
  /** Names of the spec that no repository of the organization has. */
  unmatched: string[];
}

/**
 * By the spec and what is known. One that is archived runs and takes nothing: it is left out unless it is named. Where a file is unreadable,
 * its repository counts as referring; where there is no index at all, every repository would, and nobody but the named ones is taken: that
 * is told by `Inventoried`.
 */
export function whomToIsolate(
  { isolate }: Pick<IncidentSpec, 'isolate'>,
  candidates: readonly Candidate[],
  { refers, unknown }: Sighted,
  ran: RanSight | undefined,
): Wanted {
  const byName = new Map(candidates.map((each) => [each.name.toLowerCase(), each]));
  const named = new Set(isolate.repositories.map((name) => name.toLowerCase()));
  const referring = new Set(refers.map(({ repository }) => repository.toLowerCase()));
  const doubtful = new Set(unknown.map(({ repository }) => repository.toLowerCase()));
  const why = ({ name, isArchived }: Candidate): Why | undefined => {
    const key = name.toLowerCase();
    if (named.has(key)) return 'Named';
    if (isolate.matching === 'None' || isArchived) return undefined;
    if (doubtful.has(key)) return 'Unknown';
    if (!referring.has(key)) return undefined;
    return isolate.matching === 'Refers' ? 'Refers' : whyRan(name, ran);
  };
  return {
    targets: candidates.flatMap((each) => {
      const reason = why(each);
      return reason === undefined ? [] : [{ ...each, why: reason }];
    }),
    unmatched: isolate.repositories.filter((name) => !byName.has(name.toLowerCase())),
  };
}

function whyRan(name: string, ran: RanSight | undefined): Why | undefined {
  if (ran?.ran.has(name) === true) return 'Ran';
  return ran === undefined || ran.unknown.has(name) ? 'Unknown' : undefined;
}
