import { expect } from 'chai';
import { RULESET } from './support/answers.js';
import { clientFor, failureOf, never, textOf, TOKEN } from './support/clients.js';
import { serve, type Handler, type Reply, type ScriptedServer } from './support/scripted-server.js';

const ORGANIZATION = { id: 42, login: 'acme', public_repos: 1, total_private_repos: 2 };
const ok: Reply = { body: ORGANIZATION };

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
      expect((await client.writer.writeMembers('acme', live, [1], never)).state).to.equal('unknown');
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

    /** Kind: a credential in another spelling than its own. */
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const spellings: Record<string, string> = {
      'in base64': base64(TOKEN),
      'in base64 behind x-access-token': `Basic ${base64(`x-access-token:${TOKEN}`)}`,
      'in base64 behind a user': base64(`user:${TOKEN}`),
      'in base64 behind another': base64(`octocat:${TOKEN}`),
      'in base64 before something': base64(`${TOKEN}:x-oauth-basic`),
      'in base64 for URLs': Buffer.from(`u:${TOKEN}`).toString('base64url'),
      'in hex': Buffer.from(TOKEN).toString('hex'),
      'in upper hex with colons': (Buffer.from(TOKEN).toString('hex').toUpperCase().match(/../g) ?? []).join(':'),
      'escaped for URLs': [...TOKEN].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
      'escaped twice': [...TOKEN].map((c) => `%25${c.charCodeAt(0).toString(16)}`).join(''),
      'escaped for JSON': [...TOKEN].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join(''),
      'escaped for HTML': [...TOKEN].map((c) => `&#${c.charCodeAt(0)};`).join(''),
      'cut by a line break': `${TOKEN.slice(0, 15)}\n${TOKEN.slice(15)}`,
      'cut by many blanks': [...TOKEN].join(' '),
      'base64 cut by a line break': `${base64(TOKEN).slice(0, 20)}\r\n ${base64(TOKEN).slice(20)}`,
      'by its beginning': `${TOKEN.slice(0, 18)}…`,
      'by its end': `…${TOKEN.slice(-16)}`,
      'by its middle': TOKEN.slice(6, 24),
    };
    for (const [how, spelling] of Object.entries(spellings)) {
      for (const status of [403, 422]) {
        it(`spelled ${how}, in a ${status} that repeats it: the answer is cut as a whole`, async () => {
          const server = await start((asked) =>
            asked.method === 'PUT' ? { status, body: { message: `Bad ${spelling} here` } } : { body: RULESET },
          );
          const client = clientFor(server.url);
          const live = await client.reader.readRuleset('acme', 7, never);
          const outcome = await client.writer.writeMembers('acme', live, [1], never);
          if (outcome.state !== 'refused') throw new Error(outcome.state);
          const said = outcome.error?.message ?? outcome.why;
          const head = 'cannot write the ruleset plus1_enforcement of acme: ';
          expect(said).to.equal(status === 422 ? '[redacted]' : `${head}[redacted]`);
        });
      }
    }

    it('also that of a proxy', async () => {
      const server = await start((asked) =>
        asked.method === 'PUT'
          ? { status: 422, body: { message: `Basic ${base64('user:hunter2-of-the-proxy')}` } }
          : { body: RULESET },
      );
      const client = clientFor(server.url, { proxy: { https: 'http://user:hunter2-of-the-proxy@127.0.0.1:9' } });
      const live = await client.reader.readRuleset('acme', 7, never);
      const outcome = await client.writer.writeMembers('acme', live, [1], never);
      expect(outcome).to.deep.include({ state: 'refused', why: '[redacted]' });
    });

    it('costs no answer that does not quote it', async () => {
      const message = 'Invalid property /conditions: repository_ids 1, 2 and 3 are not of this organization';
      const server = await start((asked) =>
        asked.method === 'PUT' ? { status: 422, body: { message } } : { body: RULESET },
      );
      const client = clientFor(server.url);
      const live = await client.reader.readRuleset('acme', 7, never);
      expect(await client.writer.writeMembers('acme', live, [1], never)).to.deep.include({
        state: 'refused',
        why: message,
      });
    });

    it('costs no answer where it is so short that it stands in ordinary words', async () => {
      const message = 'check user and password in HTTPS_PROXY';
      for (const token of ['X', 'ox', 'and']) {
        const server = await start((asked) =>
          asked.method === 'PUT' ? { status: 422, body: { message } } : { body: RULESET },
        );
        const client = clientFor(server.url, { credential: { kind: 'Token', token } });
        const live = await client.reader.readRuleset('acme', 7, never);
        expect(await client.writer.writeMembers('acme', live, [1], never)).to.deep.include({ why: message });
      }
    });

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
