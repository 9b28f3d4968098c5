import { expect } from 'chai';
import { clientFor, failureOf, never, textOf, TOKEN } from './support/clients.js';
import { serve, type Handler, type Reply, type ScriptedServer } from './support/scripted-server.js';

const ORGANIZATION = { id: 42, login: 'acme', public_repos: 1, total_private_repos: 2 };
const ok: Reply = { body: ORGANIZATION };
const RULESET = {
  id: 7,
  name: 'plus1_enforcement',
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] }, repository_id: { repository_ids: [1] } },
};

describe('a credential', () => {
  const servers: ScriptedServer[] = [];
  const start = async (handler: Handler): Promise<ScriptedServer> => {
    const server = await serve(handler);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  describe('goes to one host only', () => {
    it('follows a redirect on the same host, with the credential', async () => {
      const server = await start((asked) =>
        asked.path === '/organizations/42' ? ok : { status: 301, headers: { location: '/organizations/42' }, body: {} },
      );
      await clientFor(server.url).reader.preflight('acme', never);
      expect(server.asked[1]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    });

    it('refuses a redirect to another host, naming the host alone', async () => {
      const other = await start(() => ok);
      const server = await start(() => ({
        status: 302,
        headers: { location: `${other.url}/steal?token=abc` },
        body: {},
      }));
      const error = await failureOf(clientFor(server.url).reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_HOST_NOT_ALLOWED');
      expect(error.message).to.contain(`127.0.0.1:${other.port}`).and.not.contain('steal');
      expect(other.asked).to.have.length(0);
    });

    it('refuses a next page on another host', async () => {
      const other = await start(() => ({ body: [] }));
      const server = await start(() => ({ headers: { link: `<${other.url}/rulesets?page=2>; rel="next"` }, body: [] }));
      expect((await failureOf(clientFor(server.url).reader.findRuleset('acme', 'r', never))).code).to.equal(
        'PLUS1_HOST_NOT_ALLOWED',
      );
      expect(other.asked).to.have.length(0);
    });

    it('gives up on a redirect that goes in circles', async () => {
      const server = await start(() => ({ status: 301, headers: { location: '/again' }, body: {} }));
      const error = await failureOf(clientFor(server.url, { attempts: 0 }).reader.preflight('acme', never));
      expect(error.message).to.contain('redirected more than 5 times');
      expect(server.asked).to.have.length(6);
    });

    it('does not follow a redirected write', async () => {
      const server = await start((asked) =>
        asked.method === 'PUT' ? { status: 307, headers: { location: '/elsewhere' }, body: {} } : { body: RULESET },
      );
      const client = clientFor(server.url);
      const live = await client.reader.readRuleset('acme', 7, never);
      expect((await failureOf(client.writer.writeMembers('acme', live, [1], never))).code).to.equal(
        'PLUS1_GITHUB_UNAVAILABLE',
      );
      expect(server.asked).to.have.length(2);
    });

    for (const { apiURL, reason } of [
      { apiURL: 'http://github.example.com/api/v3', reason: 'plain http to another machine' },
      { apiURL: 'http://127.0.0.1.example.com', reason: 'a name that only begins like loopback' },
      { apiURL: 'https://user:secret@github.example.com', reason: 'a user in the address' },
      { apiURL: 'ftp://github.example.com', reason: 'another scheme' },
      { apiURL: 'github', reason: 'no address at all' },
    ]) {
      it(`refuses ${reason} before anything is looked up`, () => {
        expect(() => clientFor(apiURL))
          .to.throw()
          .with.property('code', 'PLUS1_HOST_NOT_ALLOWED');
      });
    }

    for (const { root, graphql, reason } of [
      { root: '', graphql: '/graphql', reason: 'beside the root of github.com' },
      { root: '/api/v3', graphql: '/api/graphql', reason: 'under /api of a GHES' },
      { root: '/api/v3/', graphql: '/api/graphql', reason: 'also with a trailing slash' },
    ]) {
      it(`finds GraphQL ${reason}`, async () => {
        const server = await start(() => ({
          body: {
            data: {
              organization: {
                repositories: { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] },
              },
            },
          },
        }));
        const client = clientFor(`${server.url}${root}`);
        await client.reader.inventory(
          { organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 },
          never,
        );
        expect(server.asked[0]?.path).to.equal(graphql);
        expect(client.heard.requests).to.deep.equal([{ api: 'graphql', code: '200' }]);
      });
    }
  });

  describe('stays out of sight', () => {
    const echo = `your token ${TOKEN} is bad`;
    for (const { status, reason } of [
      { status: 401, reason: 'a rejection' },
      { status: 403, reason: 'a refusal' },
      { status: 404, reason: 'a missing organization' },
      { status: 418, reason: 'a strange status' },
      { status: 500, reason: 'a failure' },
    ]) {
      it(`in the error of ${reason} whose body repeats it`, async () => {
        const server = await start(() => ({
          status,
          body: { message: echo, documentation_url: `https://x/${TOKEN}` },
        }));
        const client = clientFor(server.url, { attempts: 0 });
        const error = await failureOf(client.reader.preflight('acme', never));
        expect(textOf(error)).to.not.contain(TOKEN);
        expect(JSON.stringify(client.heard)).to.not.contain(TOKEN);
      });
    }

    it('in a refused write that repeats it', async () => {
      const server = await start((asked) =>
        asked.method === 'PUT' ? { status: 422, body: { message: 'Invalid', errors: [echo] } } : { body: RULESET },
      );
      const client = clientFor(server.url);
      const live = await client.reader.readRuleset('acme', 7, never);
      const outcome = await client.writer.writeMembers('acme', live, [1], never);
      expect(outcome).to.deep.include({ state: 'refused', why: 'your token [redacted] is bad' });
    });

    it('where nothing listens', async () => {
      const server = await start(() => ok);
      await server.close();
      const error = await failureOf(clientFor(server.url, { attempts: 0 }).reader.preflight('acme', never));
      const { host } = new URL(server.url);
      expect(error.message).to.equal(
        `cannot look at the organization acme: the connection to ${host} failed (ECONNREFUSED)`,
      );
      expect(textOf(error)).to.not.contain(TOKEN);
    });

    it('in what it writes into the log: method, path, status and time', async () => {
      const server = await start(() => ok);
      const client = clientFor(server.url);
      await client.reader.preflight('acme', never);
      expect(client.heard.log).to.have.length(1);
      expect(Object.keys(client.heard.log[0] ?? {})).to.have.members(['msg', 'method', 'path', 'status', 'ms']);
      expect(client.heard.log[0]).to.include({
        msg: 'GitHub request',
        method: 'GET',
        path: '/orgs/acme',
        status: '200',
      });
    });
  });
});
