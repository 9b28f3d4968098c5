/** What the shared file is to a rule: whether it stands in it, by which pull request, and who approved that. Pure. */
import type { EgressRule, EgressRuleStatus } from '../../../../api/index.js';
import { entriesFor, entriesOf, isForAll, shortDigest } from '../../../../egress/index.js';
import type { GivenApproval } from '../../../../governance/index.js';
import type { Delivery } from './means.js';
import type { Merged } from './reviews.js';

/** Of a rule that stands, or is to stand, in the shared file, and of each Deny. */
export interface InSharedFile {
  /** Undefined where nobody looked in this pass: what was known stays. */
  delivery?: Delivery | undefined;
  /** All of it stands in the file, as it is now. */
  isThere: boolean;
  merged?: Merged | undefined;
}

/** Undefined of a rule that the shared file does not concern: one of a narrower scope is put into lists by people. */
export const concerns = ({ spec }: Pick<EgressRule, 'spec'>): boolean => spec.effect === 'Deny' || isForAll(spec);

export function inSharedFile(
  { rule, digest, denied }: { rule: EgressRule; digest: string; denied: readonly { endpoint: string }[] },
  delivery: Delivery | undefined,
  merged: ReadonlyMap<string, Merged>,
): InSharedFile {
  const wanted = entriesFor({ rule, digest, denied: denied.map(({ endpoint }) => endpoint) });
  const there = new Set(entriesOf(delivery?.sight?.base ?? '').map((entry) => `${entry.endpoint} ${entry.digest}`));
  const isThere = wanted.length > 0 && wanted.every((entry) => there.has(`${entry.endpoint} ${entry.digest}`));
  return { delivery, isThere, merged: merged.get(shortDigest(digest)) };
}

const PREFIX = 'pull/';

/**
 * Reviews as approvals, as the status keeps them: those of the pull request that was just read, else those of an earlier pass. They are of
 * no object, so that nothing becomes of them, and prove no groups.
 */
export function reviewApprovals(
  { status }: Pick<EgressRule, 'status'>,
  digest: string,
  merged: Merged | undefined,
): GivenApproval[] {
  const kept = status.digest === digest ? (status.approvals ?? []).filter(({ name }) => name.startsWith(PREFIX)) : [];
  const rows =
    merged === undefined
      ? kept
      : merged.approvers.map(({ login, time }) => ({ name: `${PREFIX}${merged.number}`, approver: login, time }));
  return rows.map(({ name, approver, time }) => ({
    ...{ name, uid: `${name} ${approver}`, approver, groups: [], kind: 'Normal' as const },
    ...{
      reason: `review of #${name.slice(PREFIX.length)}`,
      planHash: digest,
      time,
      verified: true,
      state: 'Used' as const,
    },
  }));
}

/** `status.delivered`. What nobody looked at stays as it was. */
export function deliveredField(
  shared: InSharedFile | undefined,
  { delivered: before }: EgressRuleStatus,
): Pick<EgressRuleStatus, 'delivered'> {
  if (shared === undefined) return {};
  const { delivery, isThere } = shared;
  if (delivery?.sight === undefined) return before === undefined ? {} : { delivered: before };
  if (isThere) return { delivered: inFile(shared, delivery.sight.baseHead, before) };
  const { state, pullRequest } = delivery;
  return state === 'Proposed' && pullRequest !== undefined ? { delivered: { pullRequest } } : {};
}

/** As long as nothing else is known, the commit is the one at which it was first seen there. */
function inFile(
  { merged }: InSharedFile,
  baseHead: string,
  before: EgressRuleStatus['delivered'],
): NonNullable<EgressRuleStatus['delivered']> {
  const number = merged?.number ?? before?.pullRequest;
  const commit = merged?.commit ?? before?.commit ?? baseHead;
  return { commit, ...(number !== undefined && { pullRequest: number }) };
}
