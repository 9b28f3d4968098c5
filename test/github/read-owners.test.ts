/** What an answer about owners tells, as a table. With a server: test/integration/gone.test.ts. */
import { expect } from 'chai';
import { readOwners } from '../../pkg/github/inventory/read-owners.js';
import type { GraphQLAnswer } from '../../pkg/github/requester/graphql-answer.js';
import type { Requester } from '../../pkg/github/requester/requester.js';

const GLOBEX = { login: 'globex', databaseId: 7 };
const node = (databaseId: number, owner: unknown = GLOBEX): unknown => ({ databaseId, owner });

const CASES: { reason: string; nodes: unknown; errors?: GraphQLAnswer['errors']; told: number[] }[] = [
  { reason: 'both are told', nodes: [node(1), node(2)], told: [1, 2] },
  { reason: 'one is null: nothing is said of it', nodes: [null, node(2)], told: [2] },
  { reason: 'one is another repository', nodes: [node(3), node(2)], told: [2] },
  { reason: 'an owner without an id', nodes: [node(1, { login: 'globex' }), node(2)], told: [2] },
  {
    reason: 'an error names a row that has a value',
    nodes: [node(1), node(2)],
    errors: [{ path: ['nodes', 0] }],
    told: [2],
  },
  { reason: 'an error names no row: nothing is said of any', nodes: [node(1), node(2)], errors: [{}], told: [] },
  { reason: 'an answer that is shorter than the question', nodes: [node(1)], told: [] },
  { reason: 'no list', nodes: null, told: [] },
];

describe('Owners of repositories', () => {
  for (const { reason, nodes, errors = [], told } of CASES) {
    it(reason, async () => {
      const requester = { graphql: async () => ({ data: { nodes }, errors }) } as unknown as Requester;
      const asked = [1, 2].map((id) => ({ id, nodeID: `R_${id}` }));
      const owners = await readOwners(requester, asked, { signal: new AbortController().signal });
      expect([...owners]).to.deep.equal(told.map((id) => [id, { ownerID: 7, owner: 'globex' }]));
    });
  }
});
