/** Limits: by which words they are known, by which clock they are measured, and how long they are believed. */
import { expect } from 'chai';
import { systemClock } from '../../cmd/plus1/clock.js';
import type { Timer, Timers } from '../../pkg/base/index.js';
import { CredentialSession } from '../../pkg/github/index.js';
import { RULESET } from './support/answers.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve, type Handler, type Reply, type ScriptedServer } from './support/scripted-server.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** GitHub's clock at the start of each test. */
const GITHUB = Date.UTC(2026, 10, 22, 10);

/** A local clock that is wrong by `offsetMs`, and time that passes by hand. */
class WrongClock implements Timers {
  readonly setTimeout = (run: () => void, ms: number): Timer => systemClock.setTimeout(run, ms);
  elapsedMs = 0;
  offsetMs: number;
  constructor(offsetMs = 0) {
    this.offsetMs = offsetMs;
  }
  now = (): number => GITHUB + this.elapsedMs + this.offsetMs;
  monotonic = (): number => 12_345 + this.elapsedMs;
  sleep = async (ms: number): Promise<void> => void (this.elapsedMs += ms);
}

describe('limits of GitHub', () => {
  const servers: ScriptedServer[] = [];
  let clock: WrongClock;
  /** Answers carry GitHub's own time. */
  const start = async (handler: Handler): Promise<ScriptedServer> => {
    const server = await serve(async (asked, index) => {
      const reply = await handler(asked, index);
      return { ...reply, headers: { date: new Date(GITHUB + clock.elapsedMs).toUTCString(), ...reply.headers } };
    });
    servers.push(server);
    return server;
  };
  beforeEach(() => (clock = new WrongClock()));
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const client = (
    server: ScriptedServer,
    options: Parameters<typeof clientFor>[1] = {},
  ): ReturnType<typeof clientFor> => clientFor(server.url, { clock, sleep: clock.sleep, concurrency: 1, ...options });
  const secondsOf = (ms: number): string => String(Math.floor((GITHUB + ms) / 1_000));
  const quota = (remaining: number, resetMs: number): Record<string, string> => ({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': secondsOf(resetMs),
    'x-ratelimit-resource': 'core',
  });
  const list = (one: ReturnType<typeof clientFor>): Promise<unknown> =>
    one.reader.inventory({ organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 }, never);

  describe('a limited question is never asked again in smaller parts, whatever the limit is called', () => {
    const message = 'Something happened';
    const words: { reason: string; body: unknown; headers?: Record<string, string>; status?: number }[] = [
      ...[
        'RATE_LIMITED',
        'RATE_LIMIT',
        'rate_limit',
        'RATE_LIMIT_EXCEEDED',
        'Secondary Rate Limit',
        'ABUSE_DETECTION',
      ].map((type) => ({ reason: `type ${type}`, body: { errors: [{ type, message }] } })),
      { reason: 'a code', body: { errors: [{ code: 'graphql_rate_limit', message }] } },
      { reason: 'a code among the extensions', body: { errors: [{ extensions: { code: 'RATE_LIMITED' }, message }] } },
      ...[
        'API rate limit already exceeded for user ID 1.',
        'Rate Limit Exceeded',
        'You have exceeded a secondary rate limit. Please wait a few minutes.',
        'You have triggered an abuse detection mechanism.',
        'too many requests',
      ].map((sentence) => ({ reason: `"${sentence}"`, body: { data: null, errors: [{ message: sentence }] } })),
      { reason: 'an error that is a sentence', body: { errors: ['API rate limit exceeded'] } },
      { reason: 'errors that are no list', body: { errors: { type: 'RATE_LIMIT' } } },
      { reason: 'beside data', body: { data: { organization: null }, errors: [null, { type: 'RATE_LIMIT' }] } },
      { reason: 'retry-after and any error', body: { errors: [{ message }] }, headers: { 'retry-after': '300' } },
      { reason: 'a 502 with retry-after', status: 502, body: {}, headers: { 'retry-after': '300' } },
      { reason: 'a 404 with retry-after', status: 404, body: {}, headers: { 'retry-after': '300' } },
      {
        reason: 'nothing left, and nothing served',
        body: { data: null, errors: [{ type: 'NEW_WORD', message }] },
        headers: { ...quota(0, 5 * MINUTE), 'x-ratelimit-resource': 'graphql' },
      },
      {
        reason: 'a 403 whose page is about limits',
        status: 403,
        body: { message, documentation_url: 'https://docs.github.com/graphql/rate-limits-and-query-limits' },
      },
    ];
    for (const { reason, body, headers, status } of words) {
      it(reason, async () => {
        const server = await start(() => ({ status: status ?? 200, body, headers: headers ?? {} }));
        const error = await failureOf(list(client(server)));
        expect(error.code).to.equal('PLUS1_RATE_LIMITED');
        expect(server.asked).to.have.length(1);
        expect(error.retryAt).to.be.at.least(GITHUB + MINUTE);
      });
    }

    for (const { reason, body } of [
      { reason: 'the name of a repository', body: { errors: [{ message: "Could not resolve 'acme/rate-limit'" }] } },
      { reason: 'a name without quotes', body: { errors: [{ message: 'acme/rate-limiter is not there' }] } },
      {
        reason: 'too large a query',
        body: { errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits' }] },
      },
    ]) {
      it(`but ${reason} is no limit`, async () => {
        const server = await start(() => ({ body }));
        expect((await failureOf(list(client(server, { attempts: 1 })))).code).to.equal('PLUS1_GITHUB_UNAVAILABLE');
      });
    }
  });

  it('hands on what was served although it asks to wait, and lets the next request wait', async () => {
    const server = await start(() => ({ body: RULESET, headers: { 'retry-after': '300' } }));
    const one = client(server);
    expect((await one.reader.readRuleset('acme', 7, never)).id).to.equal(7);
    const error = await failureOf(one.reader.readRuleset('acme', 7, never));
    expect([error.code, error.retryAt]).to.deep.equal(['PLUS1_RATE_LIMITED', GITHUB + 300 * SECOND]);
    expect(server.asked).to.have.length(1);
  });

  it('leaves open what became of a write that a 503 with retry-after answered', async () => {
    const server = await start(({ method }) =>
      method === 'PUT' ? { status: 503, body: {}, headers: { 'retry-after': '300' } } : { body: RULESET },
    );
    const one = client(server);
    const live = await one.reader.readRuleset('acme', 7, never);
    expect((await one.writer.writeMembers('acme', live, [1, 2], never)).state).to.equal('unknown');
    expect((await failureOf(one.reader.readRuleset('acme', 7, never))).code).to.equal('PLUS1_RATE_LIMITED');
  });

  describe("are measured by GitHub's clock, not by the local one", () => {
    for (const minutes of [-600, -4, 0, 4, 600]) {
      it(`where the local one is ${minutes} minutes ahead: an hourly limit`, async () => {
        clock.offsetMs = minutes * MINUTE;
        const server = await start(() => ({ status: 403, headers: quota(0, 2 * MINUTE), body: { message: 'no' } }));
        const error = await failureOf(client(server).reader.preflight('acme', never));
        expect(error.code).to.equal('PLUS1_RATE_LIMITED');
        expect((error.retryAt ?? 0) - clock.now(), 'as far ahead as by the clock of GitHub').to.equal(121 * SECOND);
        expect(server.asked).to.have.length(1);
      });

      it(`where the local one is ${minutes} minutes ahead: the fifth that belongs to others`, async () => {
        clock.offsetMs = minutes * MINUTE;
        const server = await start(() => ({ body: RULESET, headers: quota(900, 2 * MINUTE) }));
        const one = client(server);
        await one.reader.readRuleset('acme', 7, never);
        const error = await failureOf(one.reader.readRuleset('acme', 7, never));
        expect((error.retryAt ?? 0) - clock.now()).to.equal(2 * MINUTE);
        await clock.sleep(2 * MINUTE);
        await one.reader.readRuleset('acme', 7, never);
        expect(server.asked).to.have.length(2);
      });

      it(`where the local one is ${minutes} minutes ahead: a retry-after that is a date`, async () => {
        clock.offsetMs = minutes * MINUTE;
        const at = new Date(GITHUB + 3 * MINUTE).toUTCString();
        const server = await start(() => ({ status: 429, headers: { 'retry-after': at }, body: {} }));
        const error = await failureOf(client(server).reader.preflight('acme', never));
        expect((error.retryAt ?? 0) - clock.now()).to.equal(3 * MINUTE);
      });
    }

    it('also in an answer that does not give the time, once another did', async () => {
      clock.offsetMs = 4 * MINUTE;
      const replies: Reply[] = [
        { body: RULESET },
        { status: 403, body: { message: 'no' }, headers: { ...quota(0, 2 * MINUTE), date: 'today' } },
      ];
      const server = await start((_, index) => replies[index] ?? {});
      const one = client(server);
      await one.reader.readRuleset('acme', 7, never);
      const error = await failureOf(one.reader.readRuleset('acme', 7, never));
      expect((error.retryAt ?? 0) - clock.now()).to.equal(121 * SECOND);
    });
  });

  describe('are believed for two hours at most, and then one request finds out', () => {
    for (const { reason, reset } of [
      { reason: 'the year 2100', reset: '4102444800' },
      { reason: 'milliseconds', reset: String(GITHUB) },
      { reason: 'the largest number', reset: '999999999999999' },
    ]) {
      const headers = { ...quota(0, 0), 'x-ratelimit-reset': reset };
      it(`a limit until ${reason}`, async () => {
        const server = await start((_, index) =>
          index === 0 ? { status: 403, headers, body: {} } : { body: RULESET },
        );
        const one = client(server);
        const error = await failureOf(one.reader.readRuleset('acme', 7, never));
        expect(error.retryAt).to.equal(clock.now() + 2 * HOUR);
        await clock.sleep(2 * HOUR - 1);
        expect((await failureOf(one.reader.readRuleset('acme', 7, never))).code).to.equal('PLUS1_RATE_LIMITED');
        await clock.sleep(1);
        expect((await one.reader.readRuleset('acme', 7, never)).id).to.equal(7);
      });

      it(`a fifth that is used up until ${reason}`, async () => {
        const poisoned = { ...headers, 'x-ratelimit-remaining': '10' };
        const server = await start((_, index) => ({
          body: RULESET,
          headers: index === 0 ? poisoned : quota(4_000, HOUR),
        }));
        const one = client(server);
        await one.reader.readRuleset('acme', 7, never);
        expect((await failureOf(one.reader.readRuleset('acme', 7, never))).retryAt).to.equal(clock.now() + 2 * HOUR);
        await clock.sleep(2 * HOUR);
        await one.reader.readRuleset('acme', 7, never);
        await one.reader.readRuleset('acme', 7, never);
        expect(server.asked).to.have.length(3);
      });
    }

    for (const retryAfter of ['99999999', '1e9', new Date(GITHUB + 400 * 24 * HOUR).toUTCString()]) {
      it(`retry-after ${retryAfter}`, async () => {
        const server = await start(() => ({ status: 429, headers: { 'retry-after': retryAfter }, body: {} }));
        const error = await failureOf(client(server).reader.preflight('acme', never));
        expect(error.retryAt).to.be.within(clock.now() + MINUTE, clock.now() + 2 * HOUR);
      });
    }

    it('a reset that is over names no time: a minute, and no hot loop', async () => {
      const server = await start(() => ({ status: 403, headers: quota(0, -HOUR), body: {} }));
      const error = await failureOf(client(server).reader.preflight('acme', never));
      expect(error.retryAt).to.equal(clock.now() + MINUTE);
    });
  });

  describe('nothing waits for as long as the clock was set back', () => {
    const setBack = (): void => void (clock.offsetMs -= 24 * HOUR);

    it('the second between two writes', async () => {
      const server = await start(() => ({ body: RULESET }));
      const one = client(server);
      const live = await one.reader.readRuleset('acme', 7, never);
      await one.writer.writeMembers('acme', live, [1], never);
      setBack();
      const before = clock.elapsedMs;
      await one.writer.writeMembers('acme', live, [1], never);
      expect(clock.elapsedMs - before).to.equal(SECOND);
    });

    it('a limit that another pass of the credential met', async () => {
      const session = new CredentialSession();
      const server = await start((_, index) =>
        index === 0 ? { status: 429, headers: { 'retry-after': '300' }, body: {} } : { body: RULESET },
      );
      await failureOf(client(server, { session }).reader.preflight('acme', never));
      setBack();
      const error = await failureOf(client(server, { session }).reader.preflight('acme', never));
      expect(error.retryAt, 'by the clock as it is now').to.equal(clock.now() + 300 * SECOND);
      await clock.sleep(300 * SECOND);
      expect((await client(server, { session }).reader.readRuleset('acme', 7, never)).id).to.equal(7);
    });

    it('the fifth that belongs to others', async () => {
      const session = new CredentialSession();
      const server = await start((_, index) => ({
        body: RULESET,
        headers: quota(index === 0 ? 900 : 4_999, 5 * MINUTE),
      }));
      await client(server, { session }).reader.readRuleset('acme', 7, never);
      setBack();
      await clock.sleep(5 * MINUTE);
      expect((await client(server, { session }).reader.readRuleset('acme', 7, never)).id).to.equal(7);
    });

    it('a wait in place, while it is waited for', async () => {
      const server = await start((_, index) => {
        if (index > 0) return { body: RULESET };
        setBack();
        return { status: 429, headers: { 'retry-after': '60' }, body: {} };
      });
      const one = client(server, { maxWaitMs: 90 * SECOND });
      expect((await one.reader.readRuleset('acme', 7, never)).id).to.equal(7);
      expect(clock.elapsedMs).to.equal(60 * SECOND);
      expect(one.heard.waits.map(({ untilMs }) => untilMs)).to.deep.equal([clock.now()]);
    });
  });

  describe('the time of a pass', () => {
    it('is its start and what has passed since, whatever becomes of the wall clock', async () => {
      const { reader } = client(await start(() => ({ body: RULESET })));
      const begun = clock.now();
      clock.offsetMs += 24 * HOUR;
      clock.elapsedMs += 5 * SECOND;
      expect(reader.time.now()).to.equal(begun + 5 * SECOND);
    });

    it('is known to nobody before GitHub told the time', async () => {
      const server = await serve(() => ({ body: RULESET, headers: { date: 'no date' } }));
      servers.push(server);
      const { reader } = client(server);
      await reader.readRuleset('acme', 7, never);
      expect(reader.time.deviationMs).to.equal(undefined);
    });

    for (const { reason, offsets, deviation } of [
      { reason: 'wrong at its start, right at its end', offsets: [24, 0, 0], deviation: 24 },
      { reason: 'stepped in its middle, and back', offsets: [0, -24, 0], deviation: 24 },
      { reason: 'wrong at its end', offsets: [0, 0, 24], deviation: 24 },
      { reason: 'right all the time', offsets: [0, 0, 0], deviation: 0 },
    ]) {
      it(`keeps the furthest that it was from GitHub's: ${reason}`, async () => {
        clock.offsetMs = (offsets[0] ?? 0) * HOUR;
        const { reader } = client(await start(() => ({ body: RULESET })));
        for (const hours of offsets) {
          clock.offsetMs = hours * HOUR;
          await reader.readRuleset('acme', 7, never);
        }
        expect(reader.time.deviationMs).to.equal(deviation * HOUR);
      });
    }
  });
});
