/** Workflow files of GitHub Actions: what each job's egress control is worth. Pure: text in, status and findings out. */
export {
  COMPOSITE_JOB,
  holdsHardenRunner,
  JUDGEMENT_VERSION,
  judgeUnreadable,
  judgeWorkflow,
  localActions,
  namesToResolve,
} from './judge.js';
export { findReferences, onlyReferring, type Reference, type References } from './inventory/find-references.js';
export {
  indexFiles,
  indexing,
  type IndexedFile,
  type IndexedRepository,
  type IndexedUse,
} from './inventory/index-repository.js';
export { summarize, summaryOf, type JobSummary, type WorkflowSummary } from './inventory/summary.js';
export { isVersion } from './job/version.js';
export { WORKFLOW_RULES, type Severity, type WorkflowCode, type WorkflowRule } from './rules.js';
export {
  type JudgedFile,
  type JudgedJob,
  type JudgeOptions,
  type Resolution,
  type UsedAction,
  type WorkflowFinding,
  type WorkflowKind,
  type WrittenPolicy,
} from './types.js';
