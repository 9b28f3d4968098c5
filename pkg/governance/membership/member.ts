/**
 * Each member as it is now with what this pass knows of it. Every member gets an entry, whatever was observed: one that
 * nobody looked at is kept, because unknown is not absent.
 */
import { GONE, type ExitClock } from '../../api/index.js';
import type { AbsentMember } from '../findings/finding.js';
import { absentSentence } from '../findings/sentence.js';
import { whyKept, type Effect } from './effect.js';
import type { Subject, Subjects } from './subject.js';

export interface Member extends Omit<Subject, 'effect'> {
  /** `transferred`: proved, to another owner. `gone`: by a 404 that counts as a proof in this pass. */
  effect: Effect | 'transferred' | 'gone';
  /** True where the listing, or a look-up by id, showed it in the organization: then it is not gone. */
  isSeen: boolean;
}

export interface Known {
  subjects: Subjects;
  absent: readonly AbsentMember[];
  /** Clocks of earlier passes: the last resort for a name. */
  clocks: readonly ExitClock[];
}

/** All members, in no order that means anything. */
export function membersOf(ids: Iterable<number>, known: Known): Member[] {
  const absent = new Map(known.absent.map((member) => [member.id, member]));
  const names = new Map(known.clocks.map((clock) => [clock.id, clock.name]));
  return [...ids].map((id) => {
    const subject = known.subjects.get(id);
    if (subject !== undefined) return Object.assign({}, subject, { isSeen: true }); // for few bytes: pkg/base/with-fields.ts
    const missing = absent.get(id);
    return unlisted(id, missing?.name ?? names.get(id) ?? `repository ${id}`, missing);
  });
}

function unlisted(id: number, name: string, member: AbsentMember | undefined): Member {
  const fate = member?.fate;
  const isAway = fate === 'gone' || fate === 'transferred';
  const status = isAway ? GONE : 'unobserved';
  return {
    id,
    name,
    status,
    effect: isAway ? fate : 'kept',
    isSeen: fate === 'unseen',
    isProved: isAway,
    sentence: absentSentence(member),
    whyKept: whyKept(status),
  };
}
