/** The plan of a policy: its findings say who ought to be a member, its settings what that takes. */
import { durationMs, type PolicySpec } from '../../api/index.js';
import type { Observation } from '../findings/finding.js';
import { exemptionSentence, sentence } from '../findings/sentence.js';
import { findingEffect, whyKept } from './effect.js';
import { plan, type Membership } from './plan.js';
import { subjectsOf, type SubjectRules } from './subject.js';
import type { Memory, Plan } from './types.js';

/** What each status does under that policy, and how a finding reads. */
export function rulesOf(spec: PolicySpec): SubjectRules {
  return {
    effectOf: (finding) => findingEffect(finding, spec.catalog),
    sentenceOf: (finding) =>
      finding.exemption === undefined ? sentence(finding, spec) : exemptionSentence(finding.exemption),
    whyKept: ({ status }) => whyKept(status),
  };
}

/** The plan of one pass. `now` is its start, Unix ms. */
export function policyPlan(
  { findings, absent, isBlind, seenMs }: Observation,
  live: Membership,
  spec: PolicySpec,
  memory: Memory,
  now: number,
): Plan {
  const subjects = subjectsOf(findings, live.members, rulesOf(spec));
  const terms = { graceMs: durationMs(spec.exit.gracePeriod), isEnterOnly: spec.mode === 'EnterOnly' };
  const desired = {
    ...{ subjects, absent },
    ...(isBlind !== undefined && { isBlind }),
    ...(seenMs !== undefined && { seenMs }),
  };
  return plan(desired, live, terms, memory, now);
}
