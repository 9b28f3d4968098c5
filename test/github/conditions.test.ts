/** Kind: what was sent compared with what came back, where one of the two spells "nothing" in another way. */
import { expect } from 'chai';
import type { LiveRuleset } from '../../pkg/api/index.js';
import { holdsWrite } from '../../pkg/github/index.js';

const live = {
  id: 7,
  name: 'plus1_enforcement',
  targeting: 'RepositoryID',
  conditions: {
    ref_name: { include: ['~DEFAULT_BRANCH', 'refs/heads/release'], exclude: [] },
    repository_name: null,
    repository_id: { repository_ids: [1], protected: null },
  },
} as unknown as LiveRuleset;

const ref = { include: ['refs/heads/release', '~DEFAULT_BRANCH'] };

describe('A write of members, compared with what GitHub shows', () => {
  for (const { reason, conditions, is } of [
    { reason: 'nulls and empty lists left out', conditions: { repository_id: { repository_ids: [2, 1] } }, is: true },
    {
      reason: 'null where there was nothing, and the reverse',
      conditions: { repository_id: { repository_ids: [1, 2] }, repository_property: null },
      is: true,
    },
    { reason: 'another member', conditions: { repository_id: { repository_ids: [1, 2, 3] } }, is: false },
    {
      reason: 'a condition that was null has a value',
      conditions: { repository_id: { repository_ids: [1, 2], protected: true } },
      is: false,
    },
    { reason: 'a condition more', conditions: { repository_id: { repository_ids: [1, 2] }, x: { y: 1 } }, is: false },
  ]) {
    it(`${is ? 'is proved' : 'is not proved'} by: ${reason}`, () => {
      const shown = { ...live, conditions: { ref_name: ref, ...conditions } } as unknown as LiveRuleset;
      expect(holdsWrite(shown, live, [1, 2])).to.equal(is);
    });
  }
});
