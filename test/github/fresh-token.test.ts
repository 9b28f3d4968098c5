/** Kind: a fresh credential treated like an old one. GitHub's replicas learn of a new installation token seconds late. */
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { clientFor, failureOf, never } from './support/clients.js';
import { request } from './support/inventory-request.js';
import { serve, type Asked, type Reply, type ScriptedServer } from './support/scripted-server.js';

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const GRANTED = { organization_administration: 'write', contents: 'read', metadata: 'read' };
const ORGANIZATION = { id: 42, login: 'acme' };
const RULESET = { id: 7, name: 'r', enforcement: 'active', conditions: { repository_id: { repository_ids: [1] } } };
const EMPTY = { repositories: { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] } };

const mint = (n: number): Reply => ({
  status: 201,
  body: {
    token: `ghs_${n}`,
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    permissions: GRANTED,
    repository_selection: 'all',
  },
});
const isMint = ({ path }: Asked): boolean => path.includes('access_tokens');
const served = ({ path }: Asked): Reply => {
  if (path === '/graphql') return { body: { data: { organization: EMPTY } } };
  return { body: path.includes('rulesets') ? RULESET : ORGANIZATION };
};

const LAGS: { name: string; reply: Reply }[] = [
  { name: '401', reply: { status: 401, body: { message: 'Bad credentials' } } },
  { name: '403', reply: { status: 403, body: { message: 'Resource not accessible by integration' } } },
  { name: '403 in new words', reply: { status: 403, body: { message: 'Not yet' } } },
  { name: '404', reply: { status: 404, body: { message: 'Not Found' } } },
];

describe('a token that was just made', () => {
  const servers: ScriptedServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  /** `late(asked, ms)`: the answer while the token has waited `ms` since it was made; undefined: served. */
  const start = async (
    late: (asked: Asked, waitedMs: number) => Reply | undefined,
  ): Promise<{
    client: ReturnType<typeof clientFor>;
    server: ScriptedServer;
    mints: () => number;
    slept: number[];
  }> => {
    let mints = 0;
    const slept: number[] = [];
    const server = await serve((asked) => {
      if (isMint(asked)) return mint((mints += 1));
      const waited = slept.reduce((sum, ms) => sum + ms, 0);
      return late(asked, waited) ?? served(asked);
    });
    servers.push(server);
    const client = clientFor(server.url, {
      credential: { kind: 'App', appID: '12', privateKey, installationID: 34 },
      sleep: async (ms) => void slept.push(ms),
    });
    return { client, server, mints: () => mints, slept };
  };

  for (const { name, reply } of LAGS) {
    for (const lagMs of [500, 1_500, 3_500, 6_900]) {
      it(`and shows as ${name} for ${lagMs} ms is waited for, and not made again`, async () => {
        const { client, mints, slept } = await start((_, waited) => (waited < lagMs ? reply : undefined));
        expect((await client.reader.preflight('acme', never)).login).to.equal('acme');
        expect(mints()).to.equal(1);
        expect(slept).to.deep.equal([1_000, 2_000, 4_000].slice(0, slept.length));
      });
    }

    it(`and shows as ${name} for longer lacks no permission that the grant lists`, async () => {
      const { client, mints, slept } = await start(() => reply);
      const error = await failureOf(client.reader.readRuleset('acme', 7, never));
      expect(error.code).to.not.be.oneOf(['PLUS1_PERMISSION_MISSING', 'PLUS1_TOKEN_REJECTED']);
      expect(error.message).to.not.match(/lacks/);
      expect(slept).to.deep.equal([1_000, 2_000, 4_000]);
      expect(mints()).to.equal(1);
    });
  }

  it('and is unknown for longer is a fault of the moment, not of the credential', async () => {
    const { client } = await start(() => LAGS[0]?.reply);
    const error = await failureOf(client.reader.preflight('acme', never));
    expect(error.code).to.equal('PLUS1_GITHUB_LAGS');
    expect(error.class).to.equal('transient');
    const listing = await start(() => LAGS[0]?.reply);
    expect((await failureOf(listing.client.reader.inventory(request(), never))).code).to.equal('PLUS1_GITHUB_LAGS');
    expect(listing.mints(), 'not one token for each question').to.equal(1);
  });

  it('and is refused by GraphQL in its own words is waited for', async () => {
    const errors = [{ type: 'FORBIDDEN', path: ['organization'], message: 'Resource not accessible by integration' }];
    const refused: Reply = { body: { data: { organization: null }, errors } };
    const { client, mints } = await start(({ path }, waited) =>
      path === '/graphql' && waited < 2_000 ? refused : undefined,
    );
    expect((await client.reader.inventory(request(), never)).listed).to.equal(true);
    expect(mints()).to.equal(1);
  });

  it('is waited for again where another replica does not know it yet', async () => {
    const { client, mints } = await start(({ path }, waited) =>
      path.includes('rulesets') && waited < 1_000 ? LAGS[0]?.reply : undefined,
    );
    await client.reader.preflight('acme', never);
    expect((await client.reader.readRuleset('acme', 7, never)).id).to.equal(7);
    expect(mints()).to.equal(1);
  });

  it('is not waited for on a limit, on a 404 once it was accepted, nor with a write', async () => {
    const limited = await start(() => ({ status: 403, headers: { 'retry-after': '600' }, body: { message: 'limit' } }));
    expect((await failureOf(limited.client.reader.preflight('acme', never))).code).to.equal('PLUS1_RATE_LIMITED');
    expect(limited.slept).to.deep.equal([]);
    const missing = await start(({ path }) => (path.startsWith('/repositories') ? LAGS[3]?.reply : undefined));
    await missing.client.reader.preflight('acme', never);
    expect((await missing.client.reader.lookUp(9, never)).state).to.equal('missing');
    expect(missing.slept).to.deep.equal([]);
    const write = await start(({ method }) => (method === 'PUT' ? LAGS[0]?.reply : undefined));
    const live = { ...RULESET, target: 'branch', targeting: 'RepositoryID', members: new Set([1]) };
    const outcome = await write.client.writer.writeMembers('acme', live as never, [1, 2], never);
    expect(outcome.state).to.equal('refused');
    expect(write.slept).to.deep.equal([]);
    expect(write.server.asked.filter(({ method }) => method === 'PUT')).to.have.length(1);
  });

  it('that ends while it is waited for ends the wait', async () => {
    const controller = new AbortController();
    const { server } = await start(() => LAGS[0]?.reply);
    const client = clientFor(server.url, {
      credential: { kind: 'App', appID: '12', privateKey, installationID: 34 },
    });
    setTimeout(() => controller.abort(), 100);
    expect((await failureOf(client.reader.preflight('acme', controller.signal))).code).to.equal('PLUS1_INTERRUPTED');
  });

  for (const body of [null, 'x', 7, [], {}, { token: 7 }, { token: 'a', expires_at: 'x' }, { token: '' }]) {
    it(`is none where GitHub answers the minting with ${JSON.stringify(body)}`, async () => {
      const server = await serve(() => ({ status: 201, body: JSON.stringify(body) }));
      servers.push(server);
      const client = clientFor(server.url, {
        credential: { kind: 'App', appID: '12', privateKey, installationID: 34 },
        attempts: 0,
      });
      expect((await failureOf(client.reader.preflight('acme', never))).code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
    });
  }
});
