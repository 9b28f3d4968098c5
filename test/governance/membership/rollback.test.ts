/** What a rollback plans: laws over random sights, and who is told what. */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  guard,
  policyPlan,
  rollbackPlan,
  toConfirm,
  type Decision,
  type Memory,
} from '../../../pkg/governance/index.js';
import { findingOf, HOUR, idsOf, liveOf, NOW, specOf } from '../builders.js';
import { history, isDesired, isEvidence, isTransferred, observe, REPOSITORIES, runs, sightOf } from './histories.js';

const ids = fc.uniqueArray(fc.integer({ min: 1, max: REPOSITORIES }), { maxLength: REPOSITORIES });
const MEMORY: Memory = { leaving: [] };

describe('a rollback', () => {
  it('lets nobody leave but who is not in the record and speaks against itself in this very pass; guards count it', () => {
    fc.assert(
      fc.property(history(0), ids, ({ spec, live, passes: [pass] }, recorded) => {
        if (pass === undefined) return;
        const restored = new Set(recorded);
        const plan = rollbackPlan(restored, observe(pass), { live: liveOf(live), spec, memory: MEMORY, now: NOW });
        const decision = guard(plan, spec.guards, MEMORY, NOW);
        const target = new Set(decision.target);
        for (const id of live) {
          const seen = sightOf(pass, id);
          const isKept = restored.has(id) || !isEvidence(pass, id, spec);
          if (isKept) expect(target.has(id) || isTransferred(seen), `${id}: ${seen}`).to.equal(true);
          else expect(idsOf([...plan.leave, ...plan.retain]), `${id} waits for no grace period`).to.include(id);
          if (!isKept && spec.mode !== 'EnterOnly') expect(idsOf(plan.leave)).to.include(id);
        }
        const allowed = new Set([...recorded, ...live]);
        for (const id of target)
          expect(allowed.has(id) || isDesired(sightOf(pass, id), spec), `${id} entered`).to.equal(true);
        expect(decision.window?.left ?? 0).to.equal(
          decision.toLeave.filter(({ id }) => !isTransferred(sightOf(pass, id))).length,
        );
      }),
      runs,
    );
  });

  it('restores whom the pass sees, whatever its file says, and leaves out who is not there any more', () => {
    const findings = [
      findingOf(1, 'valid_production'),
      findingOf(2, 'valid_non_production'),
      findingOf(3, 'archived_skipped'),
      findingOf(4, 'unobserved'),
    ];
    const plan = rollbackPlan(
      new Set([2, 3, 4, 5]),
      { findings, absent: [] },
      { live: liveOf([1]), spec: specOf(), memory: MEMORY, now: NOW },
    );
    expect(idsOf(plan.enter)).to.deep.equal([2, 3, 4]);
    expect(plan.enter[0]?.reason).to.equal('entity.datadog.yaml:7 says lifecycle staging; restored by the rollback');
    expect(plan.stay, 'it is in production').to.deep.equal([1]);
  });

  it('keeps whom an exemption decides about, also where the exemption releases it', () => {
    const exemption = {
      ...{ repository: 'svc-1', effect: 'Release' as const, reason: 'Retired', owner: 'team-x' },
      expiresAt: '2100-01-01T00:00:00Z',
    };
    const finding = findingOf(1, 'valid_production', { exemption });
    const plan = rollbackPlan(
      new Set([2]),
      { findings: [finding], absent: [] },
      { live: liveOf([1, 2]), spec: specOf({ exit: { gracePeriod: '0s' } }), memory: MEMORY, now: NOW },
    );
    expect(plan.leave).to.deep.equal([]);
    expect(plan.retain.find(({ id }) => id === 1)?.reason).to.match(/; stays, since an exemption decides about it$/);
  });

  it('asks a second time about everybody who would leave by it, and about nobody whom it restores', () => {
    const findings = [1, 2, 3].map((id) => findingOf(id, 'valid_non_production', { confirmed: false }));
    const asked = (restored?: ReadonlySet<number>): number[] =>
      idsOf(toConfirm({ findings, live: liveOf([1, 2]), clocks: [clock(1), clock(2)], restored }, specOf(), NOW));
    expect(asked(), 'their grace period runs').to.deep.equal([]);
    expect(asked(new Set([2]))).to.deep.equal([1]);
  });

  it('starts the exit clock of whom a guard holds, so that its grace period counts from now', () => {
    const findings = [findingOf(1, 'valid_non_production'), findingOf(2, 'valid_production')];
    const spec = specOf({ guards: { maxLeaving: 0 } });
    const plan = rollbackPlan(
      new Set([2]),
      { findings, absent: [] },
      { live: liveOf([1, 2]), spec, memory: MEMORY, now: NOW },
    );
    const { hold, clocks } = guard(plan, spec.guards, MEMORY, NOW);
    expect(hold?.reason).to.equal('TooManyLeaving');
    expect(clocks.map(({ id, dueTime }) => [id, Date.parse(dueTime) - NOW])).to.deep.equal([[1, 24 * HOUR]]);
  });
});

describe('after a rollback', () => {
  const findings = [
    findingOf(1, 'valid_non_production'),
    findingOf(2, 'valid_production'),
    findingOf(3, 'valid_production'),
  ];
  const spec = specOf({ exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } });
  const decide = (memory: Partial<Memory>): Decision => {
    const plan = policyPlan({ findings, absent: [] }, liveOf([1, 2]), spec, MEMORY, NOW);
    return guard(plan, spec.guards, { ...MEMORY, rolledBack: true, ...memory }, NOW);
  };

  it('nobody leaves whatever the other guards allow, and what enters enters', () => {
    const { hold, target, held } = decide({});
    expect([hold?.reason, target]).to.deep.equal(['RolledBack', [1, 2, 3]]);
    expect(idsOf(held?.leaving ?? [])).to.deep.equal([1]);
  });

  it('what an approval covers leaves, and the hold goes on without anybody in it', () => {
    const { hold, target, held } = decide({
      approvals: ({ leaving }) => [
        { approver: 'ann', changes: leaving.map((change) => ({ ...change, scope: 'leave' as const })) },
      ],
    });
    expect([hold?.reason, hold?.message, target]).to.deep.equal([
      'RolledBack',
      'Rolled back; nobody leaves but by an approval until the rollback is released',
      [2, 3],
    ]);
    expect(held?.leaving).to.deep.equal([]);
  });
});

const clock = (
  id: number,
): { id: number; name: string; reason: 'valid_non_production'; since: string; dueTime: string } => ({
  ...{ id, name: `svc-${id}`, reason: 'valid_non_production' },
  ...{ since: new Date(NOW - HOUR).toISOString(), dueTime: new Date(NOW + 23 * HOUR).toISOString() },
});
