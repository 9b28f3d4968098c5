/** What comes due by time alone, so that a quick pass must look though nothing changed at GitHub. */
import { expect } from 'chai';
import type { PolicyStatus } from '../../../pkg/api/index.js';
import { SETTLED_AFTER_MS } from '../../../pkg/reconciler/memory/open-write.js';
import { isDueSince } from '../../../pkg/reconciler/pass/due.js';
import { specOf } from '../../governance/builders.js';

const NOW = Date.UTC(2026, 10, 22, 10);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const at = (ms: number): string => new Date(ms).toISOString();

const clock = (dueMs: number, reason: 'missing_file' | 'gone' = 'missing_file'): PolicyStatus => ({
  leaving: [{ id: 1, name: 'svc-1', reason, since: at(NOW - DAY), dueTime: at(dueMs) }],
});
const held = (more: PolicyStatus): PolicyStatus => ({
  ...more,
  hold: {
    ...{ planHash: `sha256:${'0'.repeat(64)}`, reason: 'TooManyLeaving', since: at(NOW - DAY) },
    ...{ count: 1, repositories: [], approvals: 0, ...more.hold },
  },
});
const window = { startTime: at(NOW - DAY), members: 4, left: 1 };

interface Case {
  what: string;
  status: PolicyStatus;
  spec?: Parameters<typeof specOf>[0];
  isDue: boolean;
}

const CASES: Case[] = [
  { what: 'nothing', status: {}, isDue: false },
  { what: 'a clock that is over', status: clock(NOW), isDue: true },
  { what: 'a clock that is over in a millisecond', status: clock(NOW + 1), isDue: false },
  { what: 'a clock that was over when the last pass decided', status: clock(NOW - MINUTE), isDue: false },
  { what: 'a clock of one that is gone, which a full pass proves', status: clock(NOW, 'gone'), isDue: false },
  { what: 'a clock in EnterOnly', status: clock(NOW), spec: { mode: 'EnterOnly' }, isDue: false },
  { what: 'the end of a window that holds', status: held({ window }), isDue: true },
  { what: 'the end of a window that holds nothing', status: { window }, isDue: false },
  {
    what: 'the end of the window of entries',
    status: held({ entryWindow: { ...window, left: 0 } as never }),
    isDue: true,
  },
  { what: 'a hold that expires', status: held({ hold: { expiryTime: at(NOW) } as never }), isDue: true },
  {
    what: 'a write that is settled by now',
    status: { pendingWrite: { planHash: 'x', startTime: at(NOW - SETTLED_AFTER_MS) } },
    isDue: true,
  },
  {
    what: 'a write that is not settled yet',
    status: { pendingWrite: { planHash: 'x', startTime: at(NOW - MINUTE) } },
    isDue: false,
  },
];

describe('What comes due between two passes', () => {
  for (const { what, status, spec = {}, isDue } of CASES)
    it(`${isDue ? 'is' : 'is not'} ${what}`, () => {
      expect(isDueSince({ afterMs: NOW - MINUTE, nowMs: NOW }, status, specOf(spec))).to.equal(isDue);
    });
});
