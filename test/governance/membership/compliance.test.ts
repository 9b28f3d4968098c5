import { expect } from 'chai';
import fc from 'fast-check';
import { compliance, ungovernedIDs, type Compliance } from '../../../pkg/governance/index.js';
import { findingOf, findingsOf, liveOf, range } from '../builders.js';

/** Compliance where the first `governed` of `production` repositories are members. */
function share(governed: number, production: number): Compliance {
  const findings = range(1, production).map((id) => findingOf(id, 'valid_production'));
  return compliance(findings, new Set(range(1, governed)), liveOf([]), () => 'main');
}

describe('compliance', () => {
  it('counts production, and what of it the ruleset targets', () => {
    const findings = findingsOf({
      1: 'valid_production',
      2: 'valid_production',
      3: 'valid_non_production',
      4: 'invalid_yaml',
      5: 'excluded',
    });
    const asked = [findings, new Set([1, 3, 4, 99]), liveOf([]), () => 'main'] as const;
    expect(compliance(...asked)).to.deep.equal({
      total: 5,
      production: 2,
      governed: 1,
      ungoverned: 1,
      percentage: 50,
      exempted: 0,
    });
    expect(ungovernedIDs(...asked)).to.deep.equal([2]);
  });

  it('judges each repository by its own default branch', () => {
    const live = liveOf([], { refName: { include: ['refs/heads/main'], exclude: [] } });
    const branchOf = (id: number): string | undefined => ({ 1: 'main', 2: 'master', 3: undefined })[id];
    const findings = findingsOf({ 3: 'valid_production', 2: 'valid_production', 1: 'valid_production' });
    expect(compliance(findings, new Set([1, 2, 3]), live, branchOf)).to.include({ governed: 1, ungoverned: 2 });
    expect(ungovernedIDs(findings, new Set([1, 2, 3]), live, branchOf)).to.deep.equal([2, 3]);
  });

  it('counts nothing as governed while the ruleset is switched off', () => {
    const findings = findingsOf({ 1: 'valid_production' });
    const live = liveOf([], { enforcement: 'evaluate' });
    expect(compliance(findings, new Set([1]), live, () => 'main')).to.include({
      governed: 0,
      ungoverned: 1,
      percentage: 0,
    });
  });

  const rows: { governed: number; production: number; percentage: number | null; reason: string }[] = [
    {
      governed: 0,
      production: 0,
      percentage: null,
      reason: 'an empty set shown as success: there is no share of nothing',
    },
    { governed: 0, production: 3, percentage: 0, reason: 'none' },
    { governed: 3, production: 3, percentage: 100, reason: 'all' },
    { governed: 1, production: 3, percentage: 33.3, reason: 'one decimal' },
    { governed: 2, production: 3, percentage: 66.7, reason: 'rounded' },
    { governed: 4_999, production: 5_000, percentage: 99.9, reason: 'never rounded up to 100' },
  ];
  for (const { governed, production, percentage, reason } of rows) {
    it(`${governed} of ${production} is ${percentage} %: ${reason}`, () => {
      expect(share(governed, production).percentage).to.equal(percentage);
    });
  }

  it('is 100 exactly where something is in production and nothing ungoverned, and has one decimal', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (a, b) => {
        const { percentage, production, ungoverned } = share(Math.min(a, b), Math.max(a, b));
        expect(percentage === 100).to.equal(ungoverned === 0 && production > 0);
        expect(percentage === null).to.equal(production === 0);
        if (percentage === null) return;
        expect(percentage.toFixed(1)).to.equal(
          String(percentage).includes('.') ? String(percentage) : `${percentage}.0`,
        );
      }),
    );
  });
});
