import { expect } from 'chai';
import {
  Organization,
  seedOrganization,
  startGitHub,
  type GitHubOptions,
  type GitHubSimulator,
} from '../fakes/github/index.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { PATH, request, statesOf } from './support/inventory-request.js';

describe('the inventory', () => {
  let github: GitHubSimulator;
  const start = async (organization: Organization, options: GitHubOptions = {}): Promise<GitHubSimulator> => {
    github = await startGitHub({ organizations: [organization], ...options });
    return github;
  };
  const small = (count: number): Organization =>
    seedOrganization({ login: 'acme', repositories: count, production: Math.ceil(count / 2) });
  afterEach(async () => {
    await github.close();
    expect(github.contract.violations).to.deep.equal([]);
    expect(github.faults.misfired).to.deep.equal([]);
    expect(github.faults.pending).to.deep.equal([]);
  });
  const operations = (): string[] => github.requests.map(({ operation }) => operation);

  describe('costs what it must', () => {
    it('takes 10 + 20 requests and 30 points for 1,000 repositories, two at once', async () => {
      await start(seedOrganization({ login: 'acme', repositories: 1_000, production: 400 }));
      const client = clientFor(github.apiURL);
      const inventory = await client.reader.inventory(request(), never);
      expect(inventory).to.include({ listed: true, totalCount: 1_000 });
      expect(inventory.repositories.filter(({ verdict }) => verdict?.[0]?.state === 'present')).to.have.length(1_000);
      expect(operations().filter((name) => name === 'list')).to.have.length(10);
      expect(operations()).to.have.length(30);
      expect(github.counts()).to.include({ points: 30, writes: 0 });
      expect(github.counts().concurrent).to.be.at.most(2);
      expect(client.heard.requests).to.have.length(30);
    });

    it('takes 35 requests for a whole pass over them, the write included', async () => {
      await start(seedOrganization({ login: 'acme', repositories: 1_000, production: 400 }));
      const { reader, writer } = clientFor(github.apiURL);
      await reader.preflight('acme', never);
      const live = await reader.findRuleset('acme', 'plus1_enforcement', never);
      const { repositories } = await reader.inventory(request(), never);
      const again = await reader.readRuleset('acme', live.id, never, { essential: true });
      const members = repositories.map(({ repository }) => repository.id);
      expect((await writer.writeMembers('acme', again, members, never, { essential: true })).state).to.equal(
        'answered',
      );
      expect(github.requests).to.have.length(35);
      expect(github.counts().writes).to.equal(1);
    });

    it('reads while it lists', async () => {
      await start(small(300));
      await clientFor(github.apiURL).reader.inventory(request(), never);
      expect(operations().indexOf('files')).to.be.lessThan(operations().lastIndexOf('list'));
    });

    it('takes as many files at once as it is told', async () => {
      await start(small(100));
      await clientFor(github.apiURL, { batchSize: 10 }).reader.inventory(request(), never);
      expect(operations().filter((name) => name === 'files')).to.have.length(10);
    });

    it('does not read what is not wanted, known, empty or switched off', async () => {
      await start(seedOrganization({ login: 'acme', repositories: 6, production: 3, empty: 1, disabled: 1 }));
      const [unwanted, known] = github.world.get('acme').expecting('valid_production');
      const inventory = await clientFor(github.apiURL).reader.inventory(
        request({
          wanted: ({ id }) => id !== unwanted?.id,
          known: ({ id, headCommit }) =>
            id === known?.id && headCommit === known.head?.oid
              ? { verdict: [], commit: 'kept', author: 'ada' }
              : undefined,
        }),
        never,
      );
      expect(inventory.repositories.find(({ repository }) => repository.id === unwanted?.id)).to.have.all.keys(
        'repository',
      );
      expect(inventory.repositories.find(({ repository }) => repository.id === known?.id)).to.include({
        commit: 'kept',
        author: 'ada',
      });
      const body = github.requests.find(({ operation }) => operation === 'files')?.body as {
        variables: { ids: string[] };
      };
      expect(body.variables.ids).to.have.length(2);
    });

    it('lets the text go: the files are judged as they arrive', async () => {
      await start(small(120));
      const progress: { listed: number; total: number; read: number }[] = [];
      await clientFor(github.apiURL).reader.inventory(request({ progress: (done) => progress.push(done) }), never);
      expect(progress.at(-1)).to.deep.equal({ listed: 120, total: 120, read: 120 });
      expect(progress.some(({ read, listed }) => read < listed)).to.equal(true);
    });
  });

  describe('tells what a file is', () => {
    const megabyte = 'x'.repeat(512_001);
    const cases: {
      name: string;
      spec: Parameters<Organization['createRepository']>[0];
      state: string;
      reason: string;
    }[] = [
      { name: 'plain', spec: { name: 'plain', files: { [PATH]: 'a: 1\n' } }, state: 'present', reason: 'text' },
      {
        name: 'none',
        spec: { name: 'none', files: { README: 'x' } },
        state: 'absent',
        reason: 'no such file on an answer without errors',
      },
      {
        name: 'empty',
        spec: { name: 'empty', isEmpty: true },
        state: 'absent',
        reason: 'a repository without any commit',
      },
      {
        name: 'link',
        spec: { name: 'link', files: { [PATH]: { content: 'other.yaml', mode: '120000' } } },
        state: 'symlink',
        reason: 'its text is only the way to another',
      },
      {
        name: 'folder',
        spec: { name: 'folder', files: { [`${PATH}/x`]: 'a' } },
        state: 'directory',
        reason: 'a folder of that name',
      },
      {
        name: 'module',
        spec: { name: 'module', files: { [PATH]: { content: 'a'.repeat(40), mode: '160000' } } },
        state: 'submodule',
        reason: 'another repository',
      },
      {
        name: 'big',
        spec: { name: 'big', files: { [PATH]: megabyte } },
        state: 'too_large',
        reason: 'one byte over GitHub’s cut',
      },
      {
        name: 'fits',
        spec: { name: 'fits', files: { [PATH]: megabyte.slice(1) } },
        state: 'present',
        reason: 'exactly at the cut',
      },
      {
        name: 'binary',
        spec: { name: 'binary', files: { [PATH]: Buffer.from([0, 1, 2, 0]) } },
        state: 'binary',
        reason: 'zero bytes',
      },
      {
        name: 'latin',
        spec: { name: 'latin', files: { [PATH]: Buffer.from('caf\xe9: 1\n', 'latin1') } },
        state: 'not_utf8',
        reason: 'another encoding',
      },
      {
        name: 'mark',
        spec: { name: 'mark', files: { [PATH]: 'a: "\uFFFD"\n' } },
        state: 'present',
        reason: 'the replacement mark itself is good UTF-8',
      },
      {
        name: 'off',
        spec: { name: 'off', isDisabled: true, files: { [PATH]: 'a: 1\n' } },
        state: 'disabled',
        reason: 'switched off by GitHub',
      },
    ];

    it('all kinds in one look', async () => {
      const organization = new Organization({ login: 'acme' });
      for (const { spec } of cases) organization.createRepository(spec);
      await start(organization);
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      for (const { name, state, reason } of cases) expect(statesOf(inventory)[name], reason).to.equal(state);
      expect(inventory.listed).to.equal(true);
    });

    it('for several paths, with the commit and its author', async () => {
      const organization = new Organization({ login: 'acme' });
      const repository = organization.createRepository({ name: 'two', files: { 'b.yaml': 'b: 1\n' } });
      repository.commit(PATH, 'a: 1\n', { name: 'Ada L.', login: 'ada' });
      await start(organization);
      const inventory = await clientFor(github.apiURL).reader.inventory(
        request({ paths: [PATH, 'x/y.yaml', 'b.yaml'] }),
        never,
      );
      const [seen] = inventory.repositories;
      expect(seen?.verdict).to.deep.equal([
        { path: PATH, state: 'present', content: 'a: 1\n' },
        { path: 'x/y.yaml', state: 'absent' },
        { path: 'b.yaml', state: 'present', content: 'b: 1\n' },
      ]);
      expect(seen).to.include({ commit: repository.head?.oid, author: 'ada' });
      expect(seen?.repository).to.deep.include({
        name: 'two',
        defaultBranch: 'main',
        headCommit: repository.head?.oid,
        visibility: 'Private',
      });
    });

    it('falls back to the author’s name where GitHub knows no login', async () => {
      const organization = new Organization({ login: 'acme' });
      organization.createRepository({ name: 'one' }).commit(PATH, 'a: 1\n', { name: 'Build Bot' });
      await start(organization);
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      expect(inventory.repositories[0]?.author).to.equal('Build Bot');
    });

    it('never takes a default branch that is not there for a missing file', async () => {
      await start(small(4));
      const [lost] = github.world.get('acme').repositories;
      lost?.setDefaultBranch('nowhere', { create: false });
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      expect(statesOf(inventory)[lost?.name ?? '']).to.equal('unobserved');
      expect(Object.values(statesOf(inventory)).filter((state) => state === 'present')).to.have.length(3);
    });
  });

  describe('asks again', () => {
    const passing = [
      { operation: 'files', fault: { kind: 'status', status: 502 }, reason: 'a bad gateway' },
      { operation: 'files', fault: { kind: 'reset' }, reason: 'a broken connection' },
      { operation: 'files', fault: { kind: 'truncated' }, reason: 'an answer cut short' },
      { operation: 'files', fault: { kind: 'malformed' }, reason: 'an answer that is no JSON' },
      { operation: 'files', fault: { kind: 'timeout' }, reason: 'no answer at all' },
      { operation: 'files', fault: { kind: 'graphql-error' }, reason: 'an error without a path' },
      {
        operation: 'files',
        fault: { kind: 'graphql-partial', target: 'node', index: 3 },
        reason: 'an error about one repository',
      },
      {
        operation: 'files',
        fault: { kind: 'graphql-partial', target: 'file', index: 3 },
        reason: 'an error about one file',
      },
      { operation: 'files', fault: { kind: 'resource-limits', from: 2 }, reason: 'half an answer, told by paths' },
      {
        operation: 'files',
        fault: { kind: 'resource-limits', from: 2, withPath: false },
        reason: 'half an answer, told without paths',
      },
      { operation: 'list', fault: { kind: 'status', status: 504 }, reason: 'a gateway time-out of the list' },
      { operation: 'list', fault: { kind: 'truncated' }, reason: 'a page cut short' },
      { operation: 'list', fault: { kind: 'graphql-error' }, reason: 'a page with an error without a path' },
      { operation: 'list', fault: { kind: 'graphql-partial', target: 'node', index: 5 }, reason: 'a row that is null' },
      { operation: 'list', fault: { kind: 'resource-limits', target: 'node', from: 2 }, reason: 'rows left out' },
      { operation: 'list', fault: { kind: 'short-page' }, reason: 'a page without its last row' },
    ] as const;
    for (const { operation, fault, reason } of passing) {
      it(`after ${reason} (${operation}), and then knows everything`, async () => {
        await start(small(120));
        github.faults.next(operation, fault);
        const inventory = await clientFor(github.apiURL, { requestTimeoutMs: 500 }).reader.inventory(request(), never);
        expect(inventory).to.include({ listed: true, totalCount: 120 });
        expect(new Set(Object.values(statesOf(inventory)))).to.deep.equal(new Set(['present']));
        expect(inventory.repositories).to.have.length(120);
      });
    }

    it('in smaller batches, which grow back slowly', async () => {
      await start(small(400));
      github.faults.next('files', { kind: 'status', status: 502 });
      await clientFor(github.apiURL, { concurrency: 1 }).reader.inventory(request(), never);
      const sizes = github.requests
        .filter(({ operation }) => operation === 'files')
        .map(({ body }) => (body as { variables: { ids: string[] } }).variables.ids.length);
      expect(sizes.slice(0, 6)).to.deep.equal([50, 25, 31, 38, 47, 50]);
    });

    it('for the one repository that GitHub never tells, without losing the others', async () => {
      await start(small(60));
      const poison = github.world.get('acme').repositories[17];
      github.faults.when(
        ({ operation, body }) => operation === 'files' && JSON.stringify(body).includes(poison?.nodeID ?? '?'),
        { kind: 'status', status: 502 },
        Infinity,
      );
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      const states = statesOf(inventory);
      expect(states[poison?.name ?? '']).to.equal('unobserved');
      expect(Object.values(states).filter((state) => state === 'present')).to.have.length(59);
      expect(inventory.listed, 'unobserved files are verdicts, not holes in the list').to.equal(true);
      github.faults.clear();
    });

    it('about a repository whose row always fails, up to the retries', async () => {
      await start(small(10));
      github.faults.when(
        ({ operation }) => operation === 'files',
        { kind: 'graphql-partial', target: 'node', index: 0 },
        Infinity,
      );
      const inventory = await clientFor(github.apiURL, { attempts: 2 }).reader.inventory(request(), never);
      const reasons = inventory.repositories
        .flatMap(({ verdict }) => verdict ?? [])
        .filter(({ state }) => state === 'unobserved');
      expect(reasons).to.have.length(1);
      expect(operations().filter((name) => name === 'files')).to.have.length(3);
      github.faults.clear();
    });
  });

  describe('does not believe what is not proved', () => {
    it('a list that stays shorter than its total, and keeps what both looks saw', async () => {
      await start(small(150));
      github.faults.next('list', { kind: 'short-page' }, Infinity);
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      expect(inventory).to.include({ listed: false, totalCount: 150 });
      expect(inventory.repositories.length).to.be.within(140, 149);
      expect(operations().filter((name) => name === 'list')).to.have.length(4);
      github.faults.clear();
    });

    it('a list whose second page never comes: the rest of the pass goes on', async () => {
      await start(small(150));
      github.faults.when(
        ({ operation, body }) => operation === 'list' && !JSON.stringify(body).includes('"after":null'),
        { kind: 'status', status: 502 },
        Infinity,
      );
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      expect(inventory).to.include({ listed: false, totalCount: 150 });
      expect(Object.values(statesOf(inventory)).filter((state) => state === 'present')).to.have.length(100);
      github.faults.clear();
    });

    it('a list of which nothing comes at all: that is an error', async () => {
      await start(small(10));
      github.faults.when(() => true, { kind: 'status', status: 502 }, Infinity);
      const error = await failureOf(clientFor(github.apiURL).reader.inventory(request(), never));
      expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      expect(error.message).to.equal('cannot list the repositories of acme: GitHub answered 502');
      expect(operations()).to.have.length(4);
      github.faults.clear();
    });

    it('an outage in the middle: it stops reading soon, and nothing is absent', async () => {
      await start(small(400));
      github.faults.when(({ operation }) => operation === 'files', { kind: 'status', status: 503 }, Infinity);
      const inventory = await clientFor(github.apiURL).reader.inventory(request(), never);
      expect(new Set(Object.values(statesOf(inventory)))).to.deep.equal(new Set(['unobserved']));
      expect(operations().filter((name) => name === 'files').length).to.be.below(40);
      github.faults.clear();
    });
  });
});
