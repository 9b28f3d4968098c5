/** What is kept in a state folder beside the cache, one file a policy: the index of workflow files, checklists, and what is known of issues. */
import { SharedTexts } from '../../pkg/base/index.js';
import { CacheFolder, type PolicyKey } from '../../pkg/policies/index.js';
import type { BaselineStore, IssueStore, WorkflowStore } from '../../pkg/reconciler/index.js';

const WORKFLOWS = '.workflows';
const ISSUES = '.issues';
const BASELINE = '.baseline';
/** The list of either index. */
const REPOSITORIES = 'repositories';

/** `beforeWrite`: throws where this process may not write. */
export const indexFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, WORKFLOWS, MAX_INDEX_BYTES);

/** 16 kB of each repository; no more than a line of it is ever in memory. */
const MAX_INDEX_BYTES = 2_147_483_648;

/** What is known of issues, as `indexFolder`. */
export const issueFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, ISSUES);

/** Of one policy. A dry run opens none. */
export const issueStore = (book: CacheFolder, key: PolicyKey): IssueStore => ({
  load: (signal) => book.load(key, signal),
  save: (kept, signal) => book.save(key, kept, signal),
});

/** Of one policy. A dry run adds nothing. */
export function workflowStore(index: CacheFolder, key: PolicyKey, dryRun = false): WorkflowStore {
  const scan: WorkflowStore['scan'] = (take, signal) => index.scan(key, REPOSITORIES, take, signal);
  if (dryRun) return { scan };
  return { scan, rewrite: (kept, signal) => index.rewrite(key, { ...kept, list: REPOSITORIES }, signal) };
}

/** Checklists, as `indexFolder`. */
export const baselineFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, BASELINE);

/** Of one policy. A dry run adds nothing. */
export function baselineStore(kept: CacheFolder, key: PolicyKey, dryRun = false): BaselineStore {
  const load = (signal: AbortSignal): Promise<unknown> => {
    // Most repositories pass a check in the same words.
    const texts = new SharedTexts();
    const isWanted = (checklist: unknown): boolean => texts.in(checklist) === checklist;
    return kept.load(key, signal, { list: REPOSITORIES, isWanted });
  };
  return dryRun ? { load } : { load, save: (index, signal) => kept.save(key, index, signal) };
}
