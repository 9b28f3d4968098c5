/** A write that GitHub refused. With a server: test/integration/refused-writes.test.ts. */
import { GONE, type PolicyStatus } from '../../../../pkg/api/index.js';
import { at, clockOf, HOUR, NOW } from '../../../governance/builders.js';
import { after, answered, before, NO_TRACE, noTrace, READY, ready, testAll, type Case } from './table.js';
import { rulesetOf } from '../../ports.js';

const refusedFor = (...named: number[]): { state: 'refused'; why: string; named: Set<number> } => ({
  ...{ state: 'refused', why: 'HTTP 422', named: new Set(named) },
});

/** A member that two proofs say is gone: the clock of the first is more than an hour old. */
const goneMember = { id: 9, fate: 'gone' } as const;
const goneStatus: PolicyStatus = { leaving: [clockOf(9, NOW - 2 * HOUR, { reason: GONE, dueTime: at(NOW - HOUR) })] };
const gone = {
  ...{ members: [1, 2, 9], spec: { mode: 'EnterOnly' }, status: goneStatus, absent: [goneMember] },
} as const satisfies Partial<Case>;

const CASES: readonly Case[] = [
  {
    reason: 'refused, and nobody is named: the same write would be refused again',
    reads: [before, ...noTrace()],
    github: { puts: [refusedFor()] },
    order: [...READY, ...NO_TRACE],
    ends: { error: 'PLUS1_WRITE_REFUSED', message: /HTTP 422/, live: '1+2+3', left: [3] },
  },
  {
    reason: 'refused, and a later read shows the write: who left is counted',
    reads: [before, before, after],
    github: { puts: [refusedFor()] },
    order: [...READY, 'essential read', 'pause 0', 'essential read'],
    ends: { written: true, live: '1+2+4', left: [3] },
  },
  {
    reason: 'refused, and a read shows a part of it: the reason is told, and who is gone by it stays counted',
    reads: [before, rulesetOf([1, 2])],
    github: { puts: [refusedFor()] },
    order: [...READY, 'essential read'],
    ends: {
      ...{ error: 'PLUS1_WRITE_REFUSED', message: /HTTP 422/ },
      ...{ pending: true, intended: true, live: '1+2', left: [3] },
    },
  },
  {
    reason: 'refused for a member that is no proof of anything: nobody leaves because a text names an id',
    reads: [before, ...noTrace()],
    github: { puts: [refusedFor(2)] },
    order: [...READY, ...NO_TRACE],
    ends: { error: 'PLUS1_WRITE_REFUSED', live: '1+2+3', left: [3] },
  },
  {
    reason: 'refused for a member that two proofs say is gone: sent without it, after the first intent is taken back',
    ...gone,
    reads: [rulesetOf([1, 2, 9]), rulesetOf([1, 2, 9])],
    github: { puts: [refusedFor(9), answered()] },
    order: [
      ...ready('1+2+4+9'),
      ...['may write', 'superseded 1+2+4+9', 'intent 1+2+4'],
      ...['essential read', 'may write', 'essential PUT 1+2+4'],
    ],
    ends: { written: true, live: '1+2+4', left: [9] },
  },
  {
    reason: 'refused once more without it: the cause is another one, and there is no third try',
    ...gone,
    reads: [rulesetOf([1, 2, 9]), rulesetOf([1, 2, 9]), ...noTrace(rulesetOf([1, 2, 9]))],
    github: { puts: [refusedFor(9), refusedFor(2)] },
    order: [
      ...ready('1+2+4+9'),
      ...['may write', 'superseded 1+2+4+9', 'intent 1+2+4'],
      ...['essential read', 'may write', 'essential PUT 1+2+4', ...NO_TRACE],
    ],
    ends: { error: 'PLUS1_WRITE_REFUSED', live: '1+2+9', left: [9] },
  },
  {
    reason: 'refused, and the new plan sends less but changes nothing: the write stays refused',
    reads: [before, ...noTrace()],
    decide: (first) => ({ ...first, target: [1, 2], changes: false }),
    github: { puts: [refusedFor(4)] },
    order: [...READY, ...NO_TRACE],
    ends: { error: 'PLUS1_WRITE_REFUSED', live: '1+2+3', left: [3] },
  },
];

describe('Act, after a write that GitHub refused', () => testAll(CASES));
