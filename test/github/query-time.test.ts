/** The time that GraphQL takes, and the requests in flight, of one credential with many users. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { HTTPRequest, HTTPResponse } from '../../pkg/github/requester/exchange.js';
import { sleep } from '../../pkg/base/index.js';
import { compose, type SendRequest } from '../../pkg/github/requester/exchange.js';
import { flow } from '../../pkg/github/requester/flow.js';
import { pacing } from '../../pkg/github/requester/pacing.js';
import { CredentialSession } from '../../pkg/github/requester/session.js';
import { WriteTurn } from '../../pkg/github/requester/write-turn.js';
import { VirtualClock } from '../fakes/clock.js';
import { runsOf } from '../sample.js';
import { never } from './support/clients.js';

const QUESTION: HTTPRequest = { method: 'POST', url: 'https://host/graphql', headers: {}, signal: never };
const READ: HTTPRequest = { ...QUESTION, method: 'GET', url: 'https://host/x' };

interface Answered {
  startMs: number;
  endMs: number;
}

/** Many users of one credential, each with one request after the other, at a GitHub that takes its time. */
class Users {
  readonly clock = new VirtualClock();
  readonly session: CredentialSession;
  readonly answered: Answered[] = [];
  readonly inFlight: number[] = [];
  readonly send: SendRequest;
  #inFlight = 0;

  constructor(concurrency: number, took: () => number, { isBounded = true, status = (): number => 200 } = {}) {
    this.session = new CredentialSession({ concurrency });
    const { clock, session } = this;
    const wait = (ms: number, signal: AbortSignal): Promise<void> => sleep(clock, ms, signal);
    const options = { ...session, clock, sleep: wait, queryTime: () => (isBounded ? session.queryTime : undefined) };
    const transport = async ({ signal }: HTTPRequest): Promise<HTTPResponse> => {
      this.#inFlight += 1;
      this.inFlight.push(this.#inFlight);
      const startMs = clock.monotonic();
      try {
        await wait(took(), signal);
        this.answered.push({ startMs, endMs: clock.monotonic() });
        return { status: status(), headers: new Headers(), text: '' } as unknown as HTTPResponse;
      } finally {
        this.#inFlight -= 1;
      }
    };
    const turn = new WriteTurn(options);
    this.send = compose([pacing({ ...options, turn }), flow(options)], transport);
  }

  /** `count` users ask for `ms`. */
  async ask(count: number, ms: number, request = QUESTION): Promise<void> {
    const { clock, send } = this;
    const endMs = clock.monotonic() + ms;
    const all = Promise.all(
      Array.from({ length: count }, async () => {
        while (clock.monotonic() < endMs) await send(request).catch(() => undefined);
      }),
    );
    let isOver = false;
    void all.then(() => (isOver = true));
    while (!isOver) await clock.advance(500);
  }

  /** The most that the times of answers add up to within a minute, by their end and by their beginning. */
  most(): number {
    const by = (at: (each: Answered) => number): number =>
      Math.max(
        0,
        ...this.answered.map((last) =>
          this.answered
            .filter((each) => at(each) > at(last) - 60_000 && at(each) <= at(last))
            .reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
        ),
      );
    return Math.max(
      by(({ endMs }) => endMs),
      by(({ startMs }) => startMs),
    );
  }
}

describe('The time that GraphQL takes', () => {
  for (const ms of [200, 1_000, 3_000, 9_000, 14_000])
    it(`is at most 50 s in any minute, and most of that is used, where an answer takes ${ms / 1_000} s`, async () => {
      const users = new Users(10, () => ms);
      await users.ask(20, 240_000);
      expect(users.most()).to.be.at.most(50_000);
      const whole = users.answered.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
      expect(whole / 240_000, 'share of the time').to.be.at.least(ms > 5_000 ? 0.5 : 0.65);
    });

  it('is that also where GitHub is quick at one time and slow at another', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 20, max: 900 }), fc.integer({ min: 20, max: 16_000 })), { minLength: 5 }),
      fc.integer({ min: 1, max: 10 }),
      async (times, concurrency) => {
        let next = 0;
        const users = new Users(concurrency, () => times[(next += 1) % times.length] ?? 0);
        await users.ask(12, 150_000);
        expect(users.most()).to.be.at.most(50_000);
        expect(Math.max(...users.inFlight)).to.be.at.most(concurrency);
      },
    );
    await fc.assert(property, runsOf(60, 12));
  });

  it('has no bound where the server has no limits', async () => {
    const users = new Users(10, () => 900, { isBounded: false });
    await users.ask(20, 120_000);
    expect(users.most()).to.be.at.least(300_000);
  });

  it('leaves the places to other requests while questions wait for their time', async () => {
    const users = new Users(5, () => 900);
    const questions = users.ask(20, 120_000);
    let reads = 0;
    const reading = (async () => {
      while (reads < 60) {
        await users.send(READ);
        reads += 1;
      }
    })();
    await questions;
    await reading;
    expect(users.clock.monotonic(), 'sixty reads of 0.9 s').to.be.at.most(180_000);
    expect(reads).to.equal(60);
  });
});

describe('The requests in flight of one credential', () => {
  it('are two at first, and more by the second, to the bound', async () => {
    const users = new Users(5, () => 250);
    await users.ask(30, 8_000, READ);
    expect(Math.max(...users.inFlight.slice(0, 6))).to.equal(2);
    expect(Math.max(...users.inFlight)).to.equal(5);
  });

  it('are never more than ten, however many policies use it', async () => {
    const users = new Users(10, () => 100);
    await users.ask(100, 20_000, READ);
    expect(Math.max(...users.inFlight)).to.equal(10);
  });

  it('are half as many after a limit', async () => {
    let sent = 0;
    const users = new Users(8, () => 100, { status: () => ((sent += 1) === 400 ? 429 : 200) });
    await users.ask(30, 7_500, READ);
    const before = users.inFlight.slice(380, 395);
    const after = users.inFlight.slice(410, 425);
    expect([Math.max(...before), Math.max(...after)]).to.deep.equal([8, 4]);
  });
});
