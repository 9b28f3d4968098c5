/**
 * The plan of a rollback: a record says who ought to be a member, and what a pass sees now says who may not leave. Of the members
 * that the record does not have only those leave that speak against themselves in this very pass; their grace period is waived, and
 * nothing else is. Who is in production enters as ever: taking that back would unprotect it.
 */
import { durationMs, type PolicySpec } from '../../api/index.js';
import type { Observation } from '../findings/finding.js';
import { findingEffect, whyKept } from './effect.js';
import { plan, type Membership } from './plan.js';
import { rulesOf } from './policy-plan.js';
import { subjectsOf, type SubjectRules } from './subject.js';
import type { Memory, Plan } from './types.js';

/** Ids of the membership that is to be restored. */
export type Restored = ReadonlySet<number>;

/** What each finding does while that membership is restored. */
export function rollbackRules(restored: Restored, spec: PolicySpec): SubjectRules {
  const { sentenceOf } = rulesOf(spec);
  return {
    effectOf: (finding) => {
      if (restored.has(finding.id)) return 'desired';
      const effect = findingEffect(finding, spec.catalog);
      // An exemption is no observation of the repository, and its own grace period is not that of a file.
      return finding.exemption !== undefined && effect === 'contrary' ? 'kept' : effect;
    },
    sentenceOf: (finding) =>
      restored.has(finding.id) ? `${sentenceOf(finding)}; restored by the rollback` : sentenceOf(finding),
    whyKept: ({ status, exemption }) =>
      exemption === undefined ? whyKept(status) : 'stays, since an exemption decides about it',
  };
}

/** `now` is the start of the pass, Unix ms. */
export function rollbackPlan(
  restored: Restored,
  { findings, absent, isBlind, seenMs }: Observation,
  { live, spec, memory, now }: { live: Membership; spec: PolicySpec; memory: Memory; now: number },
): Plan {
  const subjects = subjectsOf(findings, live.members, rollbackRules(restored, spec));
  const desired = {
    ...{ subjects, absent },
    ...(isBlind !== undefined && { isBlind }),
    ...(seenMs !== undefined && { seenMs }),
  };
  const terms = {
    ...{ graceMs: durationMs(spec.exit.gracePeriod), isGraceWaived: true },
    isEnterOnly: spec.mode === 'EnterOnly',
  };
  return plan(desired, live, terms, memory, now);
}
