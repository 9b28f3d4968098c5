/**
 * Every error the product knows: its class, the condition reason it sets, what happened and what to do. The reference
 * page `docs/reference/errors.md` is generated from this table.
 *
 * Classes. `transient`: tried again by itself. `configuration`: a person must change something; the policy is Stalled.
 * `data`: a file of a repository or of ours. `usage`: the command line.
 */
import type { ConditionReason } from '../api/index.js';

export type ErrorClass = 'transient' | 'configuration' | 'data' | 'usage';

export interface ErrorEntry {
  class: ErrorClass;
  /** Reason of `Ready=False`, and of `Stalled` where the class is configuration. */
  reason: ConditionReason;
  /** What happened, for the reference page. */
  meaning: string;
  /** What a person does about it; printed after the message. */
  fix: string;
}

const entry = (cls: ErrorClass, reason: ConditionReason, meaning: string, fix: string): ErrorEntry => ({
  class: cls,
  reason,
  meaning,
  fix,
});

export const CATALOGUE = {
  PLUS1_USAGE: entry(
    'usage',
    'InvalidSpec',
    'A flag, argument or environment variable is wrong.',
    'run the command with --help',
  ),
  PLUS1_POLICY_INVALID: entry(
    'usage',
    'InvalidSpec',
    'The policy file is not a valid Plus1Policy.',
    'correct the lines or fields named',
  ),
  PLUS1_FILE_UNREADABLE: entry(
    'usage',
    'InvalidSpec',
    'A file or folder that was named cannot be read.',
    'check that the path exists and may be read',
  ),
  PLUS1_HOST_NOT_ALLOWED: entry(
    'usage',
    'HostNotAllowed',
    'A credential would have gone to a host it was not issued for.',
    'point --api-url (or githubAppBaseURL of the credentials) at that host, or allow it with --allowed-host HOST[:PORT]',
  ),
  PLUS1_API_ADDRESS_WRONG: entry(
    'usage',
    'InvalidSpec',
    'The API address leads to web pages, not to the API of GitHub.',
    'add /api/v3 to the address of an Enterprise Server, such as https://github.example.com/api/v3',
  ),
  PLUS1_PROXY_REFUSED: entry(
    'configuration',
    'AuthenticationFailed',
    'The proxy does not accept the user and password that it was given, or got none.',
    'check user and password in HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT, special characters percent-encoded)',
  ),
  PLUS1_TOKEN_MISSING: entry(
    'usage',
    'InvalidCredentials',
    'There is no credential to work with.',
    'give --token, or set GHE_ADMIN_TOKEN or GITHUB_TOKEN, or name a Secret in the policy and its folder with --credentials',
  ),
  PLUS1_NOT_KNOWN: entry(
    'data',
    'Incomplete',
    'No such policy or repository is known.',
    'check the name, and that --state is the folder in which sync or the controller keeps its memory',
  ),
  PLUS1_NOT_HELD: entry(
    'data',
    'Incomplete',
    'Nothing is held that could be approved or released, or no plan with that hash; or the policy is rolled back already.',
    'see with plus1 get what is held now',
  ),
  PLUS1_SECRET_NOT_FOUND: entry(
    'configuration',
    'SecretNotFound',
    'The Secret that the policy names does not exist.',
    'create the Secret, or correct spec.github.credentials.secretRef.name',
  ),
  PLUS1_SECRET_NOT_ALLOWED: entry(
    'configuration',
    'SecretNotAllowed',
    'The Secret exists, but this policy may not use it.',
    'name another Secret, or let its owner allow the organization',
  ),
  PLUS1_SECRET_INVALID: entry(
    'configuration',
    'InvalidCredentials',
    'The Secret holds neither a token nor a whole App key.',
    'set the key token, or githubAppID, githubAppPrivateKey and githubAppInstallationID (or githubAppInstallationOwner)',
  ),
  PLUS1_TOKEN_REJECTED: entry(
    'configuration',
    'AuthenticationFailed',
    'GitHub does not accept the token: wrong, expired or revoked.',
    'issue a new token, and put it where the old one is: the Secret of the policy, --token or the environment',
  ),
  PLUS1_TOKEN_SSO: entry(
    'configuration',
    'AuthenticationFailed',
    'The organization enforces SAML single sign-on and the token is not authorized for it.',
    'authorize the token: github.com > Settings > Developer settings > Tokens > Configure SSO',
  ),
  PLUS1_TOKEN_PENDING: entry(
    'configuration',
    'AuthenticationFailed',
    'The fine-grained token waits for the approval of an organization owner.',
    'let an owner approve it: organization Settings > Personal access tokens > Pending requests',
  ),
  PLUS1_SCOPE_MISSING: entry(
    'configuration',
    'PermissionMissing',
    'The classic token lacks a scope.',
    'issue a token with the scopes repo and admin:org',
  ),
  PLUS1_PERMISSION_MISSING: entry(
    'configuration',
    'PermissionMissing',
    'The App installation or fine-grained token lacks a permission.',
    'grant organization Administration: write, and repository Contents: read and Metadata: read, and let an owner accept them',
  ),
  PLUS1_ACCESS_REFUSED: entry(
    'configuration',
    'PermissionMissing',
    'GitHub refuses the credential for another reason than a permission: an IP allow list, a rule of the organization, a block.',
    "do what GitHub's own words in the message say",
  ),
  PLUS1_PLAN_MISSING: entry(
    'configuration',
    'PermissionMissing',
    "The organization's GitHub plan has no organization rulesets.",
    'upgrade to GitHub Team or Enterprise',
  ),
  PLUS1_INSTALLATION_NOT_FOUND: entry(
    'configuration',
    'AuthenticationFailed',
    'The GitHub App is not installed on the organization, or is suspended.',
    'install the App on the organization, or correct githubAppID and the installation id',
  ),
  PLUS1_ORGANIZATION_NOT_FOUND: entry(
    'configuration',
    'OrganizationNotFound',
    'GitHub knows no such organization, or the token cannot see it.',
    'check the login, and that the token belongs to a member or an installed App',
  ),
  PLUS1_RULESET_NOT_FOUND: entry(
    'configuration',
    'RulesetNotFound',
    'The organization has no ruleset of that name.',
    'correct the name, or create it: organization Settings > Repository > Rulesets > New branch ruleset, target "Only selected repositories" and pick one',
  ),
  PLUS1_RULESET_AMBIGUOUS: entry(
    'configuration',
    'AmbiguousRuleset',
    'Two rulesets of the organization bear that name.',
    'rename or delete one of them: organization Settings > Repository > Rulesets',
  ),
  PLUS1_RULESET_TARGETING: entry(
    'configuration',
    'UnsupportedTargeting',
    'The ruleset targets repositories in another way than the policy says: by id, or by exactly the property of the policy.',
    'set its target to "Only selected repositories" and pick one; with targeting CustomProperty, to the property and value of the policy and nothing else',
  ),
  PLUS1_PROPERTY_NOT_FOUND: entry(
    'configuration',
    'PropertyNotFound',
    'The organization has no custom property of the name that the policy gives.',
    'let an owner of the organization make it, with values_editable_by org_actors; the message has the command',
  ),
  PLUS1_PROPERTY_EDITABLE: entry(
    'configuration',
    'PropertyEditable',
    'Administrators of repositories may edit the custom property: each could let his own repository out.',
    'set values_editable_by of the property to org_actors; the message has the command',
  ),
  PLUS1_PROPERTY_UNSUITABLE: entry(
    'configuration',
    'UnsupportedTargeting',
    'The custom property cannot hold a membership: it is required, has a default value, or is of a type that cannot hold the value.',
    'correct its definition; the message has the command',
  ),
  PLUS1_POLICY_CONFLICT: entry(
    'configuration',
    'Conflict',
    'An older policy already keeps that ruleset.',
    'delete one of the two policies',
  ),
  PLUS1_NAME_IN_USE: entry(
    'configuration',
    'Conflict',
    'A ruleset stands in the place of one of Plus1 and does not show that it is: it bears the name of one that Plus1 was to make, or another name than the one that Plus1 made. Or a policy names one that Plus1 made for a rollout or an incident.',
    'rename the ruleset as the message says, or delete it; Plus1 writes nothing to it',
  ),
  PLUS1_LIMIT_EXCEEDED: entry(
    'configuration',
    'LimitExceeded',
    'The policy allows more than the operator of the controller does.',
    'keep the fields named within the limits, or ask the operator to change a limit',
  ),
  PLUS1_RATE_LIMITED: entry(
    'transient',
    'RateLimited',
    "GitHub's rate limit is reached, or less than 20 % of it is left to share.",
    'wait; the time is named',
  ),
  PLUS1_GITHUB_UNAVAILABLE: entry(
    'transient',
    'GitHubUnavailable',
    'GitHub could not be reached, or answered with an error of its own.',
    'wait, or check the network, the proxy and the CA',
  ),
  PLUS1_GITHUB_LAGS: entry(
    'transient',
    'GitHubUnavailable',
    'GitHub answers from a copy that is older than what it said before: a token that it has just made, or the ruleset as it was.',
    "wait; where it stays, look at GitHub's status page",
  ),
  PLUS1_LISTING_INCOMPLETE: entry(
    'transient',
    'Incomplete',
    'GitHub did not answer for every repository; nothing unknown was taken away.',
    'run again; a controller does so by itself',
  ),
  PLUS1_WRITE_REFUSED: entry(
    'transient',
    'WriteUnproved',
    'GitHub refused the new membership.',
    "do what GitHub's own words in the message say; nothing was changed",
  ),
  PLUS1_WRITE_UNPROVED: entry(
    'transient',
    'WriteUnproved',
    'The ruleset does not hold what was sent, whatever GitHub answered.',
    'run again; look at the history of the ruleset for another writer',
  ),
  PLUS1_STATE_UNREADABLE: entry(
    'data',
    'StateUnavailable',
    'The state of an earlier pass cannot be read; clocks and guards depend on it.',
    'repair the file, or remove it to start with fresh clocks',
  ),
  PLUS1_STATE_UNWRITABLE: entry(
    'data',
    'StateUnavailable',
    'The state cannot be written, so nothing was written to GitHub either.',
    'make the state folder writable, or choose another with --state',
  ),
  PLUS1_STATE_LOCKED: entry(
    'transient',
    'StateUnavailable',
    'Another process writes the state folder; two would each count the guards for themselves.',
    'wait until that process has ended, stop it, or give each its own --state',
  ),
  PLUS1_JOURNAL_UNAVAILABLE: entry(
    'data',
    'JournalUnavailable',
    'The journal cannot be written or read, so nothing is written to GitHub either.',
    'make the folder of the journal writable, or free space on its disk; it is tried again by itself',
  ),
  PLUS1_JOURNAL_DAMAGED: entry(
    'data',
    'JournalUnavailable',
    'The journal is not as it was left: a record was changed or is missing. Nothing is written to GitHub.',
    'run plus1 journal verify on its folder; put the folder back from a copy, or run plus1 journal accept-loss and say why',
  ),
  PLUS1_RECORD_UNKNOWN: entry(
    'usage',
    'InvalidSpec',
    'The journal has no such record to roll back to, or that record is not on this disk.',
    'name another record or time; plus1 journal show has those that are there',
  ),
  PLUS1_CLUSTER_CONFIG: entry(
    'usage',
    'InvalidSpec',
    'There is no cluster to work with, or its kubeconfig cannot be used.',
    'set KUBECONFIG to a valid kubeconfig, run in a pod, or give --policies to work on a folder',
  ),
  PLUS1_CLUSTER_UNAVAILABLE: entry(
    'transient',
    'ClusterUnavailable',
    'The API server of the cluster could not be reached, or answered with an error of its own.',
    'wait, or check the API server and the network to it',
  ),
  PLUS1_CLUSTER_FORBIDDEN: entry(
    'configuration',
    'PermissionMissing',
    "The cluster refuses the controller's ServiceAccount something that it needs.",
    "apply the Role that belongs to this version of the controller, and read the controller's log",
  ),
  PLUS1_CRD_MISSING: entry(
    'configuration',
    'InvalidSpec',
    'The cluster knows no Plus1Policy: its CRD is not installed, or not in this version.',
    'apply the CRD that belongs to this version of the controller; it is looked for again by itself',
  ),
  PLUS1_CRD_OUTDATED: entry(
    'configuration',
    'InvalidSpec',
    'The cluster does not keep a field that the controller writes: its CRD does not know the field, or a webhook changes it.',
    'apply the CRD that belongs to this version of the controller, and upgrade it first from now on',
  ),
  PLUS1_STATUS_CONFLICT: entry(
    'transient',
    'StateUnavailable',
    'The status of the policy changed while a pass worked on it; the pass is made again.',
    'wait; where it stays, look in managedFields for another writer of the status',
  ),
  PLUS1_LEASE_LOST: entry(
    'transient',
    'ClusterUnavailable',
    'The lease was not renewed in time, so another process may lead; this one writes no more and ends.',
    'nothing, once; where it happens again, look at the API server and at the processor time of the controller',
  ),
  PLUS1_OUTPUT_UNWRITABLE: entry(
    'data',
    'StateUnavailable',
    'The report cannot be written.',
    'choose another --output, or make that one writable',
  ),
  PLUS1_TIMEOUT: entry(
    'transient',
    'TimedOut',
    'The pass ran past its time.',
    'raise schedule.timeout, or see what slows passes down: the answers of GitHub, its rate limit, or new repositories',
  ),
  PLUS1_INTERRUPTED: entry(
    'transient',
    'Interrupted',
    'The run was told to stop before it ended.',
    'run again; what was recorded is kept',
  ),
  PLUS1_INTERNAL: entry(
    'transient',
    'InternalError',
    'A fault of Plus1 itself.',
    'report it with this line and the log before it',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof CATALOGUE;
