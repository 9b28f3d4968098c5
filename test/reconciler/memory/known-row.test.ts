import { expect } from 'chai';
import fc from 'fast-check';
import type { Repository } from '../../../pkg/api/index.js';
import { isKnownRow, repositoryOf, rowOf } from '../../../pkg/reconciler/memory/known-row.js';

const repository = fc.record<Repository>(
  {
    id: fc.integer({ min: 1 }),
    nodeID: fc.string({ minLength: 1 }),
    name: fc.string({ minLength: 1 }),
    visibility: fc.constantFrom('Public', 'Private', 'Internal'),
    isArchived: fc.boolean(),
    isDisabled: fc.boolean(),
    isEmpty: fc.boolean(),
    isFork: fc.boolean(),
    isTemplate: fc.boolean(),
    defaultBranch: fc.string(),
    headCommit: fc.constantFrom('a', 'b'),
  },
  {
    requiredKeys: [
      ...(['id', 'nodeID', 'name', 'visibility', 'isArchived'] as const),
      ...(['isDisabled', 'isEmpty', 'isFork', 'isTemplate'] as const),
    ],
  },
);

describe('A repository in the memory', () => {
  it('comes out as it went in, whichever commit lies beside it, through JSON', () => {
    const commit = fc.constantFrom('a', 'b', undefined);
    fc.assert(
      fc.property(repository, commit, fc.boolean(), (given, beside, isDoubtful) => {
        const row = { repository: given, ...(isDoubtful && { isDoubtful: true as const }) };
        const kept: unknown = JSON.parse(JSON.stringify(rowOf(row, beside)));
        if (!isKnownRow(kept)) throw new Error('it is no row');
        const known = { id: given.id, name: given.name, ...(beside !== undefined && { commit: beside }) };
        expect(repositoryOf(known, kept)).to.deep.equal(row);
      }),
    );
  });

  for (const torn of [[], ['R_1'], ['R_1', 256], ['R_1', 1.5], [1, 1], ['R_1', 1, 2], ['R_1', 1, null, null, null], {}])
    it(`is none where it is ${JSON.stringify(torn)}`, () => expect(isKnownRow(torn)).to.equal(false));
});
