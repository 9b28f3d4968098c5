/** `Plus1EgressRule` v1alpha1: endpoints that builds may reach, or may not, for whom and until when. */
import * as v from 'valibot';
import { KINDS_OF_APPROVAL } from '../approval-words.js';
import { duration, matching, oneOf, set, text, time } from '../fields.js';
import { ruled } from '../rule.js';
import { globs } from '../spec-catalog.js';
import { count, maybe, sha256, told } from '../status-fields.js';
import { endpoint } from './endpoint.js';
import { inputFields, inputStatusFields, type InputKind, type InputObject } from './input-kind.js';

export const EGRESS_RULE = 'Plus1EgressRule';
const MAX_ENDPOINTS = 64;
/** Approvals that the status names. */
export const MAX_NAMED_APPROVALS = 16;

const workflowFile = matching(
  /^[A-Za-z0-9._-]{1,120}[.]ya?ml$/,
  125,
  'the name of a workflow file, such as release.yml',
);

const scope = v.strictObject({
  repositories: v.pipe(
    v.optional(
      v.strictObject({
        include: v.pipe(
          v.optional(globs, ['*']),
          v.description('Globs (* and ?, case-insensitive, at most 64) of repository names. Default ["*"].'),
        ),
        exclude: v.pipe(
          v.optional(globs, []),
          v.description('Globs of repository names to leave out, at most 64; wins over include. Default [].'),
        ),
      }),
      {},
    ),
    v.description('Which of the governed repositories. Default all of them.'),
  ),
  workflows: v.pipe(
    v.optional(set(workflowFile, { min: 0, max: 64, allowed: 'at most 64 names of workflow files' }), []),
    v.description('Names of workflow files, at most 64, such as release.yml. Default [], which is all of them.'),
  ),
});

/** `spec` of an egress rule. */
const egressRuleSpec = v.pipe(
  v.strictObject({
    ...inputFields('rule'),
    effect: v.pipe(
      v.optional(oneOf(['Allow', 'Deny']), 'Allow'),
      v.description('Allow (default), or Deny: it wins over every Allow, and needs no approval.'),
    ),
    endpoints: v.pipe(
      set(endpoint(), { min: 1, max: MAX_ENDPOINTS, allowed: `1 to ${MAX_ENDPOINTS} endpoints` }),
      v.description(
        'Names with ports, 1 to 64, in lower case, such as packages.example.com:443. A star only as the first label, with two labels after it.',
      ),
    ),
    scope: v.pipe(v.optional(scope, {}), v.description('For whose jobs. Default every governed repository.')),
    kind: v.pipe(
      v.optional(oneOf(['Normal', 'Emergency']), 'Normal'),
      v.description(
        'Normal (default), or Emergency: in force at once, for a day at most, and to be reviewed within 7 days.',
      ),
    ),
    expiresAt: v.pipe(
      v.optional(time()),
      v.description('When it ends, RFC 3339. Required of an Emergency, at most 24h after it was made.'),
    ),
    reviewEvery: v.pipe(
      v.optional(duration('168h', '8784h'), '2160h'),
      v.description('How long a review counts, 168h to 8784h. Default 2160h, which is 90 days.'),
    ),
  }),
  ruled(
    ({ kind, expiresAt }) => kind !== 'Emergency' || expiresAt !== undefined,
    'expiresAt together with kind Emergency',
    "!has(self.kind) || self.kind != 'Emergency' || has(self.expiresAt)",
  ),
  ruled(
    ({ kind, effect }) => kind !== 'Emergency' || effect === 'Allow',
    'kind Emergency only with effect Allow: a Deny is in force at once by itself',
    "!has(self.kind) || self.kind != 'Emergency' || !has(self.effect) || self.effect == 'Allow'",
  ),
);

const TYPES =
  'Ready always; Approved, Delivered, Verified, Resolvable, Used, ReviewDue and Expired as far as they apply.';

const approval = v.strictObject({
  name: told(text(0, 253, 'a name'), 'Name of the approval.'),
  approver: told(text(0, 253, 'a name'), 'Who approved.'),
  kind: told(oneOf(KINDS_OF_APPROVAL), 'What the approval is.'),
  time: told(time(), 'When it was given.'),
});

/** `status` of an egress rule. */
const egressRuleStatus = v.strictObject({
  ...inputStatusFields('rule', TYPES),
  digest: maybe(
    sha256(),
    'What an approval names in planHash: endpoints, scope, effect, kind and expiry of this rule.',
  ),
  approvals: maybe(
    v.pipe(v.array(approval), v.maxLength(MAX_NAMED_APPROVALS)),
    'Approvals that count, the newest first, at most 16.',
  ),
  delivered: maybe(
    v.strictObject({
      commit: maybe(text(0, 64, 'a commit'), 'The commit of the shared file that has the rule.'),
      pullRequest: maybe(count(), 'Number of the pull request that brings the rule.'),
    }),
    'Where the rule stands in the shared file; absent with delivery Audit.',
  ),
  jobs: maybe(
    v.strictObject({
      targeted: told(count(), 'Jobs of the scope.'),
      carrying: told(
        count(),
        'Those of them that hold and whose list reaches every endpoint of the rule; of a Deny: whose list reaches one of them.',
      ),
    }),
    'Jobs by the index of workflow files; absent while nothing is known of them.',
  ),
  verifiedTime: maybe(time(), 'When each job of the scope carried it and held for the first time.'),
  resolvable: maybe(v.boolean(), 'Whether each exact name of the rule resolved when it was last asked for.'),
  lastSeen: maybe(time(), 'When a build was last seen to use it; absent while there is no evidence.'),
  nextReview: maybe(time(), 'When it has to be reviewed.'),
});

export type EgressRuleSpec = v.InferOutput<typeof egressRuleSpec>;
export type EgressRuleStatus = v.InferOutput<typeof egressRuleStatus>;
export type EgressRule = InputObject<EgressRuleSpec, EgressRuleStatus>;

/** All that is said of the kind. */
export const EGRESS_RULES: InputKind<EgressRuleSpec, EgressRuleStatus> = {
  kind: EGRESS_RULE,
  plural: 'plus1egressrules',
  shortName: 'plus1e',
  words: { one: 'egress rule', many: 'egress rules' },
  about:
    'Plus1EgressRule says which endpoints the builds of governed repositories may reach, or may not, why, and until when.',
  spec: egressRuleSpec,
  status: egressRuleStatus,
  fixed: [['policyRef', 'name']],
  lists: { keys: { conditions: 'type' }, required: new Set() },
  columns: [
    { name: 'Policy', type: 'string', path: ['spec', 'policyRef', 'name'] },
    { name: 'Effect', type: 'string', path: ['spec', 'effect'] },
    { name: 'Kind', type: 'string', path: ['spec', 'kind'] },
    { name: 'Ready', type: 'string', condition: 'Ready', field: 'status' },
    { name: 'Approved', type: 'string', condition: 'Approved', field: 'status' },
    { name: 'Verified', type: 'string', condition: 'Verified', field: 'status' },
    { name: 'Next Review', type: 'date', path: ['status', 'nextReview'] },
    { name: 'Age', type: 'date', path: ['metadata', 'creationTimestamp'] },
  ],
};
