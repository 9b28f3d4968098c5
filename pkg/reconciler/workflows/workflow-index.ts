/**
 * The index of workflow files of an organization, kept between passes like the verdicts: what was read belongs to one tree of one head
 * commit, and to the rules that it was judged by. It has 16 kB of each repository, so that nobody has it whole in memory: it is read and
 * written some repositories at a time. Forgetting all of it costs questions, never correctness.
 */
import { isMapping, sha256 } from '../../base/index.js';
import type { PackedItems } from '../../policies/index.js';
import {
  JUDGEMENT_VERSION,
  WORKFLOW_RULES,
  type IndexedRepository,
  type JobSummary,
  type WorkflowSummary,
} from '../../workflows/index.js';

/** Raised whenever the shape changes. */
const VERSION = 3;

/** All of the index but its repositories. */
export interface IndexHead {
  version: number;
  /** Of the rules, and of what the policy asks. */
  rules: string;
  /** Of the organization, which a login may name no more. */
  organizationID: number;
}

/** What becomes of the index: `kept` says of each of its repositories what it is now, or that it goes; `fresh` come behind them. */
export interface IndexRewrite {
  head: IndexHead;
  /** How many repositories stay. */
  stay: number;
  kept: (repository: unknown) => object | undefined;
  fresh: PackedItems;
}

/** Where the index is kept between passes. */
export interface WorkflowStore {
  /**
   * Hands over the repositories that are kept, some at a time, and returns the rest of the index. Undefined: there is none that can be read
   * to its end, and what was handed over counts for nothing. Never fails.
   */
  scan(take: (repositories: readonly unknown[]) => void, signal: AbortSignal): Promise<unknown>;
  /** Absent in a dry run. */
  rewrite?(index: IndexRewrite, signal: AbortSignal): Promise<void>;
}

/** What is known after a pass of the jobs within the policy's scope. */
export interface WorkflowSurvey extends WorkflowSummary {
  /** By repository id, of those that were read. */
  repositories: ReadonlyMap<number, Pick<JobSummary, 'jobs' | 'filesUnreadable'>>;
  /** Repositories within the scope whose files were not read yet. */
  pending: number;
}

/** What a judgement depends on besides the file. */
export const rulesOf = (floor: string): string =>
  sha256(JSON.stringify([JUDGEMENT_VERSION, floor, Object.keys(WORKFLOW_RULES)]));

export const headOf = (rules: string, organizationID: number): IndexHead => ({
  version: VERSION,
  rules,
  organizationID,
});

/** Of each repository of the index what `project` makes of it; the rest is let go. Undefined where there is no index. Never throws. */
export async function readIndex<T>(
  store: Pick<WorkflowStore, 'scan'> | undefined,
  project: (repository: IndexedRepository) => T,
  signal: AbortSignal,
): Promise<{ head: IndexHead; repositories: T[] } | undefined> {
  const repositories: T[] = [];
  const take = (kept: readonly unknown[]): void => {
    for (const each of kept) if (isRepository(each)) repositories.push(project(each));
  };
  const head = await store?.scan(take, signal).catch(() => undefined);
  if (!isMapping(head) || head['version'] !== VERSION) return undefined;
  const { rules, organizationID } = head;
  if (typeof rules !== 'string' || typeof organizationID !== 'number') return undefined;
  return { head: headOf(rules, organizationID), repositories };
}

export function isRepository(kept: unknown): kept is IndexedRepository {
  if (!isMapping(kept)) return false;
  const { id, name, head, tree, files } = kept;
  const texts = [name, head, tree].every((text) => typeof text === 'string');
  return typeof id === 'number' && texts && Array.isArray(files) && files.every(isFile);
}

const isFile = (kept: unknown): boolean =>
  isMapping(kept) && typeof kept['path'] === 'string' && Array.isArray(kept['jobs']) && Array.isArray(kept['uses']);
