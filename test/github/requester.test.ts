import { expect } from 'chai';
import { systemClock } from '../../cmd/plus1/clock.js';
import { CredentialSession } from '../../pkg/github/index.js';
import { RULESET } from './support/answers.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve, type Handler, type Reply, type ScriptedServer } from './support/scripted-server.js';

const ORGANIZATION = { id: 42, login: 'acme', public_repos: 1, total_private_repos: 2 };
const ok: Reply = { body: ORGANIZATION };
const inAnHour = (): string => String(Math.floor(Date.now() / 1_000) + 3_600);

describe('the requester', () => {
  const servers: ScriptedServer[] = [];
  const start = async (handler: Handler): Promise<ScriptedServer> => {
    const server = await serve(handler);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  describe('retries reads', () => {
    const failures: { reply: Reply; reason: string }[] = [
      { reply: { status: 502, body: '<html>' }, reason: 'a bad gateway' },
      { reply: { cut: 'connection' }, reason: 'a connection that breaks' },
      { reply: { body: ORGANIZATION, cut: 'body' }, reason: 'a body that is cut short' },
      { reply: { body: '<html>Sign in</html>' }, reason: 'a 200 that is not JSON' },
      { reply: { body: ORGANIZATION, delayMs: 400 }, reason: 'an answer that comes too late' },
    ];
    for (const { reply, reason } of failures) {
      it(`after ${reason}`, async () => {
        const server = await start((_, index) => (index < 2 ? reply : ok));
        const client = clientFor(server.url, { requestTimeoutMs: 150 });
        expect((await client.reader.preflight('acme', never)).login).to.equal('acme');
        expect(server.asked).to.have.length(3);
        await client.close();
      });
    }

    it('as often as it was told, and then says what happened', async () => {
      const server = await start(() => ({ status: 503, body: {} }));
      const client = clientFor(server.url, { attempts: 2 });
      const error = await failureOf(client.reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      expect(error.message).to.equal('cannot look at the organization acme: GitHub answered 503');
      expect(server.asked).to.have.length(3);
    });

    it('counts the body into the time of a request', async () => {
      const server = await start(async () => ok);
      const slow = await import('node:http').then(({ createServer }) =>
        createServer((_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' });
          response.write('{"id":');
        }),
      );
      await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
      const { port } = slow.address() as { port: number };
      const client = clientFor(`http://127.0.0.1:${port}`, { attempts: 0, requestTimeoutMs: 100 });
      const error = await failureOf(client.reader.preflight('acme', never));
      expect(error.message).to.equal('cannot look at the organization acme: no whole answer within 0.1 s');
      expect(server.asked).to.have.length(0);
      slow.closeAllConnections();
      slow.close();
    });

    it('never after a 4xx', async () => {
      const server = await start(() => ({ status: 404, body: { message: 'Not Found' } }));
      const error = await failureOf(clientFor(server.url).reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_ORGANIZATION_NOT_FOUND');
      expect(server.asked).to.have.length(1);
    });

    it('with a delay that doubles, and jitter on top', async () => {
      const slept: number[] = [];
      const server = await start((_, index) => (index < 3 ? { status: 500, body: {} } : ok));
      const client = clientFor(server.url, {
        retryDelayMs: 1_000,
        random: () => 0.5,
        sleep: async (ms) => {
          slept.push(ms);
        },
      });
      await client.reader.preflight('acme', never);
      expect(slept).to.deep.equal([1_250, 2_500, 5_000]);
    });

    it('until it is told to stop', async () => {
      const server = await start(() => ({ status: 500, body: {} }));
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      const error = await failureOf(
        // A wait of ten minutes would be beyond the time-out of this test.
        clientFor(server.url, { retryDelayMs: 600_000 }).reader.preflight('acme', controller.signal),
      );
      expect(error.code).to.equal('PLUS1_INTERRUPTED');
    });

    it('and tells a pass that ran out of time from one that was stopped', async () => {
      const server = await start(() => ({ ...ok, delayMs: 1_000 }));
      const error = await failureOf(clientFor(server.url).reader.preflight('acme', AbortSignal.timeout(50)));
      expect(error.code).to.equal('PLUS1_TIMEOUT');
    });
  });

  describe('tells three kinds of 403 apart', () => {
    it('sits out a short retry-after with a word about it, and sends the read again', async () => {
      const server = await start((_, index) =>
        index === 0 ? { status: 429, headers: { 'retry-after': '1' }, body: {} } : ok,
      );
      const client = clientFor(server.url, { maxWaitMs: 5_000 });
      await client.reader.preflight('acme', never);
      expect(client.heard.waits).to.have.length(1);
      expect(client.heard.waits[0]?.why).to.equal('GitHub asks to wait');
      expect((server.asked[1]?.at ?? 0) - (server.asked[0]?.at ?? 0)).to.be.at.least(950);
    });

    it('throws a longer wait with its time, at once', async () => {
      const server = await start(() => ({
        status: 403,
        headers: { 'retry-after': '120' },
        body: { message: 'You have exceeded a secondary rate limit' },
      }));
      const error = await failureOf(clientFor(server.url, { maxWaitMs: 90_000 }).reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_RATE_LIMITED');
      expect(error.retryAt).to.be.within(Date.now() + 118_000, Date.now() + 121_000);
      expect(error.message).to.match(/try again at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(server.asked).to.have.length(1);
    });

    it('waits for the reset where nothing remains', async () => {
      const reset = inAnHour();
      const server = await start(() => ({
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '5000', 'x-ratelimit-reset': reset },
        body: { message: 'API rate limit exceeded' },
      }));
      const error = await failureOf(clientFor(server.url).reader.preflight('acme', never));
      // GitHub tells its clock in whole seconds: never before the reset, and at most two seconds after it.
      expect(error.retryAt).to.be.within(Number(reset) * 1_000 + 1_000, Number(reset) * 1_000 + 2_100);
    });

    it('waits at least a minute for a secondary limit without a time', async () => {
      const server = await start(() => ({
        status: 403,
        body: { message: 'You have exceeded a secondary rate limit.' },
      }));
      const error = await failureOf(clientFor(server.url).reader.preflight('acme', never));
      expect(error.retryAt).to.be.at.least(Date.now() + 59_000);
    });

    it('takes a 403 without any of that for a missing right', async () => {
      const server = await start(() => ({
        status: 403,
        headers: { 'x-ratelimit-remaining': '4000', 'x-ratelimit-limit': '5000', 'x-ratelimit-reset': inAnHour() },
        body: { message: 'Resource not accessible by personal access token' },
      }));
      const error = await failureOf(clientFor(server.url).reader.findRuleset('acme', 'r', never));
      expect(error.code).to.equal('PLUS1_PERMISSION_MISSING');
      expect(error.message).to.contain('organization_administration: write');
    });

    it('knows the limit that GraphQL tells with a 200', async () => {
      const server = await start(() => ({
        headers: {
          'x-ratelimit-remaining': '0',
          'x-ratelimit-limit': '5000',
          'x-ratelimit-reset': inAnHour(),
          'x-ratelimit-resource': 'graphql',
        },
        body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
      }));
      const error = await failureOf(
        clientFor(server.url).reader.inventory(
          { organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 },
          never,
        ),
      );
      expect(error.code).to.equal('PLUS1_RATE_LIMITED');
    });

    it('holds back the other requests of the credential, another policy’s too', async () => {
      const server = await start(() => ({ status: 429, headers: { 'retry-after': '300' }, body: {} }));
      const session = new CredentialSession();
      const one = clientFor(server.url, { session });
      const other = clientFor(server.url, { session });
      await failureOf(one.reader.preflight('acme', never));
      expect((await failureOf(other.reader.preflight('acme', never))).code).to.equal('PLUS1_RATE_LIMITED');
      expect(server.asked).to.have.length(1);
    });

    it('never waits for a limit with a write: the caller reads again first', async () => {
      const server = await start((asked) =>
        asked.method === 'PUT'
          ? { status: 429, headers: { 'retry-after': '1' }, body: { message: 'API rate limit exceeded' } }
          : { body: RULESET },
      );
      const client = clientFor(server.url, { maxWaitMs: 60_000 });
      const live = await client.reader.readRuleset('acme', 7, never);
      const error = await failureOf(client.writer.writeMembers('acme', live, [1, 2], never));
      expect(error.code).to.equal('PLUS1_RATE_LIMITED');
      expect(server.asked.filter(({ method }) => method === 'PUT')).to.have.length(1);
    });

    it('gives up after a set number of waits', async () => {
      const server = await start(() => ({ status: 429, headers: { 'retry-after': '1' }, body: {} }));
      let now = 0;
      const client = clientFor(server.url, {
        maxWaitMs: 60_000,
        clock: { ...systemClock, now: () => now, monotonic: () => now },
        sleep: async (ms) => {
          now += ms;
        },
      });
      expect((await failureOf(client.reader.preflight('acme', never))).code).to.equal('PLUS1_RATE_LIMITED');
      expect(server.asked).to.have.length(6);
    });
  });

  describe('leaves a fifth of the limit to others', () => {
    const spent = (remaining: number): Reply['headers'] => ({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': inAnHour(),
      'x-ratelimit-resource': 'core',
    });

    it('stops reading below it, and names the time', async () => {
      const server = await start(() => ({ body: RULESET, headers: spent(999) ?? {} }));
      const client = clientFor(server.url);
      await client.reader.readRuleset('acme', 7, never);
      const error = await failureOf(client.reader.readRuleset('acme', 7, never));
      expect(error.code).to.equal('PLUS1_RATE_LIMITED');
      expect(error.message).to.contain('999 of 5000');
      expect(error.retryAt).to.be.greaterThan(Date.now() + 3_000_000);
      expect(client.heard.limits).to.deep.equal([{ resource: 'core', limit: 5_000, remaining: 999 }]);
    });

    it('goes on exactly at it', async () => {
      const server = await start(() => ({ body: RULESET, headers: spent(1_000) ?? {} }));
      const client = clientFor(server.url);
      await client.reader.readRuleset('acme', 7, never);
      await client.reader.readRuleset('acme', 7, never);
      expect(server.asked).to.have.length(2);
    });

    it('goes on with what belongs to a write that lets something enter', async () => {
      const server = await start(() => ({ body: RULESET, headers: spent(10) ?? {} }));
      const client = clientFor(server.url);
      const live = await client.reader.readRuleset('acme', 7, never);
      await client.reader.readRuleset('acme', 7, never, { essential: true });
      expect((await client.writer.writeMembers('acme', live, [1], never, { essential: true })).state).to.equal(
        'answered',
      );
      expect((await failureOf(client.writer.writeMembers('acme', live, [1], never))).code).to.equal(
        'PLUS1_RATE_LIMITED',
      );
      expect(server.asked).to.have.length(3);
    });

    it('keeps GraphQL and REST apart', async () => {
      const server = await start((asked) =>
        asked.path === '/graphql'
          ? {
              body: {
                data: {
                  organization: {
                    repositories: { totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] },
                  },
                },
              },
            }
          : { body: RULESET, headers: spent(10) ?? {} },
      );
      const client = clientFor(server.url);
      await client.reader.readRuleset('acme', 7, never);
      const inventory = await client.reader.inventory(
        { organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 },
        never,
      );
      expect(inventory.listed).to.equal(true);
    });

    it('knows no budget where the server has none', async () => {
      const server = await start(() => ({ body: RULESET }));
      const client = clientFor(server.url);
      for (let i = 0; i < 3; i += 1) await client.reader.readRuleset('acme', 7, never);
      expect(client.heard.limits).to.deep.equal([]);
    });
  });

  describe('paces', () => {
    for (const { concurrency, most, reason } of [
      { concurrency: undefined, most: 2, reason: 'two at once at first' },
      { concurrency: 1, most: 1, reason: 'one at once where told so' },
      { concurrency: 50, most: 2, reason: 'two at once at first, however many are allowed' },
    ]) {
      it(reason, async () => {
        const server = await start(() => ({ body: RULESET, delayMs: 20 }));
        const client = clientFor(server.url, concurrency === undefined ? {} : { concurrency });
        await Promise.all(Array.from({ length: 12 }, () => client.reader.readRuleset('acme', 7, never)));
        expect(Math.max(...server.asked.map(({ inFlight }) => inFlight))).to.equal(most);
      });
    }

    it('lets a second pass between writes', async () => {
      const server = await start(() => ({ body: RULESET }));
      const client = clientFor(server.url);
      const live = await client.reader.readRuleset('acme', 7, never);
      // From here, since the first write may be long on its way to the server.
      const begin = Date.now();
      await client.writer.writeMembers('acme', live, [1], never);
      await client.writer.writeMembers('acme', live, [1], never);
      const [, second] = server.asked.filter(({ method }) => method === 'PUT');
      expect((second?.at ?? 0) - begin).to.be.at.least(980);
    });

    it('lets a request that is told to stop leave the queue', async () => {
      const server = await start(() => ({ body: RULESET, delayMs: 100 }));
      const client = clientFor(server.url, { concurrency: 1 });
      const controller = new AbortController();
      const first = client.reader.readRuleset('acme', 7, never);
      const second = client.reader.readRuleset('acme', 7, controller.signal);
      const third = client.reader.readRuleset('acme', 7, never);
      controller.abort();
      expect((await failureOf(second)).code).to.equal('PLUS1_INTERRUPTED');
      await Promise.all([first, third]);
      expect(server.asked).to.have.length(2);
    });
  });
});
