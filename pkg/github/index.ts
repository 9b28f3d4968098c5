/** GitHub, as two clients: one reads, one writes. The only room that knows Octokit and undici. */
export { createGitHub, type GitHub, type GitHubOptions } from './create-github.js';
export {
  tokenCredential,
  type AppCredential,
  type Credential,
  type TokenCredential,
} from './credentials/credential.js';
export { parseSecret, type ParsedSecret } from './credentials/parse-secret.js';
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
export { holdsWrite } from './rulesets/conditions.js';
export { querySHA256 } from './inventory/queries.js';
export { REQUEST_TIMEOUT_MS } from './requester/deadline.js';
export { isGranted } from './requester/grant.js';
export type { RequestObserver } from './requester/metrics.js';
export type { PassTime } from './requester/pass-time.js';
export type { Wait } from './requester/patience.js';
export { CredentialSession } from './requester/session.js';
export { SessionPool } from './session-pool.js';
export type { ProxySettings, TLSVersion } from './requester/transport.js';
export type {
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
  Visibility,
  WriteOutcome,
} from './types.js';
