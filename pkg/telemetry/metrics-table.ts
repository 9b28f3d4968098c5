/**
 * Every metric of the product, in one table: the instruments are made from it, and so is docs/reference/metrics.md. A name
 * or label that changes here breaks dashboards and alerts silently, because a query without series is not an error.
 */

import { CONTROLLER_METRICS } from './controller-metrics.js';
import { INCIDENT_METRICS } from './incident-metrics.js';
import { JOURNAL_METRICS } from './journal-metrics.js';
import { ISSUE_METRICS } from './issue-metrics.js';
import { ROLLOUT_METRICS } from './rollout-metrics.js';
import { EGRESS_METRICS } from './egress-metrics.js';
import { SIEM_METRICS } from './siem-metrics.js';
import { BASELINE_METRICS } from './baseline-metrics.js';
import { WORKFLOW_METRICS } from './workflow-metrics.js';

export type MetricGroup =
  'policies' | 'credentials' | 'webhooks' | 'storage' | 'siem' | 'build' | 'controller' | 'queue' | 'cluster';

export interface MetricEntry {
  group: MetricGroup;
  type: 'gauge' | 'counter' | 'histogram';
  labels: readonly string[];
  /** One sentence, for the scrape and for the reference page. */
  help: string;
  buckets?: readonly number[];
}

const POLICY = ['policy', 'organization'] as const;

/** From a small organization (1 s) to the longest that a policy may allow a pass (2 h); 600 is the target for 10,000 repositories. */
const PASS_SECONDS = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200] as const;

export const METRICS = {
  plus1_repositories: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'status'],
    help: 'Repositories by finding status, with a series for each status.',
  },
  plus1_ruleset_members: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Repositories that the live ruleset targets.',
  },
  plus1_production_repositories: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Repositories whose catalogue file declares production.',
  },
  plus1_notifications_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'name', 'result'],
    help: 'Messages to the channel of that name: sent, failed (a try, which is repeated) or dropped (given up).',
  },
  plus1_production_falls_total: {
    group: 'policies',
    type: 'counter',
    labels: POLICY,
    help: 'Complete passes that found less than half as many production repositories as the complete pass before them.',
  },
  plus1_production_ungoverned: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Production repositories that the ruleset does not protect.',
  },
  plus1_production_ineffective: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Production repositories that the ruleset targets and on whose default branch no rule of it is in force; no series until that was asked.',
  },
  ...ISSUE_METRICS,
  ...WORKFLOW_METRICS,
  ...BASELINE_METRICS,
  ...INCIDENT_METRICS,
  ...ROLLOUT_METRICS,
  ...EGRESS_METRICS,
  plus1_compliance_ratio: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Governed production repositories over all production repositories, 0 to 1; no series where there are none.',
  },
  plus1_exposure_seconds: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Longest time that a production repository has been ungoverned, as of the last pass; 0 when none is.',
  },
  plus1_passes_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'kind', 'result'],
    help: 'Passes that ended; kind is full or quick, result is succeeded, failed, held, incomplete or observed.',
  },
  plus1_pass_duration_seconds: {
    group: 'policies',
    type: 'histogram',
    labels: POLICY,
    buckets: PASS_SECONDS,
    help: 'How long passes took.',
  },
  plus1_last_complete_pass_timestamp_seconds: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Unix time at which the last complete pass ended; no series before the first one.',
  },
  plus1_ruleset_changes_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'change'],
    help: 'Repositories that Plus1 let into the ruleset or took out of it; change is entered or left.',
  },
  plus1_drift_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'change'],
    help: 'Repositories put into the ruleset or taken out of it by somebody else; change is added or removed.',
  },
  plus1_plan_held: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'reason'],
    help: '1 for the reason for which a guard holds the plan, 0 for the others; reasons are those of the condition Held.',
  },
  plus1_leaving: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: 'Exit clocks that run: members that will leave unless they declare production again.',
  },
  plus1_interval_stretched: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: '1 while full passes come less often than the interval of the policy, so that those of its credential take at most half of its hourly limits; else 0.',
  },
  plus1_backup_credential: {
    group: 'policies',
    type: 'gauge',
    labels: POLICY,
    help: '1 while the policy uses its backup credential, since GitHub refused the first one; else 0.',
  },
  plus1_approvals_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'result'],
    help: 'Approvals by what became of them; result is counted, used, expired or rejected.',
  },
  plus1_emergency_bypasses_total: {
    group: 'policies',
    type: 'counter',
    labels: POLICY,
    help: 'Held plans that one Emergency approval released alone.',
  },
  plus1_exemptions: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'state'],
    help: 'Exemptions of the policy; state is active (in force, also those that expire soon), expiring (within 14 days) or expired.',
  },
  plus1_errors_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'class', 'code'],
    help: 'Errors of passes, by class and code of the error catalogue; a series begins with its first error.',
  },
  ...JOURNAL_METRICS,
  plus1_security_events_total: {
    group: 'policies',
    type: 'counter',
    labels: [...POLICY, 'event'],
    help: 'Security events of the journal, by event.',
  },
  plus1_exposure_seconds_total: {
    group: 'policies',
    type: 'counter',
    labels: POLICY,
    help: 'Seconds that repositories were in production and not governed, summed over repositories, by what the journal records.',
  },
  plus1_condition: {
    group: 'policies',
    type: 'gauge',
    labels: [...POLICY, 'type', 'status'],
    help: '1 for the status that the condition has, 0 for the others; an absent Reconciling, Stalled or Held counts as False.',
  },
  plus1_github_requests_total: {
    group: 'credentials',
    type: 'counter',
    labels: ['credential', 'api', 'code'],
    help: 'Requests to GitHub; api is rest or graphql, code is the HTTP status, or a word such as timeout where there was no answer.',
  },
  plus1_github_rate_limit_limit: {
    group: 'credentials',
    type: 'gauge',
    labels: ['credential', 'resource'],
    help: "GitHub's rate limit as last answered.",
  },
  plus1_github_rate_limit_remaining: {
    group: 'credentials',
    type: 'gauge',
    labels: ['credential', 'resource'],
    help: "What is left of GitHub's rate limit, as last answered; everyone's use counts.",
  },
  plus1_credential_expiry_timestamp_seconds: {
    group: 'credentials',
    type: 'gauge',
    labels: ['credential'],
    help: 'When the token ends, Unix time, as GitHub gave it; no series where it has no end, and none for an App.',
  },
  plus1_webhook_deliveries_total: {
    group: 'webhooks',
    type: 'counter',
    labels: ['event', 'result'],
    help: 'Deliveries of webhooks; event is that of GitHub, or other; result is accepted (a quick pass was called for), duplicate, ignored, rejected (no signature fits), limited (too many such), refused (too large, or no JSON) or unavailable (this replica does not lead).',
  },
  plus1_state_bytes: {
    group: 'storage',
    type: 'gauge',
    labels: ['kind'],
    help: 'Bytes of the state folder by kind: `journal`, `state`, `cache`, `other`. Looked at once a minute.',
  },
  plus1_state_free_bytes: {
    group: 'storage',
    type: 'gauge',
    labels: [],
    help: 'Bytes that the volume of the state folder has left.',
  },
  plus1_state_reserved_bytes: {
    group: 'storage',
    type: 'gauge',
    labels: [],
    help: 'The last bytes of that volume, which belong to journal and state: 64 MiB, or a tenth of a smaller volume. Caches and reports are not written into them.',
  },
  ...SIEM_METRICS,
  plus1_build_info: {
    group: 'build',
    type: 'gauge',
    labels: ['version'],
    help: 'Always 1; the version that runs is in the label.',
  },
  ...CONTROLLER_METRICS,
  rest_client_requests_total: {
    group: 'cluster',
    type: 'counter',
    labels: ['code', 'method', 'host'],
    help: 'Requests to the API server; code is the HTTP status, or `<error>` where there was no answer.',
  },
  leader_election_master_status: {
    group: 'cluster',
    type: 'gauge',
    labels: ['name'],
    help: '1 while this process holds the lease of that name, 0 while it waits for it; no series without leader election.',
  },
} as const satisfies Record<string, MetricEntry>;

type Table = typeof METRICS;
export type MetricName = keyof Table;

/** Names of the metrics of one type. */
export type NameOf<T extends MetricEntry['type']> = {
  [N in MetricName]: Table[N]['type'] extends T ? N : never;
}[MetricName];

/** The labels of a metric, without those of its owner. */
export type LabelsOf<N extends MetricName, Owner extends string = never> = Record<
  Exclude<Table[N]['labels'][number], Owner>,
  string
>;
