/** What is kept in a state folder beside the cache, one file a policy: the index of workflow files, checklists, and what is known of issues. */
import { CacheFolder, type PolicyKey } from '../../pkg/policies/index.js';
import type { BaselineStore, IssueStore, WorkflowStore } from '../../pkg/reconciler/index.js';
import { SharedTexts } from '../../pkg/workflows/index.js';

const WORKFLOWS = '.workflows';
const ISSUES = '.issues';
const BASELINE = '.baseline';

/** `beforeWrite`: throws where this process may not write. */
export const indexFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, WORKFLOWS);

/** What is known of issues, as `indexFolder`. */
export const issueFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, ISSUES);

/** Of one policy. A dry run opens none. */
export const issueStore = (book: CacheFolder, key: PolicyKey): IssueStore => ({
  load: (signal) => book.load(key, signal),
  save: (kept, signal) => book.save(key, kept, signal),
});

/** Of one policy. A dry run adds nothing. Equal texts are one, from the line on that they are read from. */
export function workflowStore(index: CacheFolder, key: PolicyKey, dryRun = false): WorkflowStore {
  const load = (signal: AbortSignal): Promise<unknown> => {
    const texts = new SharedTexts();
    const isWanted = (repository: unknown): boolean => texts.in(repository) === repository;
    return index.load(key, signal, { list: 'repositories', isWanted });
  };
  return dryRun ? { load } : { load, save: (kept, signal) => index.save(key, kept, signal) };
}

/** Checklists, as `indexFolder`. */
export const baselineFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, BASELINE);

/** Of one policy. A dry run adds nothing. */
export function baselineStore(kept: CacheFolder, key: PolicyKey, dryRun = false): BaselineStore {
  const load = (signal: AbortSignal): Promise<unknown> => kept.load(key, signal);
  return dryRun ? { load } : { load, save: (index, signal) => kept.save(key, index, signal) };
}
