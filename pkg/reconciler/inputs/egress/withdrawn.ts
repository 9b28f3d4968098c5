/**
 * Rules that were taken away while they were in force. What builds reach must not fail from one minute to the next: for seven days the
 * list that is rendered still has them, and the status of the policy names them; no longer than the rule itself was to last. An Emergency and
 * a Deny go at once. Pure.
 */
import type { EgressRule, PolicyStatus } from '../../../api/index.js';
import { endMs, NOTICE_MS } from '../../../egress/index.js';
import { iso } from './words.js';

export type Withdrawn = NonNullable<NonNullable<PolicyStatus['egress']>['withdrawn']>[number];

/** As many as the status has room for; those that end last stay. */
const MAX_WITHDRAWN = 32;

/** Those that went since the last pass of this process, as they were then. */
export function goneSince(before: ReadonlyMap<string, EgressRule>, there: ReadonlySet<string>): EgressRule[] {
  return [...before.values()].filter(({ metadata: { uid } }) => !there.has(uid));
}

/** What the status of the policy names from now on. `gone`: rules that were in force. */
export function withdrawnAfter(known: readonly Withdrawn[], gone: readonly EgressRule[], nowMs: number): Withdrawn[] {
  const isNoticed = ({ spec }: EgressRule): boolean => spec.effect === 'Allow' && spec.kind === 'Normal';
  const added = gone.filter(isNoticed).map(({ metadata: { name, uid }, spec }) => ({
    ...{ name, uid, endpoints: spec.endpoints, scope: spec.scope },
    until: iso(Math.min(nowMs + NOTICE_MS, endMs(spec))),
  }));
  return [...known, ...added]
    .filter(({ until }) => Date.parse(until) > nowMs)
    .sort((a, b) => Date.parse(a.until) - Date.parse(b.until))
    .slice(-MAX_WITHDRAWN);
}
