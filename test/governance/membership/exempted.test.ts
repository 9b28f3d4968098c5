/** What an exemption does to the plan: its own evidence, its own grace period, and no place in the figures of compliance. */
import { expect } from 'chai';
import type { Exemption, FindingStatus } from '../../../pkg/api/index.js';
import {
  compliance,
  policyPlan,
  toConfirm,
  toNameAgain,
  type Finding,
  type Memory,
  type Plan,
} from '../../../pkg/governance/index.js';
import { at, clockOf, DAY, findingOf, HOUR, idsOf, liveOf, NO_MEMORY, NOW, specOf } from '../builders.js';

const exemption = (effect: Exemption['effect']): Exemption => ({
  ...{ repository: 'x', effect, reason: 'Retired in the first quarter', owner: 'team-x' },
  expiresAt: at(NOW + 365 * DAY),
});

/** Not read again in this pass, as nobody asks about it. */
const exempted = (id: number, status: FindingStatus, effect: Exemption['effect']): Finding =>
  findingOf(id, status, { exemption: exemption(effect), alsoNamed: `svc-${id}`, confirmed: false });

/** The same, but no second answer gave it its name. */
function namedOnce(id: number): Finding {
  const { alsoNamed: _, ...once } = exempted(id, 'valid_production', 'Release');
  return once;
}

function planOf(findings: Finding[], members: number[], memory: Memory = NO_MEMORY, spec = specOf()): Plan {
  return policyPlan({ findings, absent: [] }, liveOf(members), spec, memory, NOW);
}

const EVERY: FindingStatus[] = [
  'valid_production',
  'valid_non_production',
  'missing_file',
  'invalid_yaml',
  'unobserved',
  'archived_skipped',
  'excluded',
];

describe('An exempted repository', () => {
  for (const status of EVERY) {
    it(`is governed by Govern, found as ${status}`, () => {
      expect(planOf([exempted(1, status, 'Govern')], []).enter).to.deep.include({
        ...{ id: 1, name: 'svc-1', status: 'exempted' },
        reason:
          'exempted: governed by the policy until 2027-11-22T10:00:00.000Z (team-x: Retired in the first quarter)',
      });
      const stays = planOf([exempted(1, status, 'Govern')], [1], { leaving: [clockOf(1, NOW - 2 * DAY)] });
      expect([stays.stay, stays.leave, stays.clocks]).to.deep.equal([[1], [], []]);
    });

    it(`does not enter by Release, and leaves with its own grace period, found as ${status}`, () => {
      expect(planOf([exempted(1, status, 'Release')], []).enter).to.deep.equal([]);
      const first = planOf([exempted(1, status, 'Release')], [1]);
      expect([first.leave, first.retain.map((item) => item.status)]).to.deep.equal([[], ['exempted']]);
      expect(first.clocks).to.have.length(1);
      expect(first.clocks[0]).to.include({ reason: 'exempted', since: '2026-11-22T10:00:00Z' });
      const due = planOf([exempted(1, status, 'Release')], [1], {
        leaving: [clockOf(1, NOW - DAY, { reason: 'exempted' })],
      });
      expect(due.leave.map((item) => [item.id, item.status])).to.deep.equal([[1, 'exempted']]);
    });
  }

  it('that one answer alone has named neither starts a clock nor leaves; one that the policy names by id does', () => {
    const due = { leaving: [clockOf(1, NOW - DAY, { reason: 'exempted' })] };
    expect(planOf([namedOnce(1)], [1]).clocks).to.deep.equal([]);
    const kept = planOf([namedOnce(1)], [1], due);
    expect([kept.leave, idsOf(kept.clocks)]).to.deep.equal([[], [1]]);
    const byID = { ...namedOnce(1), exemption: { ...exemption('Release'), repositoryID: 1 } };
    expect(idsOf(planOf([byID], [1], due).leave)).to.deep.equal([1]);
  });

  it('is asked for its name when its clock starts and when it would leave, and not in between', () => {
    const findings = [namedOnce(1), findingOf(3, 'valid_production')];
    const live = liveOf([1, 2, 3]);
    const asked = (sinceMs?: number): number[] => {
      const clocks = sinceMs === undefined ? [] : [clockOf(1, sinceMs, { reason: 'exempted' })];
      return idsOf(toNameAgain({ findings, live, clocks }, specOf({ exemptions: [exemption('Release')] }), NOW));
    };
    expect([asked(), asked(NOW - HOUR), asked(NOW - DAY)]).to.deep.equal([[1], [], [1]]);
  });

  it('governed by name: all others that would leave are asked for their names', () => {
    const findings = [
      findingOf(1, 'valid_non_production'),
      findingOf(2, 'missing_file'),
      findingOf(3, 'valid_production'),
    ];
    const doubtful = { findings, live: liveOf([1, 2, 3]), clocks: [clockOf(1, NOW - DAY), clockOf(2, NOW - HOUR)] };
    const asked = (repositoryID?: number): number[] => {
      const exemptions = [{ ...exemption('Govern'), ...(repositoryID !== undefined && { repositoryID }) }];
      return idsOf(toNameAgain(doubtful, specOf({ exemptions }), NOW));
    };
    expect([asked(), asked(9)]).to.deep.equal([[1], []]);
  });

  it('starts its grace period again where one by its file runs, and the other way round', () => {
    const byFile = { leaving: [clockOf(1, NOW - 2 * DAY)] };
    const released = planOf([exempted(1, 'valid_non_production', 'Release')], [1], byFile);
    expect([released.leave, released.clocks[0]?.since]).to.deep.equal([[], '2026-11-22T10:00:00Z']);
    const byExemption = { leaving: [clockOf(1, NOW - 2 * DAY, { reason: 'exempted' })] };
    const ended = planOf([findingOf(1, 'valid_non_production')], [1], byExemption);
    expect([ended.leave, ended.clocks[0]]).to.deep.include.members([[]]);
    expect(ended.clocks[0]).to.include({ reason: 'valid_non_production', since: '2026-11-22T10:00:00Z' });
  });

  it('loses its clock when the exemption ends and no file speaks against it', () => {
    const memory = { leaving: [clockOf(1, NOW - 2 * DAY, { reason: 'exempted' })] };
    for (const status of ['valid_production', 'invalid_yaml', 'unobserved'] as const)
      expect(planOf([findingOf(1, status)], [1], memory).clocks, status).to.deep.equal([]);
  });

  it('keeps its clock while no listing shows it', () => {
    const memory = { leaving: [clockOf(1, NOW - HOUR, { reason: 'exempted' })] };
    expect(idsOf(planOf([], [1], memory).clocks)).to.deep.equal([1]);
  });

  it('leaves though no repository at all has a file: the policy is the evidence', () => {
    const blind = [findingOf(2, 'missing_file'), exempted(1, 'missing_file', 'Release')];
    const memory = { leaving: [clockOf(1, NOW - DAY, { reason: 'exempted' }), clockOf(2, NOW - DAY)] };
    const { leave } = policyPlan({ findings: blind, absent: [], isBlind: true }, liveOf([1, 2]), specOf(), memory, NOW);
    expect(idsOf(leave)).to.deep.equal([1]);
  });

  it('is not asked about again; one whose exemption has ended is, before its file counts', () => {
    const clocks = [clockOf(1, NOW - 2 * DAY, { reason: 'exempted' })];
    const live = liveOf([1]);
    expect(
      toConfirm(
        { findings: [exempted(1, 'missing_file', 'Release'), findingOf(3, 'valid_production')], live, clocks },
        specOf(),
        NOW,
      ),
    ).to.deep.equal([]);
    const ended = [findingOf(1, 'valid_non_production', { confirmed: false })];
    expect(idsOf(toConfirm({ findings: ended, live, clocks }, specOf(), NOW))).to.deep.equal([1]);
  });

  it('has the word exempted in the hash, so that an approval of another reason does not cover it', () => {
    const zero = specOf({ exit: { gracePeriod: '0s' } });
    const byFile = planOf([findingOf(1, 'valid_non_production')], [1, 2], NO_MEMORY, zero);
    const byExemption = planOf([exempted(1, 'valid_non_production', 'Release')], [1, 2], NO_MEMORY, zero);
    expect(idsOf(byExemption.leave)).to.deep.equal([1]);
    expect(byExemption.hash).not.to.equal(byFile.hash);
  });

  it('counts in total and in exempted, and in no other figure', () => {
    const findings = [
      findingOf(1, 'valid_production'),
      exempted(2, 'valid_production', 'Release'),
      exempted(3, 'missing_file', 'Govern'),
    ];
    const counts = compliance(findings, new Set([1, 3]), liveOf([1, 3]), () => 'main');
    expect(counts).to.include({ total: 3, production: 1, governed: 1, ungoverned: 0, percentage: 100, exempted: 2 });
  });
});
