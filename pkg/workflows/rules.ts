/**
 * Every code that a finding about a workflow file may carry, as data: severity, meaning, what it does to the job, an example and
 * the fix. `docs/reference/workflow-findings.md` is written from it. Codes are part of the contract, so a code is never renamed.
 * What harden-runner and its agent do with a list: https://github.com/step-security/harden-runner and
 * https://github.com/step-security/agent (config.go, agent.go, dnsproxy.go).
 */

export type Severity = 'error' | 'warning';

export interface WorkflowRule {
  severity: Severity;
  /** One sentence. */
  meaning: string;
  /** What the job is worth then, and why. */
  effect: string;
  /** What to write or do. */
  fix: string;
}

export const WORKFLOW_RULES = {
  'list-newline': {
    severity: 'error',
    meaning: 'The list of endpoints holds a line break, mostly because of a literal scalar (`|`).',
    effect: 'The agent splits at blanks only, so that lines become one name that is useless: `disarmed`.',
    fix: 'Write `>-` in place of `|`, or the whole list on one line.',
  },
  'list-blank-line': {
    severity: 'error',
    meaning: 'A blank line, or a line that is indented deeper, keeps its line break in a folded scalar (`>`).',
    effect: 'The entries around the break become one: `disarmed`.',
    fix: 'Remove the blank line, and indent all lines of the list alike.',
  },
  'list-comment': {
    severity: 'error',
    meaning: 'A `#` stands inside the list, where it is no comment but text.',
    effect: 'Each word becomes a name that does not resolve, and the agent takes all its changes back: `disarmed`.',
    fix: 'Put the comment above the key `allowed-endpoints`, and not into its value.',
  },
  'pattern-matches-all': {
    severity: 'error',
    meaning: 'A pattern matches every name. Only the text around its first `*` is compared.',
    effect: 'Everything gets out: `disarmed`.',
    fix: 'Name the hosts, or write a pattern such as `*.example.com:443`.',
  },
  'endpoint-port': {
    severity: 'error',
    meaning: 'What stands behind the colon of an endpoint is no port from 1 to 65535.',
    effect: 'The endpoint never matches. The status does not change.',
    fix: 'Write `host:port` with a number, or the host alone for port 443; separate endpoints by blanks.',
  },
  'endpoint-scheme': {
    severity: 'error',
    meaning: 'An endpoint begins with a scheme such as `https://`.',
    effect: 'The scheme is taken for the name, which does not resolve: `disarmed`.',
    fix: 'Write host and port alone.',
  },
  'endpoint-path': {
    severity: 'error',
    meaning: 'An endpoint holds a path.',
    effect: 'The path is taken as part of the name, which does not resolve: `disarmed`.',
    fix: 'Write host and port alone; hosts are allowed as a whole.',
  },
  'endpoint-upper-case': {
    severity: 'error',
    meaning: 'An endpoint is written with upper case.',
    effect: 'Names are compared exactly, so that it never matches. The status does not change.',
    fix: 'Write it in lower case.',
  },
  'endpoint-ip': {
    severity: 'error',
    meaning: 'An endpoint is an IP address or a range of them.',
    effect: 'The free agent looks it up as a name, which does not resolve: `disarmed`.',
    fix: 'Write the name of the host. The paid agent takes addresses since v2.16.1.',
  },
  'endpoint-unresolvable': {
    severity: 'error',
    meaning:
      'A name of the list does not resolve to an IPv4 address. Without `--resolve` only what cannot be a name is reported.',
    effect: 'One such name, and the agent takes all its changes back while the step succeeds: `disarmed`.',
    fix: 'Correct or remove the name. Names that end in `.internal` never resolve while the agent blocks.',
  },
  'list-from-step-output': {
    severity: 'error',
    meaning: 'The list comes from a step output. The agent starts before any step, when it is empty.',
    effect: 'That part of the list is empty. Nothing more gets out: the status does not change.',
    fix: 'Write the endpoints into the file, or take them from `inputs`, `vars` or `env`.',
  },
  'nested-in-local-action': {
    severity: 'error',
    meaning: 'harden-runner stands inside a local action (`uses: ./…`).',
    effect: 'GitHub runs no `pre` hook of a local action, so that it does nothing: `unprotected`.',
    fix: 'Make it the first step of the job itself.',
  },
  'not-first': {
    severity: 'warning',
    meaning: 'harden-runner is not the first step.',
    effect: 'Hooks of actions before it run before the agent. The status does not change.',
    fix: 'Move it to the top of `steps`.',
  },
  'version-floor': {
    severity: 'error',
    meaning: 'The version of harden-runner is older than the floor.',
    effect: 'Ways around the block are known for it: `disarmed`.',
    fix: 'Update the action.',
  },
  'policy-store': {
    severity: 'warning',
    meaning: 'The policy comes from a store of the vendor (`policy`, `use-policy-store`).',
    effect: 'What the file says is not what holds: `delegated`.',
    fix: 'Look into the store, or write the policy into the file.',
  },
  'policy-expression': {
    severity: 'warning',
    meaning: 'The policy or the list comes from an expression that the file does not resolve.',
    effect: 'What holds is decided elsewhere: `delegated`.',
    fix: 'Write the value, or put it into a literal `env` of the workflow or the job.',
  },
  'policy-invalid': {
    severity: 'error',
    meaning: 'The action refuses an input, such as `egress-policy: Block`.',
    effect: 'The step fails, and the job with it: `broken`.',
    fix: 'Write the value as the action takes it, in lower case.',
  },
  'default-block-empty': {
    severity: 'warning',
    meaning: 'The policy is block, and the list is empty.',
    effect: "Nothing gets out but to GitHub's own hosts and those of the vendor. The status does not change.",
    fix: 'Add `allowed-endpoints`, or leave it so where the job needs no network.',
  },
  'skip-property': {
    severity: 'error',
    meaning: 'The repository carries the custom property `skip-harden-runner: "true"`.',
    effect: 'The action does nothing from v2.14.0 on, whatever the file says: `disarmed`.',
    fix: 'Remove the property, and restrict who may set it.',
  },
  'private-repository': {
    severity: 'warning',
    meaning: 'The repository is private, which the free agent does not serve.',
    effect: 'Without a subscription the agent only audits, and the step is green. The status does not change.',
    fix: 'Make sure that the organization has a subscription.',
  },
  'container-job': {
    severity: 'error',
    meaning: 'The job runs in a container (`container:`).',
    effect: 'The agent is not installed there: `not_supported`.',
    fix: 'Run the steps on the runner, or install the agent in its image.',
  },
  'runner-unsupported': {
    severity: 'error',
    meaning: 'The agent cannot block on this runner, or cannot run there.',
    effect:
      'Windows and macOS: `audit_only`. `ubuntu-slim`, ARM, and self-hosted runners without `deploy-on-self-hosted-vm`: `not_supported`. A runner that the file does not name is a warning.',
    fix: 'Use a Linux runner of GitHub on x64, or install the agent in the image of the runner.',
  },
  'job-unprotected': {
    severity: 'error',
    meaning: 'The job has no harden-runner step.',
    effect: 'Nothing watches what the job sends out: `unprotected`.',
    fix: 'Add step-security/harden-runner as its first step.',
  },
  'audit-mode': {
    severity: 'warning',
    meaning: 'The policy is audit.',
    effect: 'Traffic is recorded, nothing is blocked: `audit_only`.',
    fix: 'Take the list from what was recorded, and write `egress-policy: block`.',
  },
  'action-unpinned': {
    severity: 'warning',
    meaning: 'An action is named by a tag or a branch.',
    effect: 'Others can change what it runs. The status does not change.',
    fix: 'Write the full commit, with the version as a comment behind it.',
  },
  'action-compromised': {
    severity: 'error',
    meaning: 'A version of the action is known to have been malicious.',
    effect: 'The job may have run it. The status does not change.',
    fix: 'Update it, look for runs in the time that the advisory names, and change the secrets that the job could see.',
  },
  'version-unknown': {
    severity: 'warning',
    meaning: 'The file does not say which version of harden-runner runs.',
    effect: 'It cannot be compared with the floor. The status does not change.',
    fix: 'Write the full commit with a comment such as `# v2.20.1`. `--resolve` asks GitHub for the tags.',
  },
  'workflow-shape': {
    severity: 'error',
    meaning: 'The file is YAML, but neither a workflow nor a composite action, or a job is none.',
    effect: 'GitHub does not run it: `unknown`.',
    fix: 'Write `jobs` with `steps` or `uses` in each.',
  },
  'file-unreadable': {
    severity: 'error',
    meaning: 'The file cannot be read as text, or holds too much to be judged.',
    effect: 'Nothing is known about its jobs: `unknown`.',
    fix: 'Make it a text file in UTF-8 of at most 512,000 bytes.',
  },
  'yaml-fault': {
    severity: 'error',
    meaning: 'The file is not YAML, or ambiguous: a fault of syntax, a repeated key, an alias to nothing.',
    effect: 'Nothing is known about its jobs: `unknown`.',
    fix: 'Correct the line that is named.',
  },
  'more-findings': {
    severity: 'warning',
    meaning: 'More was found in the job than is listed.',
    effect: 'None.',
    fix: 'Correct those listed and look again.',
  },
} as const satisfies Record<string, WorkflowRule>;

export type WorkflowCode = keyof typeof WORKFLOW_RULES;
