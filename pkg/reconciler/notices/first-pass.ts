/** The one message of the first pass of a policy: how the organization was found. Pure. */
import { isToCorrect } from '../../api/index.js';
import type { Sighting } from '../../notify/index.js';
import type { PassPublication } from '../publishers/publisher.js';
import { conditionOf } from './sight.js';

/** Undefined of every pass but the first that counted anything. */
export function firstPass({ previous, status, outcome, organization }: PassPublication): Sighting | undefined {
  const { compliance } = status;
  if (previous.compliance !== undefined || compliance === undefined) return undefined;
  const { total, production, summary } = compliance;
  const faulty = (status.findings ?? []).filter((each) => isToCorrect(each.status));
  const parts = [
    `${total} repositories, ${production} in production, ${summary} of those governed`,
    acted(outcome),
    faulty.length === 0
      ? 'every catalogue file can be read'
      : `to correct: ${faulty.map((each) => `${each.count} ${each.status}`).join(', ')}`,
    ...['Held', 'Stalled'].flatMap((type) => conditionOf(status, type as 'Held' | 'Stalled')?.message ?? []),
  ];
  const compliant = conditionOf(status, 'Compliant');
  const trouble = compliant?.status === 'False' && compliant.reason !== 'Ungoverned' ? [compliant.message] : [];
  return {
    event: 'FirstPass',
    message: `The first pass over ${organization} has ended: ${[...parts, ...trouble].join('; ')}`,
  };
}

function acted({ acted: done, request }: PassPublication['outcome']): string {
  const { toEnter = [], toLeave = [] } = done?.decision ?? {};
  if (done?.written === true) return `${toEnter.length} entered, ${toLeave.length} left`;
  return request.policy.spec.mode === 'Observe'
    ? `${toEnter.length} would enter, ${toLeave.length} would leave`
    : 'nothing was written';
}
