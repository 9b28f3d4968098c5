/** The turn of a write: what stands between the read before it and the write, with many policies on one credential. */
import { expect } from 'chai';
import type { HTTPRequest, HTTPResponse } from '../../pkg/github/requester/exchange.js';
import { pacing } from '../../pkg/github/requester/pacing.js';
import { CredentialSession } from '../../pkg/github/requester/session.js';
import { WriteTurn } from '../../pkg/github/requester/write-turn.js';
import { FastClock } from '../integration/fast-clock.js';
import { never } from './support/clients.js';

const POLICIES = 200;
const REQUEST_MS = 300;

const requestOf = (method: string): HTTPRequest => ({ method, url: 'https://host/x', headers: {}, signal: never });

describe('The turn of a write', () => {
  /** Policies of one credential; `send` sends one request of the policy. */
  function policies(count: number, concurrency: number) {
    const clock = new FastClock();
    const session = new CredentialSession({ concurrency });
    const sent: { policy: number; method: string; atMs: number }[] = [];
    let inFlight = 0;
    let most = 0;
    const all = Array.from({ length: count }, (_, policy) => {
      const turn = new WriteTurn({ ...session, clock, sleep: clock.sleep });
      const transport = async ({ method }: HTTPRequest): Promise<HTTPResponse> => {
        most = Math.max(most, (inFlight += 1));
        sent.push({ policy, method, atMs: clock.monotonic() });
        await clock.sleep(REQUEST_MS, never);
        inFlight -= 1;
        return { status: 200, headers: new Headers(), text: '' } as unknown as HTTPResponse;
      };
      const chain = pacing({ ...session, queryTime: () => session.queryTime, turn, clock, sleep: clock.sleep })(
        transport,
      );
      return { turn, send: (method: string) => chain(requestOf(method)) };
    });
    return { clock, all, sent, most: () => most };
  }

  for (const concurrency of [1, 2, 5]) {
    it(`reads just before it writes, one after the other, however many others ask (${concurrency} places)`, async () => {
      const { all, sent, most } = policies(POLICIES, concurrency);
      await Promise.all(
        all.flatMap(({ turn, send }) => [
          ...[send('GET'), send('GET')],
          turn.run(async () => {
            await send('GET');
            await send('PUT');
          }, never),
        ]),
      );
      const puts = sent.filter(({ method }) => method === 'PUT');
      expect(new Set(puts.map(({ policy }) => policy)).size, 'each has its turn').to.equal(POLICIES);
      for (const [index, { policy, atMs }] of puts.entries()) {
        const read = sent.filter((each) => each.policy === policy && each.method === 'GET').at(-1);
        expect(atMs - (read?.atMs ?? 0), 'from its read').to.be.at.most(concurrency * REQUEST_MS);
        if (index > 0) expect(atMs - (puts[index - 1]?.atMs ?? 0), 'a second apart').to.be.at.least(1_000);
      }
      expect(most()).to.be.at.most(concurrency);
    });
  }

  it('is given to the next where the work of one fails, or its pass ends while it waits', async () => {
    const { all } = policies(4, 1);
    const [first, second, third, fourth] = all.map(({ turn }) => turn);
    const controller = new AbortController();
    const ended: string[] = [];
    const fails = first?.run(async () => Promise.reject(new Error('so')), never).catch(() => ended.push('first'));
    const stops = second
      ?.run(async () => ended.push('second ran'), controller.signal)
      .catch(() => ended.push('second'));
    controller.abort();
    await Promise.all([fails, stops, third?.run(async () => ended.push('third'), never)]);
    expect(third?.isHeld).to.equal(false);
    await fourth?.run(async () => ended.push('fourth'), never);
    expect(ended.sort()).to.deep.equal(['first', 'fourth', 'second', 'third']);
  });
});
