/**
 * Repositories with their effect on the membership. Those whose effect is `desired` are the desired set. A plan takes both from
 * outside: from a policy's findings, or from wherever else it is known who ought to be a member.
 */
import { EXEMPTED, type PlanStatus } from '../../api/index.js';
import type { Finding } from '../findings/finding.js';
import { EFFECTS, type Effect } from './effect.js';

/** One repository that this pass saw. */
export interface Subject {
  id: number;
  name: string;
  /** The word for why it enters or leaves. */
  status: PlanStatus;
  effect: Effect;
  /** True where this pass proved what speaks for or against it: only then does a contrary effect let a member leave. */
  isProved: boolean;
  /** What was found, for people. */
  sentence: string;
  /** Why it stays where its effect is `kept`, to end that sentence. */
  whyKept: string;
  commit?: string;
  author?: string;
}

export type Subjects = ReadonlyMap<number, Subject>;

/** What each finding does to membership. */
export type EffectOf = (finding: Finding) => Effect;

/** How findings become subjects. */
export interface SubjectRules {
  effectOf: EffectOf;
  sentenceOf: (finding: Finding) => string;
  whyKept: (finding: Finding) => string;
}

/** Findings by id. A listing that names one repository twice contradicts itself, so the finding that protects more counts. */
export function findingsByID(findings: readonly Finding[], effectOf: EffectOf): ReadonlyMap<number, Finding> {
  const byID = new Map<number, Finding>();
  const protection = (finding: Finding): number => EFFECTS.indexOf(effectOf(finding));
  for (const finding of findings) {
    const other = byID.get(finding.id);
    if (other === undefined || protection(finding) > protection(other)) byID.set(finding.id, finding);
  }
  return byID;
}

/** Subjects by id, from findings. */
export function subjectsOf(findings: readonly Finding[], { effectOf, sentenceOf, whyKept }: SubjectRules): Subjects {
  const subjects = new Map<number, Subject>();
  for (const finding of findingsByID(findings, effectOf).values()) {
    const { id, name, alsoNamed, isUnsettled = false, commit, author, confirmed, exemption } = finding;
    const status = exemption === undefined ? finding.status : EXEMPTED;
    subjects.set(id, {
      id,
      name,
      status,
      effect: effectOf(finding),
      // The policy itself is the evidence, read in this pass; where it names the repository, a second answer must give it that name.
      isProved:
        exemption === undefined
          ? confirmed === true
          : exemption.repositoryID !== undefined ||
            exemption.effect === 'Govern' ||
            (alsoNamed !== undefined && !isUnsettled),
      sentence: sentenceOf(finding),
      whyKept: whyKept(finding),
      ...(commit !== undefined && { commit }),
      ...(author !== undefined && { author }),
    });
  }
  return subjects;
}
