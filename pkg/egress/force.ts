/** What becomes of an egress rule by time, approval and other rules. Pure: the time is handed in. */
import { durationMs, type EgressRule } from '../api/index.js';
import { overlap } from './endpoints.js';

export const DAY_MS = 86_400_000;
/** How long before its end a Normal rule is told of, and how long one that was withdrawn stays in the lists that are rendered. */
export const NOTICE_MS = 7 * DAY_MS;
/** Within this an Emergency has to be reviewed. */
const EMERGENCY_REVIEW_MS = 7 * DAY_MS;

export type Phase = 'Invalid' | 'Pending' | 'InForce' | 'Expired';

/** People who approved a rule, as far as that counts. */
export interface Consent {
  isApproved: boolean;
  /** When it was last approved or reviewed, Unix ms. */
  reviewedMs?: number;
}

export interface Terms {
  /** Unix ms. */
  nowMs: number;
  /** The operator's limit on how far ahead an Emergency ends. */
  emergencyLimitMs: number;
}

type Rule = Pick<EgressRule, 'metadata' | 'spec'>;

/** Why a rule may not be in force whatever people say; counted from when it was made, so that it cannot be put off. */
export function emergencyFault({ metadata, spec }: Rule, { emergencyLimitMs }: Terms): string | undefined {
  if (spec.kind !== 'Emergency') return undefined;
  const aheadMs = endMs(spec) - Date.parse(metadata.creationTimestamp);
  if (aheadMs <= emergencyLimitMs) return undefined;
  const latest = new Date(Date.parse(metadata.creationTimestamp) + emergencyLimitMs).toISOString();
  return `spec.expiresAt: found ${spec.expiresAt ?? 'none'}, allowed: ${latest} at the latest for an Emergency that was made at ${metadata.creationTimestamp}`;
}

/** Unix ms; Infinity where it has no end. */
export const endMs = ({ expiresAt }: EgressRule['spec']): number =>
  expiresAt === undefined ? Infinity : Date.parse(expiresAt);

export function phaseOf(rule: Rule, { isApproved }: Consent, terms: Terms): Phase {
  if (emergencyFault(rule, terms) !== undefined) return 'Invalid';
  if (endMs(rule.spec) <= terms.nowMs) return 'Expired';
  const { effect, kind } = rule.spec;
  return effect === 'Deny' || kind === 'Emergency' || isApproved ? 'InForce' : 'Pending';
}

/** When the rule has to be reviewed, Unix ms; undefined while nothing of it was ever in force. */
export function nextReviewMs({ metadata, spec }: Rule, { isApproved, reviewedMs }: Consent): number | undefined {
  const madeMs = Date.parse(metadata.creationTimestamp);
  const everyMs = durationMs(spec.reviewEvery);
  if (reviewedMs !== undefined && (isApproved || spec.effect === 'Deny' || spec.kind === 'Emergency'))
    return reviewedMs + everyMs;
  if (spec.kind === 'Emergency') return madeMs + EMERGENCY_REVIEW_MS;
  return spec.effect === 'Deny' ? madeMs + everyMs : undefined;
}

/** An Emergency that ended and was reviewed needs no further review; everything else that was in force does until it goes. */
export const isReviewOver = (rule: Rule, phase: Phase, { reviewedMs }: Consent): boolean =>
  phase === 'Expired' && (rule.spec.kind === 'Normal' || reviewedMs !== undefined);

/** Endpoints of a rule that a Deny in force takes away, with the name of that Deny. */
export function deniedOf(
  { spec: { endpoints } }: Pick<EgressRule, 'spec'>,
  denies: readonly Pick<EgressRule, 'metadata' | 'spec'>[],
): { endpoint: string; by: string }[] {
  return endpoints.flatMap((endpoint) => {
    const deny = denies.find((each) => each.spec.endpoints.some((denied) => overlap(endpoint, denied)));
    return deny === undefined ? [] : [{ endpoint, by: deny.metadata.name }];
  });
}
