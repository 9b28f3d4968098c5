/** The quarterly audit of an egress rule: five questions, each answered by evidence where there is any. Pure. */
import { isWildcard, type EgressRuleStatus } from '../api/index.js';

export interface Evidence extends Pick<EgressRuleStatus, 'resolvable' | 'lastSeen' | 'jobs'> {
  owner: string;
  endpoints: readonly string[];
}

export interface Answer {
  question: string;
  answer: string;
  /** False where a person has to find it out. */
  isKnown: boolean;
}

/** In the order of the checklist. */
export function auditOf({ owner, endpoints, resolvable, lastSeen, jobs }: Evidence): Answer[] {
  const wild = endpoints.filter(isWildcard);
  const known = (question: string, answer: string): Answer => ({ question, answer, isKnown: true });
  const open = (question: string, answer: string): Answer => ({ question, answer, isKnown: false });
  return [
    known('Who owns it?', owner),
    resolvable === undefined
      ? open('Do its names still resolve?', 'not known')
      : known('Do its names still resolve?', resolvable ? 'yes' : 'no'),
    lastSeen === undefined
      ? open('When was it last seen in use?', 'no evidence, which does not prove that nobody uses it')
      : known('When was it last seen in use?', lastSeen),
    wild.length === 0
      ? known('Is there a narrower alternative?', 'it has no wildcard')
      : open('Is there a narrower alternative?', `names in place of ${wild.join(', ')}`),
    jobs === undefined
      ? open('Who carries it?', 'not known')
      : known('Who carries it?', `${jobs.carrying} of ${jobs.targeted} jobs`),
  ];
}
