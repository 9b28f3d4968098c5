/**
 * Each member of the live ruleset with what this pass knows of it. Every member gets an entry, whatever the
 * observation holds: one that nobody looked at is kept, because unknown is not absent.
 */
import { GONE, type ExitClock, type LiveRuleset, type PlanStatus, type PolicySpec } from '../api/index.js';
import { absentSentence, sentence } from './sentence.js';
import { restsOnListing } from './evidence.js';
import { standing, type Standing } from './standing.js';
import type { AbsentMember, Finding, Observation } from './types.js';

export interface Member {
  id: number;
  name: string;
  status: PlanStatus;
  /** `transferred`: proved, to another owner. `gone`: by a 404 that counts as a proof in this pass. */
  standing: Standing | 'transferred' | 'gone';
  /** True where the listing, or a look-up by id, showed it in the organization: then it is not gone. */
  isSeen: boolean;
  /** True where this pass proved what its listing or its files say. */
  isProved: boolean;
  sentence: string;
  commit?: string;
  author?: string;
}

const PROTECTION: readonly Standing[] = ['contrary', 'kept', 'desired'];

/** Findings by id. A listing that names one repository twice contradicts itself, so the finding that protects more counts. */
export function findingsByID(findings: readonly Finding[], spec: PolicySpec): ReadonlyMap<number, Finding> {
  const byID = new Map<number, Finding>();
  const protection = (finding: Finding): number => PROTECTION.indexOf(standing(finding.status, spec.catalog));
  for (const finding of findings) {
    const other = byID.get(finding.id);
    if (other === undefined || protection(finding) > protection(other)) byID.set(finding.id, finding);
  }
  return byID;
}

export interface Known {
  findings: ReadonlyMap<number, Finding>;
  absent: Observation['absent'];
  /** Clocks of earlier passes: the last resort for a name. */
  clocks: readonly ExitClock[];
}

/** All members of the live ruleset, in no order that means anything. */
export function membersOf(live: LiveRuleset, known: Known, spec: PolicySpec): Member[] {
  const absent = new Map(known.absent.map((member) => [member.id, member]));
  const names = new Map(known.clocks.map((clock) => [clock.id, clock.name]));
  return [...live.members].map((id) => {
    const finding = known.findings.get(id);
    if (finding !== undefined) return listed(finding, spec);
    const missing = absent.get(id);
    return unlisted(id, missing?.name ?? names.get(id) ?? `repository ${id}`, missing);
  });
}

function listed(finding: Finding, spec: PolicySpec): Member {
  const { id, name, status, commit, author } = finding;
  return {
    id,
    name,
    status,
    standing: standing(status, spec.catalog),
    isSeen: true,
    isProved: restsOnListing(status) || finding.confirmed === true,
    sentence: sentence(finding, spec),
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
  };
}

function unlisted(id: number, name: string, member: AbsentMember | undefined): Member {
  const fate = member?.fate;
  const isAway = fate === 'gone' || fate === 'transferred';
  return {
    id,
    name,
    status: isAway ? GONE : 'unobserved',
    standing: isAway ? fate : 'kept',
    isSeen: fate === 'unseen',
    isProved: isAway,
    sentence: absentSentence(member),
  };
}
