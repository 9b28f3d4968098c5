/** What a policy may allow at most is told with field, value and limit; nothing is said of a comparison that cannot be made yet. */
import { expect } from 'chai';
import fc from 'fast-check';
import { limitFaults, type LimitedSettings, type OperatorLimits } from '../../../pkg/governance/release/index.js';

function settings({ maxLeaving = '25%', required = 1, gracePeriod = '24h' }: Settings = {}): LimitedSettings {
  return { guards: { maxLeaving, approval: { required } }, exit: { gracePeriod } };
}
interface Settings {
  maxLeaving?: number | string;
  required?: number;
  gracePeriod?: string;
}

const ROWS: { reason: string; has: Settings; limits: OperatorLimits; members?: number; says: RegExp | undefined }[] = [
  { reason: 'no limit is set', has: { maxLeaving: '100%', gracePeriod: '0s' }, limits: {}, says: undefined },
  { reason: 'an equal percentage', has: { maxLeaving: '25%' }, limits: { maxLeaving: '25%' }, says: undefined },
  {
    reason: 'a larger percentage, also where both round to one member',
    has: { maxLeaving: '26%' },
    limits: { maxLeaving: '25%' },
    members: 3,
    says: /^spec\.guards\.maxLeaving: found 26%, at most 25% by the operator's --limit-max-leaving$/,
  },
  { reason: 'an equal count', has: { maxLeaving: 10 }, limits: { maxLeaving: 10 }, says: undefined },
  { reason: 'a larger count', has: { maxLeaving: 11 }, limits: { maxLeaving: 10 }, says: /found 11, at most 10/ },
  { reason: 'a limit of 0', has: { maxLeaving: 1 }, limits: { maxLeaving: 0 }, says: /found 1, at most 0/ },
  {
    reason: 'a count against a percentage of nobody knows how many',
    has: { maxLeaving: 99 },
    limits: { maxLeaving: '1%' },
    says: undefined,
  },
  {
    reason: 'a count within the percentage',
    has: { maxLeaving: 3 },
    limits: { maxLeaving: '25%' },
    members: 9,
    says: undefined,
  },
  {
    reason: 'a count beyond the percentage',
    has: { maxLeaving: 4 },
    limits: { maxLeaving: '25%' },
    members: 9,
    says: /found 4, at most 25% .*\(4 and 3 of 9 members\)$/,
  },
  {
    reason: 'a percentage within the count',
    has: { maxLeaving: '25%' },
    limits: { maxLeaving: 3 },
    members: 9,
    says: undefined,
  },
  {
    reason: 'a percentage beyond the count',
    has: { maxLeaving: '50%' },
    limits: { maxLeaving: 3 },
    members: 9,
    says: /found 50%, at most 3 .*\(5 and 3 of 9 members\)$/,
  },
  {
    reason: 'a grace period that is written in another unit',
    has: { gracePeriod: '1440m' },
    limits: { minGracePeriod: '24h' },
    says: undefined,
  },
  {
    reason: 'a shorter grace period',
    has: { gracePeriod: '23h' },
    limits: { minGracePeriod: '24h' },
    says: /^spec\.exit\.gracePeriod: found 23h, at least 24h by the operator's --limit-min-grace-period$/,
  },
  { reason: 'as many approvals', has: { required: 2 }, limits: { minApprovals: 2 }, says: undefined },
  {
    reason: 'fewer approvals',
    has: { required: 1 },
    limits: { minApprovals: 2 },
    says: /^spec\.guards\.approval\.required: found 1, at least 2 by the operator's --limit-min-approvals$/,
  },
];

describe("The operator's limits", () => {
  for (const { reason, has, limits, members, says } of ROWS) {
    it(`${says === undefined ? 'let pass' : 'refuse'}: ${reason}`, () => {
      const faults = limitFaults(settings(has), limits, members);
      if (says === undefined) expect(faults).to.deep.equal([]);
      else
        expect(faults)
          .to.have.length(1)
          .and.satisfy(([fault]: string[]) => says.test(fault ?? ''), faults[0]);
    });
  }

  it('name every field that goes beyond one', () => {
    const limits = { maxLeaving: 1, minGracePeriod: '48h', minApprovals: 3 };
    expect(limitFaults(settings({ maxLeaving: 2 }), limits)).to.have.length(3);
  });

  it('never let a policy take out more of a membership than the limit does, whatever is a count and what a percentage', () => {
    const share = fc.oneof(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 100 }).map((part) => `${part}%`),
    );
    const most = (value: number | string, members: number): number =>
      typeof value === 'number' ? value : Math.ceil((members * Number.parseInt(value, 10)) / 100);
    fc.assert(
      fc.property(share, share, fc.integer({ min: 0, max: 80 }), (maxLeaving, limit, members) => {
        const isRefused = limitFaults(settings({ maxLeaving }), { maxLeaving: limit }, members).length > 0;
        if (!isRefused) expect(most(maxLeaving, members)).to.be.at.most(most(limit, members));
      }),
    );
  });
});
