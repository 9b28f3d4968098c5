/** What is kept in a state folder beside the cache, one file a policy: the index of workflow files, checklists, and what is known of issues. */
import { SharedTexts } from '../../pkg/base/index.js';
import { CacheFolder, type PolicyIdentity, type PolicyKey } from '../../pkg/policies/index.js';
import type { BaselineStore, IssueStore, VerdictStore, WorkflowStore } from '../../pkg/reconciler/index.js';

const WORKFLOWS = '.workflows';
const ISSUES = '.issues';
const BASELINE = '.baseline';
/** The list of either index. */
const REPOSITORIES = 'repositories';

type Kept = Pick<CacheFolder, 'load' | 'save' | 'scan' | 'rewrite'>;

/** What is kept of a policy beside its state. */
export interface KeptFolders {
  cache: CacheFolder;
  index: CacheFolder;
  baseline: CacheFolder;
  issues: CacheFolder;
}

/** The stores of a policy. They keep nothing of one that went, whose name another one may bear by now. */
export function storesOf(
  of: PolicyIdentity,
  home: { holds(of: PolicyIdentity): boolean },
  { cache, index, baseline, issues }: KeptFolders,
): VerdictStore {
  const whileHeld = (folder: CacheFolder): Kept => {
    const held = async (key: PolicyKey, write: () => Promise<void>): Promise<void> => {
      if (home.holds(of)) await write();
      // It may have gone while it was written. What is of the other one is made again.
      if (!home.holds(of)) await folder.remove(key);
    };
    return {
      load: folder.load.bind(folder),
      scan: folder.scan.bind(folder),
      save: (key, value, signal) => held(key, () => folder.save(key, value, signal)),
      rewrite: (key, list, signal) => held(key, () => folder.rewrite(key, list, signal)),
    };
  };
  const { key } = of;
  const known = whileHeld(cache);
  return {
    load: (signal) => known.load(key, signal),
    save: (value, signal) => known.save(key, value, signal),
    workflows: workflowStore(whileHeld(index), key),
    baseline: baselineStore(whileHeld(baseline), key),
    issues: issueStore(whileHeld(issues), key),
  };
}

/** `beforeWrite`: throws where this process may not write. */
export const indexFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, WORKFLOWS, MAX_INDEX_BYTES);

/** 16 kB of each repository; no more than a line of it is ever in memory. */
const MAX_INDEX_BYTES = 2_147_483_648;

/** What is known of issues, as `indexFolder`. */
export const issueFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, ISSUES);

/** Of one policy. A dry run opens none. */
export const issueStore = (book: Kept, key: PolicyKey): IssueStore => ({
  load: (signal) => book.load(key, signal),
  save: (kept, signal) => book.save(key, kept, signal),
});

/** Of one policy. A dry run adds nothing. */
export function workflowStore(index: Kept, key: PolicyKey, dryRun = false): WorkflowStore {
  const scan: WorkflowStore['scan'] = (take, signal) => index.scan(key, REPOSITORIES, take, signal);
  if (dryRun) return { scan };
  return { scan, rewrite: (kept, signal) => index.rewrite(key, { ...kept, list: REPOSITORIES }, signal) };
}

/** Checklists, as `indexFolder`. */
export const baselineFolder = (stateFolder: string, beforeWrite?: () => void): CacheFolder =>
  new CacheFolder(stateFolder, beforeWrite, BASELINE);

/** Of one policy. A dry run adds nothing. */
export function baselineStore(kept: Kept, key: PolicyKey, dryRun = false): BaselineStore {
  const load = (signal: AbortSignal): Promise<unknown> => {
    // Most repositories pass a check in the same words.
    const texts = new SharedTexts();
    const isWanted = (checklist: unknown): boolean => texts.in(checklist) === checklist;
    return kept.load(key, signal, { list: REPOSITORIES, isWanted });
  };
  return dryRun ? { load } : { load, save: (index, signal) => kept.save(key, index, signal) };
}
