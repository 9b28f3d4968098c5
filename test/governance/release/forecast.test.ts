/** What is said of grace periods that have not ended yet must be what the guard says when they have. */
import { expect } from 'chai';
import fc from 'fast-check';
import { forecast, guard, policyPlan } from '../../../pkg/governance/index.js';
import { clockOf, DAY, findingsOf, HOUR, liveOf, NOW, range, specOf, type SpecInput } from '../builders.js';

const GUARDS: NonNullable<SpecInput['guards']> = { maxLeaving: '25%', minMembers: 1, window: '24h' };

describe('forecast', () => {
  const rows: { reason: string; since: number[]; members: number; guards?: SpecInput['guards']; says: unknown }[] = [
    { reason: 'no clock runs', since: [], members: 4, says: undefined },
    { reason: 'a quarter may leave', since: [0, 0], members: 8, says: undefined },
    {
      reason: 'more than a quarter at once',
      since: [0, 0, 0],
      members: 8,
      says: { guards: ['guards.maxLeaving (25%)'], isAll: true },
    },
    {
      reason: 'everybody',
      since: [0, 0],
      members: 2,
      says: { guards: ['guards.minMembers (1)', 'guards.maxLeaving (25%)'], isAll: true },
    },
    {
      reason: 'a limit that is a number',
      since: [0, 0, 0],
      members: 100,
      guards: { maxLeaving: 2 },
      says: { guards: ['guards.maxLeaving (2)'], isAll: true },
    },
    {
      reason: 'small steps within one window',
      since: [0, HOUR, 2 * HOUR],
      members: 8,
      says: { guards: ['guards.maxLeaving (25%)'], isAll: false },
    },
    { reason: 'small steps in windows of their own', since: [0, DAY, 2 * DAY], members: 16, says: undefined },
    {
      reason: 'small steps that leave too few in the end',
      since: [0, 10 * DAY],
      members: 5,
      guards: { maxLeaving: '100%', minMembers: 4 },
      says: { guards: ['guards.minMembers (4)'], isAll: false },
    },
  ];
  for (const { reason, since, members, guards, says } of rows) {
    it(`${says === undefined ? 'says nothing' : 'names the guard'}: ${reason}`, () => {
      const clocks = since.map((later, index) => clockOf(index + 1, NOW + later));
      const spec = specOf({ guards: { ...GUARDS, ...guards } });
      expect(forecast({ clocks, members }, spec.guards)).to.deep.equal(says);
    });
  }

  it('counts who left already in the window that runs', () => {
    const clocks = [clockOf(1, NOW - HOUR)];
    const { guards } = specOf({ guards: { ...GUARDS, window: '48h' } });
    const window = { startTime: new Date(NOW).toISOString(), members: 8, left: 2 };
    expect(forecast({ clocks, members: 6, window }, guards)?.guards).to.deep.equal(['guards.maxLeaving (25%)']);
    expect(forecast({ clocks, members: 6 }, guards)).to.equal(undefined);
  });

  it('agrees with the guard about clocks of one pass, whatever the numbers', () => {
    const counts = fc.record({
      members: fc.integer({ min: 1, max: 40 }),
      leaving: fc.integer({ min: 1, max: 40 }),
      share: fc.integer({ min: 1, max: 100 }),
      minMembers: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(counts, ({ members, leaving, share, minMembers }) => {
        const spec = specOf({ guards: { maxLeaving: `${share}%`, minMembers, window: '24h' } });
        const who = range(1, Math.min(members, leaving));
        const findings = findingsOf(Object.fromEntries(who.map((id) => [id, 'valid_non_production'])));
        const clocks = who.map((id) => clockOf(id, NOW - DAY));
        const live = liveOf(range(1, members));
        const memory = { leaving: clocks };
        const { hold } = guard(policyPlan({ findings, absent: [] }, live, spec, memory, NOW), spec.guards, memory, NOW);
        const says = forecast({ clocks, members }, spec.guards)?.guards.join();
        expect(says !== undefined, says).to.equal(hold !== undefined);
        const words = { TooFewMembers: 'guards.minMembers', TooManyLeaving: 'guards.maxLeaving', Contested: '' };
        if (hold !== undefined) expect(says).to.include(words[hold.reason as keyof typeof words]);
      }),
    );
  });
});
