/** Workflow files of GitHub Actions: what each job's egress control is worth. Pure: text in, status and findings out. */
export {
  agentAllows,
  agentAnswersAll,
  agentEndpoints,
  agentPlan,
  implicitEndpoints,
  type AgentPlan,
} from './agent/list.js';
export {
  COMPOSITE_JOB,
  holdsHardenRunner,
  judgeUnreadable,
  judgeWorkflow,
  localActions,
  namesToResolve,
  UNREAD_JOB,
} from './judge.js';
export { findReferences, onlyReferring, type Reference, type References } from './inventory/find-references.js';
export {
  indexFiles,
  indexing,
  type IndexedFile,
  type IndexedRepository,
  type IndexedUse,
  type WorkflowFile,
} from './inventory/index-repository.js';
export { summarize, summaryOf, type JobSummary, type WorkflowSummary } from './inventory/summary.js';
export { isVersion } from './job/version.js';
export { WORKFLOW_RULES, type Severity, type WorkflowCode, type WorkflowRule } from './rules.js';
export {
  DEFAULT_FLOOR,
  JOB_STATUSES,
  type JobStatus,
  type JudgedFile,
  type JudgedJob,
  type JudgeOptions,
  type Resolution,
  type UsedAction,
  type WorkflowFinding,
  type WorkflowKind,
  type WrittenPolicy,
} from './types.js';
