import { expect } from 'chai';
import type { FindingStatus } from '../../../pkg/api/index.js';
import { membersHash } from '../../../pkg/base/index.js';
import { policyPlan, type AbsentMember } from '../../../pkg/governance/index.js';
import { findingOf, liveOf, NO_MEMORY, NOW, specOf } from '../builders.js';

const spec = specOf({ exit: { gracePeriod: '0s' } });

interface Leavers {
  statuses: [number, FindingStatus][];
  absent?: AbsentMember[];
  name?: string;
  rulesetID?: number;
  extra?: number[];
  now?: number;
}

function hashOf({ statuses, absent = [], name, rulesetID = 77, extra = [], now = NOW }: Leavers): string {
  const leaving = statuses.map(([id, status]) =>
    findingOf(id, status, name === undefined ? {} : { name: `${name}-${id}` }),
  );
  const findings = [...leaving, ...extra.map((id) => findingOf(id, 'valid_production'))];
  const members = [...statuses.map(([id]) => id), ...absent.map(({ id }) => id)];
  return policyPlan({ findings, absent }, liveOf(members, { id: rulesetID }), spec, NO_MEMORY, now).hash;
}

describe('the hash of a plan', () => {
  const base: Leavers = {
    statuses: [
      [2, 'valid_non_production'],
      [10, 'archived_skipped'],
    ],
  };

  it('is over the ruleset and the sorted ids with their statuses, in a form that is fixed', () => {
    // printf '{"assignment":"governed","entering":[],"leaving":[[2,"valid_non_production"],[10,"archived_skipped"]],"target":77}' | sha256sum
    expect(hashOf(base)).to.equal('sha256:eeb328c6f73e2e8a3d197bc7f61823d3c46b8974cd72b29da20892dfa39a34c3');
  });

  const same: { reason: string; other: Leavers }[] = [
    { reason: 'the order of the listing', other: { statuses: [...base.statuses].reverse() } },
    { reason: 'names', other: { ...base, name: 'renamed' } },
    { reason: 'what enters', other: { ...base, extra: [50, 51] } },
    {
      reason: 'one that belongs to another owner: it needs no approval',
      other: { ...base, absent: [{ id: 4, fate: 'transferred' }] },
    },
    { reason: 'the time', other: { ...base, now: NOW + 1 } },
  ];
  for (const { reason, other } of same) {
    it(`does not depend on ${reason}`, () => expect(hashOf(other)).to.equal(hashOf(base)));
  }

  const different: { reason: string; other: Leavers }[] = [
    { reason: 'the ruleset', other: { ...base, rulesetID: 78 } },
    { reason: 'one more that leaves', other: { statuses: [...base.statuses, [3, 'excluded']] } },
    { reason: 'one fewer', other: { statuses: base.statuses.slice(1) } },
    {
      reason: 'why one leaves',
      other: {
        statuses: [
          [2, 'missing_file'],
          [10, 'archived_skipped'],
        ],
      },
    },
  ];
  for (const { reason, other } of different) {
    it(`depends on ${reason}`, () => expect(hashOf(other)).to.not.equal(hashOf(base)));
  }

  it('does not count those that stay on unknown evidence', () => {
    expect(hashOf({ ...base, absent: [{ id: 4, fate: 'unseen' }] })).to.equal(hashOf(base));
  });
});

describe('membersHash', () => {
  it('is over the sorted ids, each once, in a form that is fixed', () => {
    // printf '[2,10,30]' | sha256sum
    const fixed = 'sha256:57978383f04f7ff0de78d2f40e4d17979b296bd0b7362e48d0c4dad41bdf2470';
    expect(membersHash([30, 2, 10, 2])).to.equal(fixed);
    expect(membersHash(new Set([10, 30, 2]))).to.equal(fixed);
  });

  it('tells memberships apart', () => {
    expect(membersHash([1, 23])).to.not.equal(membersHash([12, 3]));
    expect(membersHash([])).to.not.equal(membersHash([0]));
  });
});
