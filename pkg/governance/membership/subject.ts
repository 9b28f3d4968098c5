/**
 * Repositories with their effect on the membership. Those whose effect is `desired` are the desired set. A plan takes both from
 * outside: from a policy's findings, or from wherever else it is known who ought to be a member.
 */
import { EXEMPTED, type PlanStatus } from '../../api/index.js';
import { SharedTexts } from '../../base/index.js';
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

/**
 * Where an exemption decides, the policy itself is the evidence, read in this pass: about a repository that GitHub showed, and where it names
 * that repository, a second answer must give it that name.
 */
function isProved({ confirmed, exemption, alsoNamed, isUnsettled, isUnseen }: Finding): boolean {
  if (exemption === undefined) return confirmed === true;
  if (exemption.effect === 'Govern') return true;
  if (exemption.repositoryID !== undefined) return isUnseen !== true;
  return alsoNamed !== undefined && isUnsettled !== true;
}

/**
 * Subjects by id, from findings: of members, and of those that ought to be. A plan asks for no other, and most repositories of an
 * organization are neither. What is found of them reads alike, and each sentence is in memory once.
 */
export function subjectsOf(
  findings: readonly Finding[],
  members: ReadonlySet<number>,
  { effectOf, sentenceOf, whyKept }: SubjectRules,
): Subjects {
  const subjects = new Map<number, Subject>();
  const texts = new SharedTexts();
  const concerned = findings.filter((finding) => members.has(finding.id) || effectOf(finding) === 'desired');
  for (const finding of findingsByID(concerned, effectOf).values()) {
    const { id, name, commit, author, exemption } = finding;
    const status = exemption === undefined ? finding.status : EXEMPTED;
    subjects.set(id, {
      id,
      name,
      status,
      effect: effectOf(finding),
      isProved: isProved(finding),
      sentence: texts.in(sentenceOf(finding)),
      whyKept: whyKept(finding),
      ...(commit !== undefined && { commit }),
      ...(author !== undefined && { author }),
    });
  }
  return subjects;
}
