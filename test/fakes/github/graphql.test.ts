import { expect } from 'chai';
import type { Reply } from './client.js';
import { Client } from './client.js';
import type { GitHubSimulator, Organization } from './index.js';
import { Organization as OrganizationClass, seedOrganization, startGitHub } from './index.js';

const LIST = `query ($org: String!, $size: Int!, $cursor: String, $order: RepositoryOrder, $archived: Boolean) {
  organization(login: $org) { databaseId login repositories(first: $size, after: $cursor, orderBy: $order, isArchived: $archived) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { __typename id databaseId name isArchived isDisabled isEmpty visibility pushedAt defaultBranchRef { name target { oid } } } } }
  rateLimit { cost remaining limit used resetAt nodeCount } }`;

const FILE = `query ($ids: [ID!]!, $path: String!) { nodes(ids: $ids) { __typename ... on Repository { databaseId defaultBranchRef { name target { oid
  ... on Commit { author { name user { login } } file(path: $path) { mode type size object { __typename ... on Blob { oid byteSize isBinary isTruncated text } } } } } } } } }`;

describe('GitHub simulator: GraphQL', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let client: Client;

  before(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 230, production: 80, archived: 30, empty: 5 });
    github = await startGitHub({ organizations: [acme], clock: () => Date.UTC(2026, 10, 22) });
    client = new Client(github);
  });
  after(() => github.close());
  afterEach(() => {
    expect(github.contractViolations).to.deep.equal([]);
    github.reset();
  });

  const list = async (variables: Record<string, unknown> = {}) =>
    (await client.graphql(LIST, { org: 'acme', size: 100, ...variables })).body;

  it('lists every repository once, page after page, and tells their number on each', async () => {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const { repositories }: Reply['body'] = (await list({ cursor })).data.organization;
      expect(repositories.totalCount).to.equal(230);
      seen.push(...repositories.nodes.map((node: { databaseId: number }) => node.databaseId));
      cursor = repositories.pageInfo.hasNextPage ? repositories.pageInfo.endCursor : null;
    } while (cursor !== null);
    expect(seen).to.deep.equal(acme.repositories.map(({ id }) => id));
    expect(github.counts()).to.include({ requests: 3, graphql: 3, writes: 0, points: 3 });
    expect(github.requests.map(({ operation }) => operation)).to.deep.equal(['list', 'list', 'list']);
  });

  it('goes on from the same place when rows before the cursor have gone', async () => {
    const organization = new OrganizationClass({ login: 'moving' });
    for (let at = 1; at <= 6; at += 1) organization.createRepository({ name: `r${at}` });
    github.world.add(organization);
    const order = { field: 'NAME', direction: 'ASC' };
    const first = (await list({ org: 'moving', size: 3, order })).data.organization.repositories;
    organization.get('r1').delete();
    const second = (await list({ org: 'moving', size: 3, order, cursor: first.pageInfo.endCursor })).data.organization
      .repositories;
    expect(second.nodes.map((node: { name: string }) => node.name)).to.deep.equal(['r4', 'r5', 'r6']);
    expect(second.totalCount).to.equal(5);
  });

  it('filters and sorts as the arguments ask', async () => {
    const archived = (await list({ archived: true })).data.organization.repositories;
    expect(archived.totalCount).to.equal(30);
    const names = (
      await list({ order: { field: 'NAME', direction: 'DESC' } })
    ).data.organization.repositories.nodes.map((node: { name: string }) => node.name);
    expect(names).to.deep.equal([...names].sort().reverse());
  });

  it('answers null without an error for the branch of an empty repository', async () => {
    const empty = acme.repositories.find(({ isEmpty }) => isEmpty);
    const { body } = await client.graphql(FILE, { ids: [empty?.nodeID], path: 'entity.datadog.yaml' });
    expect(body).to.not.have.property('errors');
    expect(body.data.nodes[0].defaultBranchRef).to.equal(null);
  });

  const files = [
    {
      reason: 'plain text',
      file: 'hello: ünicode\n',
      expected: {
        mode: 0o100644,
        type: 'blob',
        object: { byteSize: 16, isBinary: false, isTruncated: false, text: 'hello: ünicode\n' },
      },
    },
    {
      reason: 'a NUL makes it binary',
      file: Buffer.from('a\0b'),
      expected: { object: { byteSize: 3, isBinary: true, text: null } },
    },
    {
      reason: 'wrong UTF-8 is replaced, its true size is kept',
      file: Buffer.from([0x61, 0xff]),
      expected: { object: { byteSize: 2, text: 'a\ufffd', isBinary: false } },
    },
    {
      reason: 'a symlink is a blob that holds its target',
      file: { content: 'real.yaml', mode: '120000' as const },
      expected: { mode: 0o120000, type: 'blob', object: { text: 'real.yaml' } },
    },
    {
      reason: 'a submodule has no object here',
      file: { content: 'x', mode: '160000' as const },
      expected: { mode: 0o160000, type: 'commit', object: null },
    },
    {
      reason: 'a directory is a tree',
      file: { content: '', mode: '040000' as const },
      expected: { mode: 0o040000, type: 'tree', object: { __typename: 'Tree' } },
    },
  ];
  for (const { reason, file, expected } of files) {
    it(`shows a file as GitHub does: ${reason}`, async () => {
      const repository = acme.createRepository({
        name: `file-${reason.replaceAll(/\W+/g, '-')}`,
        files: { 'entity.datadog.yaml': file },
      });
      const { body } = await client.graphql(FILE, { ids: [repository.nodeID], path: 'entity.datadog.yaml' });
      const found = body.data.nodes[0].defaultBranchRef.target.file;
      repository.delete();
      const { object, ...rest } = expected as { object: object | null };
      expect(found).to.include(rest);
      if (object === null) expect(found.object).to.equal(null);
      else expect(found.object).to.include(object);
    });
  }

  it('cuts text at 512,000 bytes and says so', async () => {
    const repository = acme.createRepository({
      name: 'large',
      files: { f: 'x'.repeat(512_001), g: 'x'.repeat(512_000) },
    });
    const { body } = await client.graphql(FILE, { ids: [repository.nodeID], path: 'f' });
    const { object } = body.data.nodes[0].defaultBranchRef.target.file;
    expect({ ...object, text: object.text.length, oid: '' }).to.deep.equal({
      __typename: 'Blob',
      oid: '',
      byteSize: 512_001,
      isBinary: false,
      isTruncated: true,
      text: 512_000,
    });
    const whole = (await client.graphql(FILE, { ids: [repository.nodeID], path: 'g' })).body.data.nodes[0]
      .defaultBranchRef.target.file;
    expect(whole.object.isTruncated).to.equal(false);
    repository.delete();
  });

  it('moves the head with every commit, and names the author', async () => {
    const repository = acme.createRepository({ name: 'moves', files: { f: 'one' } });
    const before = repository.head?.oid;
    repository.commit('f', 'two', { name: 'Grace', login: 'grace' });
    const { target } = (await client.graphql(FILE, { ids: [repository.nodeID], path: 'f' })).body.data.nodes[0]
      .defaultBranchRef;
    expect(target.oid).to.equal(repository.head?.oid).and.not.equal(before);
    expect(target.author).to.deep.equal({ name: 'Grace', user: { login: 'grace' } });
    expect(target.file.object.text).to.equal('two');
    repository.delete();
  });

  it('reads object(expression:) at HEAD, and null where there is nothing', async () => {
    const repository = acme.createRepository({ name: 'expression', files: { 'a/b.yaml': 'deep' } });
    const query = `{ repository(owner: "acme", name: "EXPRESSION") { hit: object(expression: "HEAD:a/b.yaml") { ... on Blob { text } } dir: object(expression: "HEAD:a") { __typename } none: object(expression: "HEAD:c") { __typename } } }`;
    expect((await client.graphql(query)).body).to.deep.equal({
      data: { repository: { hit: { text: 'deep' }, dir: { __typename: 'Tree' }, none: null } },
    });
    repository.delete();
  });

  it('answers null and NOT_FOUND at the position of an id that nothing has', async () => {
    const [first] = acme.repositories;
    const { body } = await client.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [first?.nodeID, 'R_gone'],
    });
    expect(body.data.nodes).to.deep.equal([{ id: first?.nodeID }, null]);
    expect(body.errors).to.have.length(1);
    expect(body.errors[0]).to.deep.include({ type: 'NOT_FOUND', path: ['nodes', 1] });
  });

  it('follows a rename unless told not to', async () => {
    const repository = acme.createRepository({ name: 'before' }).rename('after');
    const query = (follow: string): string => `{ repository(owner: "acme", name: "before"${follow}) { name } }`;
    expect((await client.graphql(query(''))).body.data.repository).to.deep.equal({ name: 'after' });
    expect((await client.graphql(query(', followRenames: false'))).body.errors[0].type).to.equal('NOT_FOUND');
    repository.delete();
  });

  const ids = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 'R_x'));
  const refusals = [
    {
      reason: 'a connection without bounds',
      query: '{ organization(login: "acme") { repositories { totalCount } } }',
      type: 'MISSING_PAGINATION_BOUNDARIES',
    },
    {
      reason: 'a page over 100',
      query: '{ organization(login: "acme") { repositories(first: 101) { totalCount } } }',
      type: 'EXCESSIVE_PAGINATION',
    },
    { reason: 'more than 100 ids', query: `{ nodes(ids: ${ids(101)}) { id } }`, type: 'ARGUMENT_LIMIT' },
    {
      reason: 'more than 500,000 nodes',
      query:
        '{ organization(login: "acme") { repositories(first: 100) { nodes { repositoryTopics(first: 100) { nodes { topic { repositories(first: 100) { totalCount } } } } } } } }',
      type: 'MAX_NODE_LIMIT_EXCEEDED',
    },
  ];
  for (const { reason, query, type } of refusals) {
    it(`refuses ${reason} before it runs`, async () => {
      const { status, body } = await client.graphql(query);
      expect(status).to.equal(200);
      expect(body.data).to.equal(null);
      expect(body.errors[0].type).to.equal(type);
      expect(github.counts().points).to.equal(0);
    });
  }

  it('refuses a field that GitHub does not have', async () => {
    const { body } = await client.graphql('{ organization(login: "acme") { lifecycle } }');
    expect(body.errors[0].message).to.match(/Cannot query field "lifecycle" on type "Organization"/);
    expect(body).to.not.have.property('data');
  });

  it('refuses a cursor that it did not give out', async () => {
    expect((await list({ cursor: 'nonsense' })).errors[0].type).to.equal('INVALID_CURSOR_ARGUMENTS');
  });

  const prices = [
    { reason: 'no connection', query: '{ viewer { login } rateLimit { cost } }', cost: 1 },
    {
      reason: 'one page',
      query: '{ organization(login: "acme") { repositories(first: 100) { totalCount } } rateLimit { cost } }',
      cost: 1,
    },
    {
      reason: 'a connection in each of a hundred repositories, twice',
      query:
        '{ organization(login: "acme") { repositories(first: 100) { nodes { a: repositoryTopics(first: 1) { totalCount } b: repositoryTopics(first: 1) { totalCount } } } } rateLimit { cost } }',
      cost: 2,
    },
  ];
  for (const { reason, query, cost } of prices) {
    it(`prices a query by its connections: ${reason}`, async () => {
      expect((await client.graphql(query)).body.data.rateLimit.cost).to.equal(cost);
      expect(github.requests[0]?.points).to.equal(cost);
    });
  }

  it('answers null for an organization that does not exist', async () => {
    const { data, errors } = await list({ org: 'nobody' });
    expect(data.organization).to.equal(null);
    expect(errors[0]).to.deep.include({ type: 'NOT_FOUND', path: ['organization'] });
  });
});

describe('GitHub simulator: what it does not model', () => {
  it('says so, instead of answering null as if GitHub had', async () => {
    const github = await startGitHub({ organizations: [seedOrganization({ login: 'acme', repositories: 1 })] });
    const { body } = await new Client(github).graphql(
      '{ organization(login: "acme") { repositories(first: 1) { nodes { forkCount } } } }',
    );
    await github.close();
    expect(body.errors[0].message).to.contain('does not model Repository.forkCount');
    expect(github.contractViolations).to.have.length(1);
  });
});
