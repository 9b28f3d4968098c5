import { expect } from 'chai';
import { policyPlan, type AbsentMember, type Memory, type Plan } from '../../../pkg/governance/index.js';
import { clockOf, DAY, findingsOf, HOUR, idsOf, liveOf, NOW, specOf, type SpecInput } from '../builders.js';

describe('plan: a member that is gone by a 404', () => {
  const gone = (id = 1): AbsentMember => ({ id, name: `svc-${id}`, fate: 'gone' });
  const first = clockOf(1, NOW - HOUR, { reason: 'gone' });
  const planned = (absent: AbsentMember[], leaving: Memory['leaving'], spec: SpecInput = {}): Plan =>
    policyPlan({ findings: [], absent }, liveOf([1, 2]), specOf(spec), { leaving }, NOW);

  for (const gracePeriod of ['0s', '1s', '720h']) {
    it(`starts a clock of an hour with the first proof, with a grace period of ${gracePeriod}`, () => {
      const made = planned([gone()], [], { exit: { gracePeriod } });
      expect([made.leave, made.gone]).to.deep.equal([[], []]);
      expect(made.clocks).to.deep.equal([
        { id: 1, name: 'svc-1', reason: 'gone', since: '2026-11-22T10:00:00Z', dueTime: '2026-11-22T11:00:00Z' },
      ]);
      expect(made.retain.find(({ id }) => id === 1)?.reason).to.equal(
        'gone: not listed and not found by its id, and the credential is proved to see every repository; ' +
          'leaves when a pass after 2026-11-22T11:00:00Z proves it again',
      );
    });

    it(`leaves with a second proof an hour later, with a grace period of ${gracePeriod}`, () => {
      const made = planned([gone()], [first], { exit: { gracePeriod } });
      expect(made.leave.map(({ id, status }) => [id, status])).to.deep.equal([[1, 'gone']]);
      expect(made.gone, 'guards count it').to.deep.equal([]);
    });
  }

  it('stays a millisecond before the hour is over', () => {
    const early = clockOf(1, NOW - HOUR + 1, { reason: 'gone' });
    expect(planned([gone()], [early]).leave).to.deep.equal([]);
  });

  it('stays, and its clock starts again, where what its file said ran out before', () => {
    const made = planned([gone()], [clockOf(1, NOW - 9 * DAY)]);
    expect(made.leave).to.deep.equal([]);
    expect(made.clocks).to.deep.equal([{ ...first, since: '2026-11-22T10:00:00Z', dueTime: '2026-11-22T11:00:00Z' }]);
  });

  for (const fate of ['missing', 'unknown'] as const) {
    it(`is neither completed nor cleared by ${fate}`, () => {
      const made = planned([{ id: 1, fate }], [first]);
      expect([made.leave, idsOf(made.clocks)]).to.deep.equal([[], [1]]);
    });
  }

  it('is neither completed nor cleared where nobody looked', () => {
    const made = planned([], [first]);
    expect([made.leave, idsOf(made.clocks)]).to.deep.equal([[], [1]]);
  });

  it('counts again from the first proof after a look-up showed it', () => {
    expect(planned([{ id: 1, fate: 'unseen' }], [first]).clocks).to.deep.equal([]);
  });

  for (const status of ['unobserved', 'valid_non_production', 'valid_production'] as const) {
    it(`counts again from the first proof after a listing showed it, ${status}`, () => {
      const made = policyPlan(
        { findings: findingsOf({ 1: status }), absent: [] },
        liveOf([1, 2]),
        specOf(),
        { leaving: [clockOf(1, NOW - 9 * DAY, { reason: 'gone' })] },
        NOW,
      );
      expect(made.leave).to.deep.equal([]);
      const since = status === 'valid_non_production' ? ['2026-11-22T10:00:00Z'] : [];
      expect(made.clocks.map((clock) => clock.since)).to.deep.equal(since);
    });
  }

  it('stays in EnterOnly, but where GitHub refused a write for it', () => {
    const spec = specOf({ mode: 'EnterOnly' });
    const leaves = (refused?: number[]): number[] =>
      idsOf(
        policyPlan(
          { findings: findingsOf({ 2: 'valid_non_production' }), absent: [gone(), { id: 3, fate: 'transferred' }] },
          liveOf([1, 2, 3]),
          spec,
          { leaving: [first, clockOf(2, NOW - 9 * DAY)], ...(refused && { refused: new Set(refused) }) },
          NOW,
        ).leave,
      );
    expect([leaves(), leaves([2, 3]), leaves([1, 2, 3])]).to.deep.equal([[], [], [1]]);
  });

  it('stays where nobody may leave, whatever GitHub refused', () => {
    const memory = { leaving: [first], refused: new Set([1]), freezeReason: 'stays while the clock is wrong' };
    const made = policyPlan(
      { findings: [], absent: [gone()] },
      liveOf([1, 2]),
      specOf({ mode: 'EnterOnly' }),
      memory,
      NOW,
    );
    expect(made.leave).to.deep.equal([]);
  });
});
