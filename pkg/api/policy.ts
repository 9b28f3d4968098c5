/**
 * `Plus1Policy` v1alpha1, the one schema: TypeScript types, defaults, messages and the CRD are made from it.
 * Unknown fields are refused, since a misspelt guard guards nothing.
 */
import * as v from 'valibot';
import { duration, matching, oneOf, text } from './fields.js';
import { immutable, ruled } from './rule.js';
import { catalog, repositories } from './spec-catalog.js';
import { github, objectName, organization, rulesetName } from './spec-github.js';
import { exemptions, exit, guards } from './spec-guards.js';

export const API_VERSION = 'plus1.dev/v1alpha1';
export const KIND = 'Plus1Policy';
export const DEFAULT_NAMESPACE = 'default';
export const DEFAULT_RULESET = 'plus1_enforcement';
/** Holds when neither `schedule.interval` nor `schedule.cron` is set; no schema default, which would forbid `cron`. */
export const DEFAULT_INTERVAL = '10m';

const NAMESPACE_ALLOWED = 'a lower-case DNS label';

const ruleset = v.strictObject({
  name: v.pipe(
    v.optional(rulesetName, DEFAULT_RULESET),
    immutable(),
    v.description(
      'Name of the organization ruleset to keep, 1 to 100 characters; immutable, since another ruleset is another policy. Default plus1_enforcement.',
    ),
  ),
  targeting: v.pipe(
    v.optional(oneOf(['RepositoryID']), 'RepositoryID'),
    v.description(
      'How the ruleset targets repositories. RepositoryID (default and the only value yet): by id, which survives renames.',
    ),
  ),
});

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
);

/** `spec` of a policy. */
export const policySpec = v.strictObject({
  organization,
  github,
  catalog: v.pipe(v.optional(catalog, {}), v.description('Which files tell the lifecycle, and what they mean.')),
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
      'Enforce (default) applies the plan, Observe only tells it, EnterOnly applies what enters and nothing else.',
    ),
  ),
  suspend: v.pipe(
    v.optional(v.boolean('true or false'), false),
    v.description('Stops passes; nothing is written to GitHub. Default false.'),
  ),
  guards: v.pipe(v.optional(guards, {}), v.description('What holds a plan back.')),
  exit: v.pipe(v.optional(exit, {}), v.description('How a repository leaves.')),
  exemptions,
});

const metadata = v.looseObject({
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
  metadata,
  spec: policySpec,
  status: v.optional(v.unknown()),
});

export type PolicySpec = v.InferOutput<typeof policySpec>;
export type Plus1Policy = v.InferOutput<typeof policySchema>;
/** One entry of `exemptions`. */
export type Exemption = NonNullable<PolicySpec['exemptions']>[number];
/** How a ruleset names its members. Code that reads, writes or explains a membership switches over it, value by value. */
export type Targeting = PolicySpec['ruleset']['targeting'];
export type PolicyInput = v.InferInput<typeof policySchema>;
