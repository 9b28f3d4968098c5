/** What is to be done about the shared file, from all that was read of it. Pure. */
import { readPullMark } from './shared-pull.js';
import { foreignEndpoints, proposedText, withEntries, type SharedEntry } from './shared-text.js';

/** A pull request from the branch to the default branch. */
export interface KnownPull {
  number: number;
  state: 'open' | 'closed';
  body: string;
  isMerged: boolean;
}

/** The branch, and where it parted from the default branch. */
export interface KnownBranch {
  /** Text of the file where they parted, and on the branch; a file that is not there has none. */
  before: string;
  now: string;
  /** It has commits that the default branch does not have. */
  isAhead: boolean;
  /** Paths that they change. */
  files: readonly string[];
}

export interface StepQuestion {
  entries: readonly SharedEntry[];
  hash: string;
  path: string;
  /** Text of the file on the default branch. */
  base: string;
  /** The newest first. */
  pulls: readonly KnownPull[];
  /** What the last pass kept: of a pull request whose mark somebody took away. */
  known?: { pullRequest?: number; hash: string } | undefined;
}

/** `branch`: it has to be read before more is known. */
export type Step =
  | { do: 'nothing' }
  /** Somebody closed it, and no rule has changed since. */
  | { do: 'wait'; pullRequest: number }
  | { do: 'branch'; open?: KnownPull };

/** Before the branch is read. */
export function firstStep({ entries, hash, base, pulls, known }: StepQuestion): Step {
  const open = pulls.find(({ state }) => state === 'open');
  if (open !== undefined) return { do: 'branch', open };
  if (withEntries(base, entries) === base) return { do: 'nothing' };
  const [last] = pulls;
  if (last === undefined || last.isMerged) return { do: 'branch' };
  const mark = readPullMark(last.body);
  const closedFor = mark?.hash ?? (known?.pullRequest === last.number ? known.hash : undefined);
  return closedFor === hash && mark?.isOver !== true ? { do: 'wait', pullRequest: last.number } : { do: 'branch' };
}

export type Proposal =
  /** Nothing is left to be changed: the open one is closed. */
  | { do: 'close' }
  /** The branch has changes of others that Plus1 must not decide about. */
  | { do: 'conflict'; files: readonly string[] }
  | {
      do: 'propose';
      text: string;
      /** Absent: the branch has that text. */
      commit?: {
        /** Where all other files come from. */
        tree: 'base' | 'branch';
        parents: readonly ('base' | 'branch')[];
      };
    };

/** With the branch, where there is one. */
export function proposalOf({ entries, path, base }: StepQuestion, branch: KnownBranch | undefined): Proposal {
  const text = proposedText({ base, branch }, entries);
  const others = (branch?.files ?? []).filter((file) => file !== path);
  if (text === base && others.length === 0) return { do: 'close' };
  if (branch?.isAhead !== true) return { do: 'propose', text, commit: { tree: 'base', parents: ['base'] } };
  if (branch.before === base)
    return text === branch.now
      ? { do: 'propose', text }
      : { do: 'propose', text, commit: { tree: 'branch', parents: ['branch'] } };
  if (others.length > 0) return { do: 'conflict', files: others };
  return { do: 'propose', text, commit: { tree: 'base', parents: ['branch', 'base'] } };
}

/** Lines of others on the default branch and on the branch. */
export const foreignOf = (base: string, branch: string | undefined): string[] => [
  ...new Set([...foreignEndpoints(base), ...(branch === undefined ? [] : foreignEndpoints(branch))]),
];
