/** Kind: a timer that the clock does not know. Every bound and every wait of a client is one of the clock that it was given. */
import { expect } from 'chai';
import { REQUEST_TIMEOUT_MS } from '../../pkg/github/index.js';
import { VirtualClock } from '../fakes/clock.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve, type ScriptedServer } from './support/scripted-server.js';

describe('A client in virtual time', () => {
  let server: ScriptedServer;
  let clock: VirtualClock;
  beforeEach(() => (clock = new VirtualClock()));
  afterEach(async () => {
    await server.close();
  });

  const until = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('gives up a request when that clock says so, and not before', async () => {
    server = await serve(() => new Promise(() => undefined));
    const client = clientFor(server.url, { clock, attempts: 0 });
    let isOver = false;
    const failure = failureOf(client.reader.preflight('acme', never)).finally(() => (isOver = true));
    await until(() => server.asked.length === 1);
    await clock.advance(REQUEST_TIMEOUT_MS - 1);
    expect(isOver).to.equal(false);
    await clock.advance(1);
    expect((await failure).message).to.match(/no whole answer within 15 s/);
    expect(clock.timers).to.equal(0);
    await client.close();
  });

  it('waits before it asks again by that clock', async () => {
    server = await serve((_, index) => (index === 0 ? { status: 502, body: {} } : { status: 404, body: {} }));
    const client = clientFor(server.url, { clock, retryDelayMs: 50_000 });
    const failure = failureOf(client.reader.preflight('acme', never));
    // After the answer the timer of the request is gone, and that of the wait is there: 50 s, and not 15.
    await until(() => (clock.nextDue ?? 0) === 50_000);
    expect(server.asked).to.have.length(1);
    await clock.advance(50_000);
    expect((await failure).code).to.equal('PLUS1_ORGANIZATION_NOT_FOUND');
    expect(server.asked).to.have.length(2);
    await client.close();
  });
});
