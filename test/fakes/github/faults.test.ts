import { expect } from 'chai';
import type { Reply } from './client.js';
import { Client } from './client.js';
import type { Fault, FaultKind, GitHubSimulator, Organization, RequestKind, Ruleset } from './index.js';
import { ALL_FAULTS, seedOrganization, startGitHub } from './index.js';

const LIST =
  '{ organization(login: "acme") { repositories(first: 10) { totalCount pageInfo { hasNextPage } nodes { id name } } } rateLimit { cost } }';
const FILES =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { name object(expression: "HEAD:README.md") { oid } } } }';

/** What the client saw: an answer, a broken connection, or nothing for a while. */
type Seen = Reply | 'broken' | 'silence';

describe('GitHub simulator: faults', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let ruleset: Ruleset;
  let client: Client;
  let path: string;

  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 25, production: 8 });
    github = await startGitHub({ organizations: [acme] });
    client = new Client(github);
    ruleset = acme.ruleset('plus1_enforcement');
    path = `/orgs/acme/rulesets/${ruleset.id}`;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
    expect(github.faults.misfired).to.deep.equal([]);
    expect(github.faults.pending).to.deep.equal([]);
  });

  const members = (): number[] => acme.repositories.slice(0, 3).map(({ id }) => id);
  const write = (): Promise<Reply> =>
    client.put(path, {
      conditions: {
        ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        repository_id: { repository_ids: members() },
      },
    });
  const files = (): Promise<Reply> =>
    client.graphql(FILES, { ids: acme.repositories.slice(0, 4).map(({ nodeID }) => nodeID) });
  const ask: Record<RequestKind, () => Promise<Reply>> = {
    'rest-read': () => client.get('/orgs/acme/repos?per_page=10'),
    'rest-write': write,
    graphql: () => client.graphql(LIST),
  };
  const isApplied = (): boolean => JSON.stringify(ruleset.members) === JSON.stringify(members());

  /** Only where a fault is silence, that is waited for: an answer takes longer than that on a busy machine. */
  const see = async (reply: Promise<Reply>, kind: FaultKind): Promise<Seen> => {
    const seen = reply.catch((): Seen => 'broken');
    if (kind !== 'timeout' && kind !== 'put-applied-timeout') return seen;
    while (github.faults.fired.length === 0) await new Promise(setImmediate);
    return Promise.race([seen, new Promise<Seen>((resolve) => setTimeout(() => resolve('silence'), 50))]);
  };
  const answer = (seen: Seen): Reply => {
    if (typeof seen === 'string') throw new Error(`expected an answer, saw ${seen}`);
    return seen;
  };

  /** What each kind looks like from outside, for every kind of request that it applies to. */
  const looks: Record<Exclude<FaultKind, 'wrong-file'>, (seen: Seen, kind: RequestKind) => void> = {
    status: (seen) => expect(answer(seen).status).to.equal(502),
    timeout: (seen) => expect(seen).to.equal('silence'),
    reset: (seen) => expect(seen).to.equal('broken'),
    truncated: (seen) => expect(seen).to.equal('broken'),
    malformed: (seen) => expect(seen).to.equal('broken'),
    forbidden: (seen, kind) => {
      const { status, body } = answer(seen);
      if (kind === 'graphql')
        expect([status, body.data.organization, body.errors[0].type, body.errors[0].path]).to.deep.equal([
          200,
          null,
          'FORBIDDEN',
          ['organization'],
        ]);
      else expect([status, body.message]).to.deep.equal([403, 'Resource not accessible by personal access token']);
    },
    secondary: (seen) => {
      const { status, headers, body } = answer(seen);
      expect([status, headers.get('retry-after')]).to.deep.equal([403, '1']);
      expect(headers.get('x-ratelimit-remaining')).to.not.equal('0');
      expect(body.message).to.contain('secondary rate limit');
    },
    primary: (seen, kind) => {
      const { status, headers, body } = answer(seen);
      expect([status, headers.get('x-ratelimit-remaining'), headers.get('retry-after')]).to.deep.equal([
        kind === 'graphql' ? 200 : 403,
        '0',
        null,
      ]);
      expect(Number(headers.get('x-ratelimit-reset')) - Date.now() / 1000).to.be.within(-1, 2);
      if (kind === 'graphql') expect(body.errors[0].type).to.equal('RATE_LIMITED');
    },
    'graphql-partial': (seen) => {
      const { status, body } = answer(seen);
      expect([status, body.errors[0].path, body.errors.length]).to.deep.equal([
        200,
        ['organization', 'repositories', 'nodes', 0],
        1,
      ]);
      expect(body.data.organization.repositories.nodes.map((node: unknown) => node === null)).to.deep.equal([
        true,
        ...Array<boolean>(9).fill(false),
      ]);
    },
    'graphql-error': (seen) => {
      const { status, body } = answer(seen);
      expect([status, body.data]).to.deep.equal([200, null]);
      expect(body.errors[0].message).to.match(/^Something went wrong while executing your query/);
      expect(body.errors[0]).to.not.have.property('path');
    },
    'resource-limits': (seen) => {
      const { body } = answer(seen);
      expect(body.errors).to.have.length(9);
      expect(body.errors[0]).to.deep.include({
        type: 'RESOURCE_LIMITS_EXCEEDED',
        path: ['organization', 'repositories', 'nodes', 1],
      });
    },
    'short-page': (seen, kind) => {
      const { status, body } = answer(seen);
      expect(status).to.equal(200);
      if (kind === 'rest-read') return expect(body).to.have.length(9);
      const { totalCount, pageInfo, nodes } = body.data.organization.repositories;
      return expect([totalCount, pageInfo.hasNextPage, nodes.length, body.errors]).to.deep.equal([
        25,
        true,
        9,
        undefined,
      ]);
    },
    'put-ignored': (seen) =>
      expect([answer(seen).status, isApplied(), ruleset.history.length]).to.deep.equal([200, false, 1]),
    'put-applied-500': (seen) => expect([answer(seen).status, isApplied()]).to.deep.equal([500, true]),
    'put-applied-reset': (seen) => expect([seen, isApplied()]).to.deep.equal(['broken', true]),
    'put-applied-timeout': (seen) => expect([seen, isApplied()]).to.deep.equal(['silence', true]),
    'ruleset-changed': (seen, kind) => {
      expect(answer(seen).status).to.equal(200);
      expect(ruleset.history).to.have.length(kind === 'rest-write' ? 3 : 2);
    },
    redirect: (seen) =>
      expect([answer(seen).status, answer(seen).headers.get('location')]).to.deep.equal([
        302,
        'http://127.0.0.1:9/elsewhere',
      ]),
  };

  for (const { kind, appliesTo, example } of ALL_FAULTS) {
    // Of a list of repositories it can tell nothing wrong: below.
    if (kind === 'wrong-file') continue;
    for (const target of appliesTo) {
      it(`${kind} hits a request of kind ${target}, and the next one is served well`, async () => {
        github.faults.at(1, example);
        looks[kind](await see(ask[target](), kind), target);
        expect(github.faults.fired).to.have.length(1);
        expect(github.requests[0]?.fault).to.equal(kind);
        expect((await ask[target]()).status).to.equal(200);
      });
    }
  }

  it('wrong-file shows the file of one repository wrongly, without an error, and its folder as it is', async () => {
    const { nodeID, name } = acme.repositories[1] as { nodeID: string; name: string };
    const query = `{ nodes(ids: ["${acme.repositories[0]?.nodeID}", "${nodeID}"]) { ... on Repository { defaultBranchRef { target { ... on Commit {
      file(path: "entity.datadog.yaml") { object { ... on Blob { text } } } tree { entries { name } } } } } } } }`;
    type Target = { file: { object: { text: string } } | null; tree: { entries: { name: string }[] } };
    type Node = { defaultBranchRef: { target: Target } };
    const look = async (): Promise<unknown[]> => {
      const { body } = await client.graphql(query);
      expect(body.errors).to.equal(undefined);
      return body.data.nodes.map(({ defaultBranchRef: { target } }: Node) => [
        target.file?.object.text.length ?? null,
        target.tree.entries.some((entry) => entry.name === 'entity.datadog.yaml'),
      ]);
    };
    const [[length], right] = (await look()) as [[number], unknown];
    github.faults.next('files', { kind: 'wrong-file', repository: name });
    expect(await look()).to.deep.equal([
      [length, true],
      [null, true],
    ]);
    github.faults.next('files', { kind: 'wrong-file', content: 'old' });
    expect(await look()).to.deep.equal([[3, true], right]);
  });

  const unapplied: FaultKind[] = [
    'status',
    'timeout',
    'reset',
    'forbidden',
    'secondary',
    'primary',
    'redirect',
    'put-ignored',
  ];
  for (const kind of unapplied) {
    it(`${kind} leaves a write unapplied`, async () => {
      github.faults.at(1, ALL_FAULTS.find((entry) => entry.kind === kind)?.example as Fault);
      await see(write(), kind);
      expect([isApplied(), ruleset.history.length]).to.deep.equal([false, 1]);
    });
  }

  for (const kind of ['truncated', 'malformed'] as const) {
    it(`${kind} breaks the answer to a write that was applied`, async () => {
      github.faults.at(1, { kind });
      expect([await see(write(), kind), isApplied()]).to.deep.equal(['broken', true]);
    });
  }

  it('nulls one file of many, where a query reads files', async () => {
    github.faults.next('files', { kind: 'graphql-partial', index: 2 });
    const { body } = await files();
    expect(body.data.nodes.map(({ object }: { object: unknown }) => object === null)).to.deep.equal([
      false,
      false,
      true,
      false,
    ]);
    expect(body.errors[0].path).to.deep.equal(['nodes', 2, 'object']);
  });

  it('tells of resource limits without a path, where told to', async () => {
    github.faults.next('files', { kind: 'resource-limits', from: 1, withPath: false });
    const { body } = await files();
    expect(body.data.nodes.filter(({ object }: { object: unknown }) => object === null)).to.have.length(3);
    expect(body.errors).to.have.length(1);
    expect(body.errors[0]).to.not.have.property('path');
  });

  it('answers a secondary limit over GraphQL with 200 too', async () => {
    github.faults.at(1, { kind: 'secondary', status: 200 });
    const { status, body } = await client.graphql(LIST);
    expect([status, /secondary rate limit/.test(body.errors[0].message as string)]).to.deep.equal([200, true]);
  });

  it('lets a ruleset be changed in any way between a read and a write', async () => {
    await client.get(path);
    github.faults.next('repos/update-org-ruleset', {
      kind: 'ruleset-changed',
      edit: (changed) => changed.edit({ enforcement: 'disabled' }),
    });
    expect((await write()).body).to.include({ enforcement: 'disabled' });
  });

  it('waits for a hook that changes the world before a request', async () => {
    github.beforeRequest(async ({ n }) => {
      await Promise.resolve();
      if (n === 2) acme.rename('renamed');
    });
    expect((await client.get('/orgs/acme')).status).to.equal(200);
    expect((await client.get('/orgs/acme')).status).to.equal(301);
  });

  it('counts all requests, or those of one kind, from the start or the last reset', async () => {
    github.faults.at(2, { kind: 'status', status: 500 }, 'graphql').at(3, { kind: 'status', status: 504 });
    const statuses = [
      await client.graphql(LIST),
      await client.get('/meta'),
      await client.get('/meta'),
      await client.graphql(LIST),
    ].map(({ status }) => status);
    expect(statuses).to.deep.equal([200, 200, 504, 500]);
    github.reset();
    github.faults.schedule([{ at: 1, fault: { kind: 'status', status: 503 } }]);
    expect((await client.get('/meta')).status).to.equal(503);
  });

  it('hits as often as told', async () => {
    github.faults.when(({ operation }) => operation === 'meta/get', { kind: 'status', status: 503 }, 2);
    const statuses = [await client.get('/meta'), await client.get('/meta'), await client.get('/meta')].map(
      ({ status }) => status,
    );
    expect(statuses).to.deep.equal([503, 503, 200]);
    github.faults.when(() => true, { kind: 'status', status: 500 }, Infinity);
    for (let at = 0; at < 3; at += 1) expect((await client.get('/user')).status).to.equal(500);
  });

  it('does not count the minting of tokens', async () => {
    github.faults.at(1, { kind: 'status', status: 503 });
    await client.call('POST', '/app/installations/1/access_tokens');
    expect(github.requests[0]).to.include({ n: 0, isWrite: false });
    expect((await client.get('/meta')).status).to.equal(503);
    github.faults.next('apps/create-installation-access-token', { kind: 'status', status: 500 });
    expect((await client.call('POST', '/app/installations/1/access_tokens')).status).to.equal(500);
  });

  it('says which faults were due at requests that they cannot hit', async () => {
    github.faults.at(1, { kind: 'put-ignored' });
    expect((await client.get('/meta')).status).to.equal(200);
    expect(github.faults.misfired).to.deep.equal([{ n: 1, fault: { kind: 'put-ignored' } }]);
    github.faults.clear();
  });
});
