/** The whole status of one egress rule, from all that a pass knows of it. Pure. */
import { MAX_NAMED_APPROVALS, type EgressRuleStatus } from '../../../api/index.js';
import {
  auditOf,
  disarmedBy,
  emergencyFault,
  endMs,
  exactNames,
  isReviewOver,
  nextReviewMs,
  NOTICE_MS,
} from '../../../egress/index.js';
import { plural } from '../../../text/index.js';
import { conditionsOf, type Said } from '../conditions.js';
import type { Consented } from './consent.js';
import { delivered, say } from './delivered.js';
import type { Known } from './known.js';
import { deliveredField } from './shared-file/rules.js';
import { used } from './used.js';
import { iso, jobsListed, listed } from './words.js';

export function judge(known: Known): EgressRuleStatus {
  const { rule, digest, consented, carrying, terms, phase } = known;
  const { metadata, status: before } = rule;
  const reviewMs = isReviewOver(rule, phase, consented.consent) ? undefined : nextReviewMs(rule, consented.consent);
  const resolvable = resolvableOf(known);
  const isVerified = verified(known).status === 'True';
  const verifiedTime = before.verifiedTime ?? (isVerified ? iso(terms.nowMs) : undefined);
  const found: Found = {
    ...jobsField(carrying, before),
    ...resolvableField(resolvable, before),
    ...(before.lastSeen !== undefined && { lastSeen: before.lastSeen }),
  };
  const said = [
    ready(known),
    approved(known),
    delivered(known),
    verified(known),
    ...(resolvable === undefined ? [] : [resolvable]),
    used(known),
    ...reviewDue(known, reviewMs, found),
    ...expired(known),
  ];
  return {
    observedGeneration: metadata.generation,
    conditions: conditionsOf(rule, said, terms.nowMs),
    digest,
    ...(consented.counting.length > 0 && { approvals: approvalsOf(consented) }),
    ...deliveredField(known.shared, before),
    ...found,
    ...(verifiedTime !== undefined && { verifiedTime }),
    ...(reviewMs !== undefined && { nextReview: iso(reviewMs) }),
  };
}

/** What of the status is evidence. */
type Found = Pick<EgressRuleStatus, 'jobs' | 'resolvable' | 'lastSeen'>;

/** What nobody saw in this pass stays as it was. */
function jobsField(carrying: Known['carrying'], before: EgressRuleStatus): Pick<EgressRuleStatus, 'jobs'> {
  if ('unknown' in carrying) return before.jobs === undefined ? {} : { jobs: before.jobs };
  return { jobs: { targeted: carrying.targeted.length, carrying: carrying.carrying.length } };
}

/** Reason of `Expired` within the notice. */
export const EXPIRING = 'Expiring';

function ready(known: Known): Said {
  const { rule, phase, terms, denied } = known;
  switch (phase) {
    case 'Invalid':
      return say('Ready', 'False', 'InvalidSpec', emergencyFault(rule, terms) ?? '');
    case 'Expired':
      return say(
        'Ready',
        'False',
        'Expired',
        `it ended at ${rule.spec.expiresAt ?? ''}: take it out of the lists that carry it`,
      );
    case 'Pending':
      return say('Ready', 'False', 'AwaitingApproval', awaiting(known));
    case 'InForce':
      return denied.length === rule.spec.endpoints.length
        ? say('Ready', 'False', 'Denied', `nothing of it is allowed: ${deniedText(denied)}`)
        : say(
            'Ready',
            'True',
            'InForce',
            denied.length === 0 ? 'it is in force' : `it is in force, but for ${deniedText(denied)}`,
          );
  }
}

const deniedText = (denied: Known['denied']): string =>
  listed(denied.map(({ endpoint, by }) => `${endpoint}, which ${by} denies`));

/** With the shared file it is the review and the merge of the pull request; an approval of the hash counts as well. */
function awaiting(known: Known): string {
  const { rule, shared, required } = known;
  const { delivery, isThere, merged } = shared ?? {};
  if (rule.spec.effect === 'Deny' || delivery === undefined) return byHash(known);
  if (!isThere) return `it waits for the shared file: ${delivery.message}`;
  const by =
    merged === undefined
      ? 'no pull request of Plus1'
      : `#${merged.number} with ${merged.approvers.length} of ${required} approving reviews of its last commit`;
  return `${delivery.place} has it by ${by}: ${byHash(known)}`;
}

const byHash = ({ rule: { spec }, digest, required }: Known): string =>
  `it needs ${plural(required, 'approval')} of ${digest}: plus1 approve ${spec.policyRef.name} --plan ${digest}`;

function approved(known: Known): Said {
  const { rule, consented } = known;
  const { counting, consent } = consented;
  const approvers = [...new Set(counting.filter(({ kind }) => kind !== 'Review').map(({ approver }) => approver))];
  if (rule.spec.effect === 'Deny') return say('Approved', 'True', 'NeedsNone', 'a Deny needs no approval');
  if (consent.isApproved) return say('Approved', 'True', 'Approved', `approved by ${listed(approvers.sort())}`);
  if (rule.spec.kind === 'Emergency')
    return say(
      'Approved',
      'False',
      'Emergency',
      'it is in force by itself until it ends, and has to be reviewed within 7 days',
    );
  const isMerged = known.shared?.isThere === true;
  return say('Approved', 'False', isMerged ? 'NotReviewed' : 'AwaitingApproval', awaiting(known));
}

function verified({ rule: { spec }, carrying, phase }: Known): Said {
  if ('unknown' in carrying) return say('Verified', 'Unknown', 'NotObserved', carrying.unknown);
  const { targeted, carrying: jobs, unread } = carrying;
  const isDeny = spec.effect === 'Deny';
  const others = isDeny ? jobs : targeted.filter((job) => !jobs.includes(job));
  if (phase === 'InForce' && others.length > 0)
    return isDeny
      ? say('Verified', 'False', 'StillCarried', `still carried by ${jobsListed(others)}`)
      : say('Verified', 'False', 'NotCarried', `not carried, or not held to, by ${jobsListed(others)}`);
  if (phase !== 'InForce') return say('Verified', 'False', 'NotInForce', 'it is not in force');
  if (unread.length > 0)
    return say('Verified', 'Unknown', 'NotObserved', `workflow files could not be read in ${listed(unread)}`);
  if (targeted.length === 0) return say('Verified', 'Unknown', 'NoJobs', 'no job is in its scope');
  return say(
    'Verified',
    'True',
    'AllJobs',
    isDeny ? 'no job of its scope carries it' : 'each job of its scope carries it, and holds',
  );
}

/** Undefined where it does not apply, or nobody asked and nothing was known. */
function resolvableOf({ rule, answers, jobs, phase }: Known): Said | undefined {
  const { effect, endpoints } = rule.spec;
  const names = exactNames(endpoints);
  if (effect === 'Deny' || phase === 'Expired' || names.length === 0) return undefined;
  if (answers === undefined) return rule.status.conditions?.find(({ type }) => type === 'Resolvable');
  const dead = names.filter((name) => answers.get(name) === 'dead');
  if (dead.length > 0) {
    const disarmed = jobs === undefined ? [] : dead.flatMap((name) => disarmedBy(name, jobs));
    const who = disarmed.length === 0 ? 'no job that is known carries it' : `it disarms ${jobsListed(disarmed)}`;
    return say('Resolvable', 'False', 'NotResolved', `${listed(dead)} does not resolve: ${who}`);
  }
  const unknown = names.filter((name) => answers.get(name) !== 'resolves');
  return unknown.length > 0
    ? say('Resolvable', 'Unknown', 'NoAnswer', `no answer about ${listed(unknown)}`)
    : say('Resolvable', 'True', 'Resolved', 'each exact name resolves');
}

function resolvableField(said: Said | undefined, before: EgressRuleStatus): Pick<EgressRuleStatus, 'resolvable'> {
  if (said === undefined) return {};
  if (said.status === 'Unknown') return before.resolvable === undefined ? {} : { resolvable: before.resolvable };
  return { resolvable: said.status === 'True' };
}

function reviewDue({ rule, terms }: Known, reviewMs: number | undefined, found: Found): Said[] {
  if (reviewMs === undefined) return [];
  if (reviewMs > terms.nowMs) return [say('ReviewDue', 'False', 'Reviewed', `to be reviewed by ${iso(reviewMs)}`)];
  const { owner, endpoints } = rule.spec;
  const answers = auditOf({ owner, endpoints, ...found }).map(({ question, answer }) => `${question} ${answer}.`);
  return [say('ReviewDue', 'True', 'Overdue', `to be reviewed since ${iso(reviewMs)}. ${answers.join(' ')}`)];
}

/** An Emergency ends within a day: nobody is told of that seven days before. */
function expired({ rule: { spec }, phase, terms }: Known): Said[] {
  const { expiresAt, kind } = spec;
  if (expiresAt === undefined) return [];
  if (phase === 'Expired') return [say('Expired', 'True', 'Ended', `it ended at ${expiresAt}`)];
  return endMs(spec) - NOTICE_MS <= terms.nowMs && kind === 'Normal' && spec.effect === 'Allow'
    ? [
        say(
          'Expired',
          'False',
          EXPIRING,
          `it ends at ${expiresAt}: extend it, or take it out of the lists that carry it`,
        ),
      ]
    : [say('Expired', 'False', 'InTime', `it ends at ${expiresAt}`)];
}

/** When something of it changes by time alone, Unix ms. */
export function dueTimes({ rule, phase, consented, terms: { nowMs } }: Known): number[] {
  const end = endMs(rule.spec);
  const review = isReviewOver(rule, phase, consented.consent) ? undefined : nextReviewMs(rule, consented.consent);
  const times = [end, rule.spec.kind === 'Normal' ? end - NOTICE_MS : Infinity, review ?? Infinity];
  return times.filter((ms) => Number.isFinite(ms) && ms > nowMs);
}

const approvalsOf = ({ counting }: Consented): NonNullable<EgressRuleStatus['approvals']> =>
  counting.slice(0, MAX_NAMED_APPROVALS).map(({ name, approver, kind, time }) => ({ name, approver, kind, time }));
