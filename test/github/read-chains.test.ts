/** A write that strays into a read chain: it would be sent again after each failure, and by a run that must not write. */
import { silentLog, sleep, type Sleep } from '../../pkg/base/index.js';
import type { TokenSource } from '../../pkg/github/requester/auth.js';
import { expect } from 'chai';
import { systemClock } from '../../cmd/plus1/clock.js';
import { WriteTurn } from '../../pkg/github/requester/write-turn.js';
import { CredentialSession } from '../../pkg/github/index.js';
import { mapError } from '../../pkg/github/map-error.js';
import {
  appChain,
  chains,
  type ChainOptions,
  type ReadChain,
  type WriteChain,
} from '../../pkg/github/requester/chains.js';
import { NOP_OBSERVER } from '../../pkg/github/requester/metrics.js';
import { CheckedTime } from '../../pkg/github/requester/pass-time.js';
import { Patience } from '../../pkg/github/requester/patience.js';
import { octokitOn, Requester } from '../../pkg/github/requester/requester.js';
import { createTransport } from '../../pkg/github/requester/transport.js';
import { failureOf, never, TOKEN } from './support/clients.js';
import { serve, type ScriptedServer } from './support/scripted-server.js';

const READ_CHAINS: ReadChain[] = ['reads', 'once', 'essential'];
const parameters = { org: 'acme', ruleset_id: 7, conditions: {} };

const SOURCE: TokenSource = {
  token: async () => TOKEN,
  age: () => 'old',
  accepted: () => undefined,
  rejected: () => false,
};

describe('A read chain', () => {
  let server: ScriptedServer;
  let transport: ReturnType<typeof createTransport>;
  let options: ChainOptions;
  let reads: Requester;
  let writes: Requester<WriteChain>;

  beforeEach(async () => {
    // An answer after which a read is sent again.
    server = await serve(() => ({ status: 502, body: {} }));
    transport = createTransport({ clock: systemClock });
    const clock = systemClock;
    const wait: Sleep = (ms, signal) => sleep(clock, ms, signal);
    const time = new CheckedTime(clock);
    const session = new CredentialSession();
    options = {
      apiURL: server.url,
      origin: new URL(server.url).origin,
      session,
      turn: new WriteTurn({ ...session, clock, sleep: wait }),
      patience: new Patience({ maxWaitMs: 0, clock, time, sleep: wait }),
      attempts: 3,
      retryDelayMs: 1,
      random: () => 0,
      clock,
      time,
      sleep: wait,
      observer: NOP_OBSERVER,
      log: silentLog,
    };
    const made = chains(options, SOURCE, transport.send);
    reads = new Requester(server.url, made.reads);
    writes = new Requester(server.url, made.writes);
  });
  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  const context = { what: 'try it', kind: 'Token', signal: never } as const;
  const refused = async (work: Promise<unknown>): Promise<void> => {
    const error = await failureOf(work.catch((thrown: unknown) => Promise.reject(mapError(thrown, context))));
    expect(error.code).to.equal('PLUS1_INTERNAL');
    expect(server.asked, 'nothing was sent').to.deep.equal([]);
  };

  for (const chain of READ_CHAINS) {
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
      it(`${chain} refuses a ${method}, and sends nothing`, async () => {
        const route = `${method} /orgs/{org}/rulesets/{ruleset_id}` as `GET ${string}`;
        await refused(reads.rest(route, parameters, { chain, signal: never }));
      });
    }

    for (const query of [
      'mutation { deleteRepositoryRuleset(input: {}) { clientMutationId } }',
      'query a { viewer { login } } mutation b { addStar(input: {}) { clientMutationId } }',
      'subscription { x }',
      '',
    ]) {
      it(`${chain} refuses ${query === '' ? 'a GraphQL request without a query' : query.slice(0, 40)}`, async () => {
        await refused(reads.graphql(query, {}, { chain, signal: never }));
      });
    }
  }

  it('sends reads, and again after a failure', async () => {
    await failureOf(
      reads
        .rest('GET /orgs/{org}', { org: 'acme' }, { chain: 'reads', signal: never })
        .catch((thrown: unknown) => Promise.reject(mapError(thrown, context))),
    );
    expect(server.asked).to.have.length(4);
    await failureOf(
      reads
        .graphql('query { viewer { login } }', {}, { chain: 'once', signal: never })
        .catch((thrown: unknown) => Promise.reject(mapError(thrown, context))),
    );
    expect(server.asked).to.have.length(5);
  });

  it('makes a client for a chain with its first request, and only one: a pass that sends little makes little', async () => {
    const made: string[] = [];
    const lazy = new Requester(server.url, chains(options, SOURCE, transport.send).reads, (url, send) => {
      made.push(url);
      return octokitOn(url, send);
    });
    expect(made).to.deep.equal([]);
    const ask = (): Promise<unknown> =>
      lazy.graphql('query { viewer { login } }', {}, { chain: 'once', signal: never });
    for (let times = 0; times < 2; times += 1) await ask().catch(() => undefined);
    expect(server.asked).to.have.length(2);
    expect(made).to.deep.equal([server.url]);
  });

  it('takes no write by its types, and a write chain nothing else', () => {
    const asks = [
      // @ts-expect-error -- a read chain has no route that writes
      () => reads.rest('PUT /orgs/{org}', {}, { chain: 'reads', signal: never }),
      // @ts-expect-error -- what reads has no chain that writes
      () => reads.rest('GET /orgs/{org}', {}, { chain: 'write', signal: never }),
      // @ts-expect-error -- what writes has no chain that is sent again
      () => writes.rest('PUT /orgs/{org}', {}, { chain: 'reads', signal: never }),
    ];
    expect(asks).to.have.length(3);
    expect(Object.keys(chains(options, SOURCE, transport.send).reads)).to.deep.equal(READ_CHAINS);
  });

  it('of an App lets its token be minted, and nothing else be written', async () => {
    const app = octokitOn(server.url, appChain(options, transport.send));
    await refused(app.request('DELETE /app/installations/{installation_id}', { installation_id: 12 }));
    await refused(app.request('PUT /app/installations/{installation_id}/suspended', { installation_id: 12 }));
    const minted = app.request('POST /app/installations/{installation_id}/access_tokens', { installation_id: 12 });
    await failureOf(minted.catch((thrown: unknown) => Promise.reject(mapError(thrown, context))));
    expect(server.asked.length).to.be.greaterThan(0);
  });
});
