/**
 * `Plus1Policy` v1alpha1, the one schema: TypeScript types, defaults, messages and the CRD are made from it.
 * Unknown fields are refused, since a misspelt guard guards nothing.
 */
import * as v from 'valibot';
import { duration, durationOrOff, matching, oneOf, text } from './fields.js';
import { parseDuration } from './duration.js';
import { immutable, ruled } from './rule.js';
import { catalog, repositories } from './spec-catalog.js';
import { github, objectName, organization, rulesetName } from './spec-github.js';
import { egress } from './spec-egress.js';
import { exemptions, exit, guards, isolation } from './spec-guards.js';
import { issues } from './spec-issues.js';
import { notifications } from './spec-notifications.js';
import { template } from './spec-template.js';
import { baseline } from './spec-baseline.js';
import { workflows } from './spec-workflows.js';

export const API_VERSION = 'plus1.dev/v1alpha1';
export const KIND = 'Plus1Policy';
export const DEFAULT_NAMESPACE = 'default';
export const DEFAULT_RULESET = 'plus1_enforcement';
/** Holds when neither `schedule.interval` nor `schedule.cron` is set; no schema default, which would forbid `cron`. */
export const DEFAULT_INTERVAL = '10m';
/** Holds when neither `schedule.quickInterval` nor `schedule.cron` is set; no schema default, which would forbid `cron`. */
export const DEFAULT_QUICK_INTERVAL = '1m';

const NAMESPACE_ALLOWED = 'a lower-case DNS label';

const verify = v.strictObject({
  interval: v.pipe(
    v.optional(durationOrOff('1h', '168h'), '24h'),
    v.description(
      'So often GitHub is asked, after a full pass, which rules are in force on the default branch of each governed repository, 1h to 168h; 0s switches it off. Default 24h.',
    ),
  ),
});

const property = v.strictObject({
  name: v.pipe(
    text(1, 75, 'the name of a custom property, 1 to 75 characters'),
    v.description('Name of the custom property, 1 to 75 characters, such as plus1-governed.'),
  ),
  value: v.pipe(
    text(1, 75, 'a value of a custom property, 1 to 75 characters'),
    v.description('The value of a member, 1 to 75 characters, such as "true". Others have it unset.'),
  ),
});

const ruleset = v.pipe(
  v.strictObject({
    name: v.pipe(
      v.optional(rulesetName, DEFAULT_RULESET),
      immutable(),
      v.description(
        'Name of the organization ruleset to keep, 1 to 100 characters; immutable, since another ruleset is another policy. Default plus1_enforcement.',
      ),
    ),
    targeting: v.pipe(
      v.optional(oneOf(['RepositoryID', 'CustomProperty']), 'RepositoryID'),
      v.description(
        'How the ruleset targets repositories. RepositoryID (default): by id, in the ruleset. CustomProperty: by the value of a custom property, at which the ruleset is aimed once.',
      ),
    ),
    property: v.pipe(
      v.optional(property),
      v.description(
        'The custom property whose value makes a repository a member; with targeting CustomProperty alone.',
      ),
    ),
    template: v.pipe(
      v.optional(template),
      v.description(
        'The ruleset that is made where there is none, once, and never changed afterwards. Differences from it are reported. Where unset, a missing ruleset is RulesetNotFound.',
      ),
    ),
    verify: v.pipe(
      v.optional(verify, {}),
      v.description('Whether GitHub applies the rules on the default branches of those that the ruleset governs.'),
    ),
  }),
  ruled(
    ({ targeting, property }) => (targeting === 'CustomProperty') === (property !== undefined),
    'property with targeting CustomProperty, and only with it',
    "(has(self.targeting) && self.targeting == 'CustomProperty') == has(self.property)",
  ),
);

const schedule = v.pipe(
  v.strictObject({
    interval: v.pipe(
      v.optional(duration('1s', '168h')),
      v.description('Time between passes, 1s to 168h; not together with cron. 10m where neither is set.'),
    ),
    cron: v.pipe(
      v.optional(text(1, 128, 'a cron expression of at most 128 characters')),
      v.description('Cron expression instead of an interval, such as "0 4 * * *".'),
    ),
    timeZone: v.pipe(
      v.optional(text(1, 64, 'an IANA time zone such as Europe/Berlin')),
      v.description('Time zone of cron, such as Europe/Berlin. Needs cron; Etc/UTC where unset.'),
    ),
    timeout: v.pipe(
      v.optional(duration('1m', '2h'), '30m'),
      v.description('Bound on one pass, 1m to 2h. Default 30m.'),
    ),
    quickInterval: v.pipe(
      v.optional(durationOrOff('10s', '1h')),
      v.description(
        'Time between quick passes, which read only what changed, 10s to 1h; 0s switches them off. 1m where neither it nor cron is set; not together with cron, but for 0s. Counts only where it is shorter than interval.',
      ),
    ),
  }),
  ruled(
    ({ interval, cron }) => !(interval !== undefined && cron !== undefined),
    'interval or cron, not both',
    '!(has(self.interval) && has(self.cron))',
  ),
  ruled(
    ({ timeZone, cron }) => !(timeZone !== undefined && cron === undefined),
    'timeZone only together with cron',
    '!has(self.timeZone) || has(self.cron)',
  ),
  ruled(
    ({ quickInterval, cron }) =>
      quickInterval === undefined || cron === undefined || parseDuration(quickInterval) === 0,
    'quickInterval together with cron only as 0s',
    "!has(self.quickInterval) || !has(self.cron) || duration(self.quickInterval) == duration('0s')",
  ),
);

/** `spec` of a policy. */
export const policySpec = v.strictObject({
  organization,
  github,
  catalog: v.pipe(v.optional(catalog, {}), v.description('Which files say the lifecycle, and what they mean.')),
  repositories: v.pipe(
    v.optional(repositories, {}),
    v.description('Which repositories are looked at; what is filtered out is `excluded`.'),
  ),
  ruleset: v.pipe(
    v.optional(ruleset, {}),
    v.description('The organization ruleset whose membership the policy keeps.'),
  ),
  schedule: v.pipe(v.optional(schedule, {}), v.description('When the controller looks again.')),
  mode: v.pipe(
    v.optional(oneOf(['Enforce', 'Observe', 'EnterOnly']), 'Enforce'),
    v.description(
      'Enforce (default) applies the plan, Observe only reports it, EnterOnly applies what enters and nothing else.',
    ),
  ),
  suspend: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description('Stops passes; nothing is written to GitHub. Default false.'),
  ),
  guards: v.pipe(v.optional(guards, {}), v.description('What holds a plan back.')),
  exit: v.pipe(v.optional(exit, {}), v.description('How a repository leaves.')),
  isolation: v.pipe(v.optional(isolation, {}), v.description('What incidents of the organization may close off.')),
  exemptions,
  notifications,
  issues: v.pipe(
    v.optional(issues, {}),
    v.description('Issues that inform owners of repositories what is wrong with their catalogue file.'),
  ),
  egress: v.pipe(
    v.optional(egress, {}),
    v.description('How the endpoints of egress rules come into the lists of jobs.'),
  ),
  workflows: v.pipe(
    v.optional(workflows, {}),
    v.description('What the jobs of GitHub Actions may send out, as far as workflow files say.'),
  ),
  baseline: v.pipe(
    v.optional(baseline, {}),
    v.description('The checklist that each repository in production should meet.'),
  ),
});

/** Of every document that people write. */
export const objectMetadata = v.looseObject({
  name: objectName,
  namespace: v.optional(matching(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 63, NAMESPACE_ALLOWED), DEFAULT_NAMESPACE),
  uid: v.optional(v.string()),
  generation: v.optional(v.number()),
  resourceVersion: v.optional(v.string()),
  creationTimestamp: v.optional(v.nullable(v.string())),
  annotations: v.optional(v.record(v.string(), v.string())),
});

/**
 * A whole policy as a person writes it; `status` is ours and read elsewhere. Strict at the top too: `guards` with the
 * wrong indent would otherwise be no guard at all.
 */
export const policySchema = v.strictObject({
  apiVersion: v.literal(API_VERSION, API_VERSION),
  kind: v.literal(KIND, KIND),
  metadata: objectMetadata,
  spec: policySpec,
  status: v.optional(v.unknown()),
});

export type PolicySpec = v.InferOutput<typeof policySpec>;
export type Plus1Policy = v.InferOutput<typeof policySchema>;
/** One entry of `exemptions`. */
export type Exemption = NonNullable<PolicySpec['exemptions']>[number];
/** How a ruleset names its members. Code that reads, writes or explains a membership switches over it, value by value. */
export type Targeting = PolicySpec['ruleset']['targeting'];
/** The custom property that a membership stands in. */
export type TargetProperty = NonNullable<PolicySpec['ruleset']['property']>;
