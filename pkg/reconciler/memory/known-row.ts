/**
 * A repository as the last whole look left it, in few bytes: the memory holds one for each repository of an organization, of which
 * there may be 100,000. Pure.
 */
import { VISIBILITIES, type Repository } from '../../api/index.js';

/** Node id, flags, and of the default branch its name and its head commit. What is not there is left out from the end. */
export type KnownRow = readonly [nodeID: string, flags: number, branch?: string | null, head?: string | null];

const VISIBILITY_MASK = 0b11;

const BITS = { isArchived: 4, isDisabled: 8, isEmpty: 16, isFork: 32, isTemplate: 64 } as const;
const DOUBTFUL = 128;
const ALL = 255;

export interface Row {
  repository: Repository;
  isDoubtful?: true;
}

/** `commit`: the one that is kept beside it; a head that is the same is not kept twice. */
export function rowOf({ repository, isDoubtful }: Row, commit: string | undefined): KnownRow {
  const { nodeID, visibility, defaultBranch, headCommit } = repository;
  let flags: number = VISIBILITIES.indexOf(visibility) | (isDoubtful === true ? DOUBTFUL : 0);
  for (const [name, bit] of Object.entries(BITS)) if (repository[name as keyof typeof BITS]) flags |= bit;
  if (headCommit !== undefined && headCommit !== commit) return [nodeID, flags, defaultBranch ?? null, headCommit];
  // Without a head beside a commit: not the same as none.
  if (headCommit === undefined && commit !== undefined) return [nodeID, flags, defaultBranch ?? null, null];
  return defaultBranch === undefined ? [nodeID, flags] : [nodeID, flags, defaultBranch];
}

/** The row that was kept beside these. */
export function repositoryOf(
  { id, name, commit }: { id: number; name: string; commit?: string },
  [nodeID, flags, branch, head]: KnownRow,
): Row {
  const is = (bit: number): boolean => (flags & bit) !== 0;
  const headCommit = head === undefined ? commit : (head ?? undefined);
  const { isArchived, isDisabled, isEmpty, isFork, isTemplate } = BITS;
  return {
    repository: {
      id,
      nodeID,
      name,
      visibility: VISIBILITIES[flags & VISIBILITY_MASK] ?? 'Private',
      isArchived: is(isArchived),
      isDisabled: is(isDisabled),
      isEmpty: is(isEmpty),
      isFork: is(isFork),
      isTemplate: is(isTemplate),
      ...(typeof branch === 'string' && { defaultBranch: branch }),
      ...(headCommit !== undefined && { headCommit }),
    },
    ...(is(DOUBTFUL) && { isDoubtful: true }),
  };
}

/** Whether what was kept is what was kept. */
export function isKnownRow(value: unknown): value is KnownRow {
  if (!Array.isArray(value) || value.length < 2 || value.length > 4) return false;
  const [nodeID, flags, ...branch] = value as unknown[];
  const isFlags = Number.isSafeInteger(flags) && (flags as number) >= 0 && (flags as number) <= ALL;
  return typeof nodeID === 'string' && isFlags && branch.every((each) => each === null || typeof each === 'string');
}
