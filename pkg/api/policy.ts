/**
 * `Plus1Policy` v1alpha1, the one schema: TypeScript types, defaults, messages and the CRD are made from it.
 * A field that means nothing yet is `reserved`; unknown fields are refused, since a misspelt guard guards nothing.
 */
import * as v from 'valibot';
import { addressFault } from './address.js';
import { parseDuration } from './duration.js';
import { duration, integer, oneOf, reserved, set, share, text } from './fields.js';

export const API_VERSION = 'plus1.dev/v1alpha1';
export const KIND = 'Plus1Policy';
export const DEFAULT_NAMESPACE = 'default';
export const DEFAULT_API_URL = 'https://api.github.com';
export const DEFAULT_PATHS = ['entity.datadog.yaml'];
export const DEFAULT_LIFECYCLES = ['production', 'Production'];
export const DEFAULT_RULESET = 'plus1_enforcement';
/** Holds when neither `schedule.interval` nor `schedule.cron` is set; no schema default, which would forbid `cron`. */
export const DEFAULT_INTERVAL = '10m';

const NAME_ALLOWED = 'a lower-case DNS name of at most 253 characters';
const ORGANIZATION_ALLOWED = 'a GitHub organization login: at most 39 letters, digits and inner hyphens';
const PATH_ALLOWED = "a path relative to the repository's root, at most 256 characters, without '..'";
const SHARE_ALLOWED = 'an integer of at least 0, or a percentage such as 25%';

const name = v.pipe(
  v.string(NAME_ALLOWED),
  v.maxLength(253, NAME_ALLOWED),
  v.regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, NAME_ALLOWED),
);

const secretRef = v.strictObject({
  // The name becomes a path in a credentials folder: anything but a DNS name could climb out of it.
  name: v.pipe(name, v.description('Name of the Secret, in the namespace of the policy.')),
});

const github = v.pipe(
  v.strictObject({
    apiURL: v.pipe(
      v.optional(
        v.pipe(
          v.string('a URL'),
          v.maxLength(2048, 'a URL of at most 2048 characters'),
          v.rawCheck(({ dataset, addIssue }) => {
            const fault = dataset.typed ? addressFault(dataset.value) : undefined;
            if (fault !== undefined) addIssue({ message: fault });
          }),
        ),
        DEFAULT_API_URL,
      ),
      v.description(
        'REST root of GitHub; immutable. GitHub Enterprise Server: https://HOST/api/v3. Default https://api.github.com.',
      ),
    ),
    credentials: v.pipe(
      v.optional(
        v.strictObject({
          secretRef: v.pipe(secretRef, v.description('The Secret that holds the token or the App key.')),
        }),
      ),
      v.description(
        "Where the credentials lie. Required in a cluster; a policy file without it uses the environment's token.",
      ),
    ),
  }),
  v.description('Which GitHub, and with whose credentials.'),
);

const path = v.pipe(
  text(1, 256, PATH_ALLOWED),
  v.check((value) => !value.startsWith('/') && !value.split('/').includes('..'), PATH_ALLOWED),
);

const lifecycle = v.pipe(
  text(1, 128, 'a lifecycle of 1 to 128 characters'),
  v.check(
    (value) => value.trim() === value,
    'a lifecycle without blanks at its ends: the value in the file is trimmed, so it would never match',
  ),
);

const catalog = v.strictObject({
  paths: v.pipe(
    v.optional(set(path, { min: 1, max: 8, allowed: '1 to 8 paths' }), DEFAULT_PATHS),
    v.description('Catalogue files to read on the default branch. Default [entity.datadog.yaml].'),
  ),
  productionLifecycles: v.pipe(
    v.optional(set(lifecycle, { min: 1, max: 16, allowed: '1 to 16 lifecycles' }), DEFAULT_LIFECYCLES),
    v.description(
      'Values of spec.lifecycle that mean production, compared exactly after trimming. Default [production, Production].',
    ),
  ),
  onInvalid: v.pipe(
    v.optional(oneOf(['Retain', 'Govern', 'Release']), 'Retain'),
    v.description(
      'What an invalid, silent or unreadable file does: Retain keeps membership as it is (default), Govern governs, Release lets a member leave.',
    ),
  ),
  onMissing: v.pipe(
    v.optional(oneOf(['Release', 'Retain']), 'Release'),
    v.description(
      'What a file that is proved absent does to a member: Release (default) lets it leave, Retain keeps it.',
    ),
  ),
});

const GLOB_ALLOWED = 'a glob of 1 to 128 characters with * and ?';
const globs = set(text(1, 128, GLOB_ALLOWED), { min: 0, max: 64, allowed: 'at most 64 globs' });

const repositories = v.strictObject({
  include: v.pipe(
    v.optional(globs, ['*']),
    v.description('Globs (* and ?, case-insensitive) of repository names to look at. Default ["*"].'),
  ),
  exclude: v.pipe(v.optional(globs, []), v.description('Globs of names to leave out; wins over include. Default [].')),
  forks: v.pipe(
    v.optional(oneOf(['Include', 'Exclude']), 'Include'),
    v.description('Whether forks are looked at. Default Include.'),
  ),
  templates: v.pipe(
    v.optional(oneOf(['Include', 'Exclude']), 'Include'),
    v.description('Whether template repositories are looked at. Default Include.'),
  ),
  visibilities: v.pipe(
    v.optional(
      set(oneOf(['Public', 'Private', 'Internal']), { min: 1, max: 3, allowed: '1 to 3 of Public, Private, Internal' }),
      ['Public', 'Private', 'Internal'],
    ),
    v.description('Which visibilities are looked at. Default all three.'),
  ),
});

const ruleset = v.strictObject({
  name: v.pipe(
    v.optional(text(1, 100, 'a ruleset name of 1 to 100 characters'), DEFAULT_RULESET),
    v.description(
      'Name of the organization ruleset to keep; immutable, since another ruleset is another policy. Default plus1_enforcement.',
    ),
  ),
  targeting: v.pipe(
    v.optional(oneOf(['RepositoryID']), 'RepositoryID'),
    v.description('How the ruleset targets repositories: by id, which survives renames. The only value yet.'),
  ),
});

const schedule = v.pipe(
  v.strictObject({
    interval: v.pipe(
      v.optional(duration('1s', '168h')),
      v.description('Time between passes, 1s to 168h. 10m where neither interval nor cron is set.'),
    ),
    cron: v.pipe(
      v.optional(text(1, 128, 'a cron expression of at most 128 characters')),
      v.description('Cron expression instead of an interval, such as "0 4 * * *".'),
    ),
    timeZone: v.pipe(
      v.optional(text(1, 64, 'an IANA time zone such as Europe/Berlin')),
      v.description('Time zone of cron. Etc/UTC where unset.'),
    ),
    timeout: v.pipe(
      v.optional(duration('1m', '2h'), '30m'),
      v.description('Bound on one pass, 1m to 2h. Default 30m.'),
    ),
  }),
  v.check((value) => !(value.interval !== undefined && value.cron !== undefined), 'interval or cron, not both'),
  v.check((value) => !(value.timeZone !== undefined && value.cron === undefined), 'timeZone only together with cron'),
);

const approval = v.strictObject({
  policy: v.pipe(
    v.optional(
      reserved(oneOf(['WhenHeld', 'Always']), (value) => value === 'WhenHeld'),
      'WhenHeld',
    ),
    v.description('When a plan asks for an approval: WhenHeld (default) or Always.'),
  ),
  required: v.pipe(
    v.optional(
      reserved(integer(1, 10, 'an integer from 1 to 10'), (value) => value === 1),
      1,
    ),
    v.description('Distinct approvers that a held plan needs, 1 to 10. Default 1.'),
  ),
  timeout: v.pipe(
    v.optional(
      reserved(duration('1h', '720h'), (value) => parseDuration(value) === parseDuration('48h')),
      '48h',
    ),
    v.description('How long a hold waits for its approval, 1h to 720h. Default 48h.'),
  ),
});

const guards = v.strictObject({
  maxLeaving: v.pipe(
    v.optional(share(SHARE_ALLOWED), '25%'),
    v.description(
      'How many members may leave within the window: a count, or a percentage of the membership at its start, rounded up. Default 25%.',
    ),
  ),
  maxEntering: v.pipe(
    v.optional(reserved(share(SHARE_ALLOWED), () => false)),
    v.description('How many repositories may enter in one pass. Unset: no limit.'),
  ),
  window: v.pipe(
    v.optional(duration('1h', '168h'), '24h'),
    v.description(
      'The time over which leavers are counted, 1h to 168h; starts with the first leave after the last window ended. Default 24h.',
    ),
  ),
  minMembers: v.pipe(
    v.optional(integer(1, 1_000_000, 'an integer of at least 1'), 1),
    v.description('Fewest members a plan may leave behind. Default and minimum 1: an empty set is never sent.'),
  ),
  approval: v.pipe(v.optional(approval, {}), v.description('Who may let a held plan pass.')),
});

const exit = v.strictObject({
  gracePeriod: v.pipe(
    v.optional(duration('0s', '720h'), '24h'),
    v.description(
      'How long a repository must have stopped declaring production before it leaves, 0s to 720h. Default 24h.',
    ),
  ),
});

const exemption = v.strictObject({
  repository: text(1, 100, 'a repository name'),
  repositoryID: v.optional(integer(1, Number.MAX_SAFE_INTEGER, 'a repository id')),
  effect: oneOf(['Govern', 'Release']),
  reason: text(8, 1024, 'a reason of 8 to 1024 characters'),
  owner: text(1, 128, 'an owner of 1 to 128 characters'),
  expiresAt: v.pipe(v.string('an RFC 3339 time'), v.isoTimestamp('an RFC 3339 time')),
});

/** `spec` of a policy. */
export const policySpec = v.strictObject({
  organization: v.pipe(
    v.string(ORGANIZATION_ALLOWED),
    v.maxLength(39, ORGANIZATION_ALLOWED),
    v.regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, ORGANIZATION_ALLOWED),
    v.description('Login of the GitHub organization; immutable.'),
  ),
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
  exemptions: v.pipe(
    v.optional(
      reserved(
        v.pipe(v.array(exemption, 'a list of exemptions'), v.maxLength(256, 'at most 256 exemptions')),
        (list) => list.length === 0,
      ),
    ),
    v.description('Repositories judged by hand for a time.'),
  ),
});

const metadata = v.looseObject({
  name,
  namespace: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'a lower-case DNS label'),
      v.maxLength(63, 'a lower-case DNS label'),
    ),
    DEFAULT_NAMESPACE,
  ),
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
export type PolicyInput = v.InferInput<typeof policySchema>;
