/** A list whose next page always has another address and the same rows: it ends, and proves nothing that was not seen. */
import { expect } from 'chai';
import { Budget } from '../../pkg/github/requester/budget.js';
import { listRepositories } from '../../pkg/github/inventory/listing.js';
import type { Requester } from '../../pkg/github/requester/requester.js';
import { Headers } from 'undici';

const row = (id: number): object => ({
  id: `node-${id}`,
  databaseId: id,
  name: `r${id}`,
  visibility: 'PRIVATE',
  isArchived: false,
  isDisabled: false,
  isEmpty: false,
  isFork: false,
  isTemplate: false,
  defaultBranchRef: null,
});

describe('pages without end', () => {
  const list = async (nodes: unknown[], totalCount: number): Promise<{ pages: number; proved: boolean }> => {
    let pages = 0;
    const requester = {
      graphql: async () => {
        pages += 1;
        const pageInfo = { hasNextPage: true, endCursor: `cursor-${pages}` };
        return { data: { organization: { repositories: { totalCount, pageInfo, nodes } } }, errors: [] };
      },
    } as unknown as Requester;
    const { signal } = new AbortController();
    const { proved } = await listRepositories({
      requester,
      organization: 'acme',
      attempts: 0,
      retryDelayMs: 0,
      random: () => 0,
      sleep: async () => undefined,
      context: { what: 'list', kind: 'Token', signal },
      onPage: () => undefined,
    });
    return { pages, proved };
  };

  it('end with the first page that adds nothing, and prove no whole list', async () => {
    expect(await list([row(1), row(2)], 3)).to.deep.equal({ pages: 4, proved: false });
  });

  it('end where no row can be read', async () => {
    const { pages, proved } = await list([null, null], 3);
    expect(pages).to.be.at.most(10);
    expect(proved).to.equal(false);
  });
});

describe('the resource of a rate limit', () => {
  const answer = (resource: string): Parameters<Budget['record']>[0] => ({
    status: 200,
    text: '',
    headers: new Headers({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4999',
      'x-ratelimit-reset': '2000000000',
      'x-ratelimit-resource': resource,
    }),
  });

  it('is a word of GitHub or "other", so that no header becomes a label', () => {
    const budget = new Budget();
    const at = { sentMs: 1_999_999_000_000, nowMs: 0 };
    for (const foreign of ['ghp_PLANTED0123456789', 'r1', 'r2', 'CORE', '', '__proto__'])
      expect(budget.record(answer(foreign), { api: 'rest', ...at })?.resource, foreign).to.equal('other');
    expect(budget.record(answer('core'), { api: 'rest', ...at })?.resource).to.equal('core');
    expect(budget.record(answer('graphql'), { api: 'graphql', ...at })?.resource).to.equal('graphql');
  });
});
