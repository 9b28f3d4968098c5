/** GitHub, as two clients: one reads, one writes. The only room that knows Octokit and undici. */
export { createGitHub, type GitHub, type GitHubOptions, type Sent } from './create-github.js';
export {
  tokenCredential,
  type AppCredential,
  type Credential,
  type TokenCredential,
} from './credentials/credential.js';
export { parseSecret } from './credentials/parse-secret.js';
export type { GitHubExaminer } from './examine/examiner.js';
export type {
  AppSight,
  ContentsSight,
  HeaderSight,
  InstallationSight,
  LimitSight,
  OrganizationSight,
  Permissions,
  RepositoriesSight,
  RulesetSight,
} from './examine/sights.js';
export type { ListMark, ListMarks } from './changes/marks.js';
export type { Changes, ChangesRequest } from './changes/read-changes.js';
export type {
  Issue,
  IssueAnswer,
  IssueChange,
  IssueHome,
  IssueList,
  IssueRefusal,
  IssueTracker,
  NewIssue,
} from './repository-issues/types.js';
export { withoutReading } from './inventory/take-inventory.js';
export { readRulesetHistory } from './read-ruleset-history.js';
export { BASELINE_PARTS, type BaselinePart, type BaselineReader, type BranchSight } from './baseline/types.js';
export { PERMISSIONS as BASELINE_PERMISSIONS } from './baseline/missing.js';
export type {
  BranchHead,
  IsolationReader,
  IsolationWriter,
  RepositoryAt,
  RepositorySight,
  RunRow,
  RunsFound,
} from './isolation/types.js';
export { readRuns } from './read-runs.js';
export { readTags } from './read-tags.js';
export { holdsWrite } from './membership/memberships.js';
export { querySHA256 } from './inventory/queries.js';
export { REQUEST_TIMEOUT_MS } from './requester/deadline.js';
export { isGranted } from './requester/grant.js';
export type { RequestObserver } from './requester/metrics.js';
export { FullPasses, type Cost } from './requester/full-passes.js';
export type { PassTime } from './requester/pass-time.js';
export type { Wait } from './requester/patience.js';
export { CredentialSession } from './requester/session.js';
export type { WorkflowsRequest } from './workflow-files/read-workflows.js';
export type { WorkflowFiles } from './workflow-files/workflows-answer.js';
export { SessionPool } from './session-pool.js';
export type { ProxySettings, TLSVersion } from './requester/transport.js';
export { deliveryOrganizations, WEBHOOK_EVENTS } from './webhook-delivery.js';
export type {
  AgainRequest,
  BranchOf,
  ChangedRuleset,
  Fate,
  FileChange,
  FileHistory,
  FilesRequest,
  GitHubReader,
  GitHubWriter,
  Inventory,
  InventoryRequest,
  ObservedRepository,
  Organization,
  OriginsRequest,
  Owner,
  RulesRequest,
  RulesSight,
  Visibility,
} from './types.js';
export type { FailedWrite, WriteOptions, WriteOutcome } from './write-outcome.js';
export type {
  Comparison,
  FileRepository,
  FileText,
  PullRequest,
  PullReview,
  SharedFileReader,
  SharedFileWriter,
} from './shared-file/types.js';
export { isEvaluateRefused } from './owned-rulesets/evaluate.js';
export type {
  OwnedRuleset,
  OwnedRulesetReader,
  OwnedRulesetWriter,
  RulesetBody,
  RulesetChange,
  RulesetRow,
} from './owned-rulesets/types.js';
