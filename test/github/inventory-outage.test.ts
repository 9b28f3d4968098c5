/**
 * Repositories that GitHub cannot serve: a question about one of them gets no answer, no matter which others are in it. Evidence about some is
 * none about all, so that the others are read, in every pass.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import type { CatalogFile } from '../../pkg/catalog/index.js';
import type { Inventory, InventoryRequest } from '../../pkg/github/index.js';
import { seedOrganization, startGitHub, type GitHubSimulator, type Repository } from '../fakes/github/index.js';
import { runsOf } from '../sample.js';
import { clientFor, never } from './support/clients.js';
import { request, statesOf } from './support/inventory-request.js';

type Extra = Partial<InventoryRequest<readonly CatalogFile[]>>;

describe('an inventory of repositories of which GitHub cannot serve some', function () {
  let github: GitHubSimulator;
  let repositories: readonly Repository[];
  const start = async (count: number): Promise<void> => {
    const acme = seedOrganization({ login: 'acme', repositories: count, production: count });
    github = await startGitHub({ organizations: [acme] });
    repositories = acme.repositories;
  };
  afterEach(() => github.close());

  const idsOf = ({ body }: { body: unknown }): string[] => (body as { variables: { ids: string[] } }).variables.ids;
  const questions = (): string[][] => github.requests.filter(({ operation }) => operation === 'files').map(idsOf);
  /** From now on no question about any of these is answered. */
  const poison = (indices: readonly number[]): void => {
    const ids = new Set(indices.map((index) => repositories[index]?.nodeID));
    github.faults
      .clear()
      .when(
        (each) => each.operation === 'files' && idsOf(each).some((id) => ids.has(id)),
        { kind: 'status', status: 502 },
        Infinity,
      );
  };
  const look = (extra: Extra = {}): Promise<Inventory<readonly CatalogFile[]>> =>
    clientFor(github.apiURL, { concurrency: 1 }).reader.inventory(request(extra), never);
  const unobserved = (inventory: Inventory<readonly CatalogFile[]>): number[] => {
    const states = statesOf(inventory);
    return repositories.flatMap(({ name }, index) => (states[name] === 'unobserved' ? [index] : []));
  };
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

  const cases = [
    { title: 'seven at the start of the list', count: 120, bad: range(0, 7) },
    { title: 'thirty at the start of the list', count: 120, bad: range(0, 30) },
    { title: 'a whole question, from its first to its last', count: 120, bad: range(0, 50) },
    { title: 'twelve in the middle', count: 120, bad: range(40, 52) },
    { title: 'nine at the end', count: 120, bad: range(111, 120) },
    { title: 'every tenth', count: 120, bad: range(0, 12).map((index) => index * 10) },
    { title: 'all but one of few', count: 9, bad: range(0, 8) },
  ];
  for (const { title, count, bad } of cases) {
    it(`reads all others: ${title}`, async () => {
      await start(count);
      poison(bad);
      expect(unobserved(await look())).to.deep.equal(bad);
    });
  }

  it('reads all others, wherever in the list they stand', async () => {
    await start(70);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(69), { maxLength: 20 }), async (indices) => {
        poison(indices);
        expect(unobserved(await look())).to.deep.equal(indices.sort((a, b) => a - b));
      }),
      runsOf(12, 2),
    );
  });

  it('asks last for those that the pass before got no answer for, once each, the longest ago first', async () => {
    await start(120);
    const bad = range(0, 8);
    poison(bad);
    const failed = new Map(bad.map((index) => [repositories[index]?.id ?? 0, 1_000 - index]));
    expect(unobserved(await look({ failedAt: ({ id }) => failed.get(id) }))).to.deep.equal(bad);
    const isBad = (ids: readonly string[]): boolean =>
      ids.some((id) => bad.some((i) => repositories[i]?.nodeID === id));
    const first = questions().findIndex(isBad);
    expect(questions().slice(first).every(isBad), 'nobody else is asked for after them').to.equal(true);
    const alone = questions().filter((ids) => ids.length === 1 && isBad(ids));
    expect(alone).to.deep.equal(bad.reverse().map((index) => [repositories[index]?.nodeID]));
  });

  it('tells of each whether it was asked for alone, so that those who were not come sooner in the next pass', async () => {
    await start(400);
    const bad = range(0, 100);
    poison(bad);
    const before = new Map(bad.map((index) => [repositories[index]?.id ?? 0, index]));
    const first = await look({ failedAt: ({ id }) => before.get(id) });
    const failed = first.repositories.filter(({ failed }) => failed === true).map(({ repository }) => repository.id);
    expect([unobserved(first), failed.length]).to.deep.equal([bad, 60]);
    failed.forEach((id) => before.set(id, 1_000));
    const second = await look({ failedAt: ({ id }) => before.get(id) });
    const later = second.repositories.filter(({ failed }) => failed === true).map(({ repository }) => repository.id);
    expect(new Set([...failed, ...later]).size, 'over two passes all have their turn').to.equal(100);
  });

  it('finds out that GitHub is down by one that nothing speaks against, and then asks no more', async () => {
    await start(400);
    const read = new Set<string>();
    github.on('request', (each) => {
      if (each.operation === 'files' && read.size < 100) idsOf(each).forEach((id) => read.add(id));
    });
    github.faults.when(
      ({ operation }) => operation === 'files' && read.size >= 100,
      { kind: 'status', status: 503 },
      Infinity,
    );
    const inventory = await look();
    expect(Object.values(statesOf(inventory)).filter((state) => state === 'present').length).to.be.within(50, 100);
    expect(questions().length).to.be.below(40);
    expect(inventory.listed).to.equal(true);
  });

  it('finds it out where all that was known before is not asked for', async () => {
    await start(60);
    poison(range(0, 30));
    const known: Extra['known'] = ({ id }) =>
      repositories.findIndex((each) => each.id === id) >= 30 ? { verdict: [], commit: 'c' } : undefined;
    expect(unobserved(await look({ known })), 'those known are not read').to.deep.equal(range(0, 30));
    const asked = new Set(
      questions()
        .filter((ids) => ids.length === 1)
        .flat(),
    );
    expect(
      range(0, 30).every((index) => asked.has(repositories[index]?.nodeID ?? '')),
      'each had its own question',
    ).to.equal(true);
  });

  it('shows one that GitHub disabled as unreadable, whatever is remembered of it', async () => {
    await start(3);
    repositories[1]?.disable();
    const inventory = await look({ known: () => ({ verdict: [], commit: 'c' }) });
    expect(statesOf(inventory)[repositories[1]?.name ?? '']).to.equal('disabled');
    expect(questions()).to.deep.equal([]);
  });
});
