/**
 * The index of workflow files of an organization, kept between passes like the verdicts: what was read belongs to one tree of one head
 * commit, and to the rules that it was judged by. Forgetting all of it costs questions, never correctness.
 */
import { isMapping, sha256 } from '../../base/index.js';
import { WORKFLOW_RULES, type IndexedRepository, type WorkflowSummary } from '../../workflows/index.js';

/** Raised whenever the judgement or the shape changes. */
const VERSION = 3;

/** Where the index is kept between passes. Loading never fails: what cannot be read is not known. */
export interface WorkflowStore {
  load(signal: AbortSignal): Promise<unknown>;
  /** Absent in a dry run. */
  save?(index: WorkflowIndex, signal: AbortSignal): Promise<void>;
}

export interface WorkflowIndex {
  version: number;
  /** Of the rules, and of what the policy asks. */
  rules: string;
  /** Of the organization, which a login may name no more. */
  organizationID: number;
  repositories: IndexedRepository[];
}

/** What is known after a pass of the jobs within the policy's scope. */
export interface WorkflowSurvey extends WorkflowSummary {
  /** By repository id, of those that were read. */
  repositories: ReadonlyMap<number, Pick<WorkflowSummary, 'jobs' | 'filesUnreadable'>>;
  /** Repositories within the scope whose files were not read yet. */
  pending: number;
}

/** What a judgement depends on besides the file. */
export const rulesOf = (floor: string): string => sha256(JSON.stringify([VERSION, floor, Object.keys(WORKFLOW_RULES)]));

/** What was kept, where it has the shape of an index. */
export function readIndex(kept: unknown): WorkflowIndex | undefined {
  if (!isMapping(kept) || kept['version'] !== VERSION) return undefined;
  const { rules, organizationID, repositories } = kept;
  if (typeof rules !== 'string' || typeof organizationID !== 'number' || !Array.isArray(repositories)) return undefined;
  return { version: VERSION, rules, organizationID, repositories: repositories.filter(isRepository) };
}

export const newIndex = (rules: string, organizationID: number, repositories: IndexedRepository[]): WorkflowIndex => ({
  ...{ version: VERSION, rules, organizationID, repositories },
});

function isRepository(kept: unknown): kept is IndexedRepository {
  if (!isMapping(kept)) return false;
  const { id, name, head, tree, files } = kept;
  const texts = [name, head, tree].every((text) => typeof text === 'string');
  return typeof id === 'number' && texts && Array.isArray(files) && files.every(isFile);
}

const isFile = (kept: unknown): boolean =>
  isMapping(kept) && typeof kept['path'] === 'string' && Array.isArray(kept['jobs']) && Array.isArray(kept['uses']);
