import { expect } from 'chai';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { systemClock } from '../../cmd/plus1/clock.js';
import { APIError, NoAnswer } from '../../pkg/kube/api-error.js';
import { Connection } from '../../pkg/kube/index.js';
import { FakeAPI, refusal, type Handler } from './support/fake-api.js';
import { settle } from './support/until.js';

const never = new AbortController().signal;
const GET = { method: 'GET', path: '/version' } as const;

describe('Connection', () => {
  let api: FakeAPI;
  const start = async (handler: Handler): Promise<Connection> => {
    api = await FakeAPI.start(handler);
    return api.connection();
  };
  afterEach(() => api.close());

  it('keeps its connections', async () => {
    const connection = await start(() => ({ body: { ok: true } }));
    for (let count = 0; count < 50; count += 1) await connection.call(GET, never);
    expect(api.connections).to.equal(1);
  });

  it('signs each request and says who asks', async () => {
    const connection = await start(() => ({}));
    await connection.call({ ...GET, query: { limit: 5, watch: true } }, never);
    expect(api.asked[0]?.headers).to.include({
      authorization: 'Bearer secret-token',
      'user-agent': 'plus1-controller/test',
    });
    expect(api.asked[0]?.query.toString()).to.equal('limit=5&watch=true');
    expect(await connection.namespace()).to.equal('platform');
  });

  it('reads a rotated token once when the old one is refused, and no more often', async () => {
    api = await FakeAPI.start(({ headers }) =>
      headers.authorization === 'Bearer new' ? {} : refusal(401, 'Unauthorized'),
    );
    const tokenFile = join(api.folder, 'token');
    writeFileSync(tokenFile, 'old\n');
    const connection = api.connection(api.kubeconfig({ tokenFile }));
    const refused = await connection.call(GET, never).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(APIError).with.property('status', 401);
    expect(api.asked).to.have.length(2);
    writeFileSync(tokenFile, 'new\n');
    await connection.call(GET, never);
    expect(api.asked.at(-1)?.headers.authorization).to.equal('Bearer new');
  });

  it('keeps no connections of credentials that were refused', async () => {
    const connection = await start(() => refusal(401, 'Unauthorized'));
    for (let count = 0; count < 20; count += 1) await connection.call(GET, never).catch(() => undefined);
    await settle();
    expect(api.open).to.be.at.most(2);
    expect(api.asked).to.have.length(40);
  });

  it('repeats nothing of what a credential plug-in printed', async () => {
    const printed = 'eyJ-s3cret';
    api = await FakeAPI.start(() => ({}));
    for (const script of [`echo '${printed}'`, `echo '${printed}' >&2; exit 1`]) {
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
      const connection = api.connection(api.kubeconfig({ exec: { ...exec, interactiveMode: 'Never' } }));
      const thrown = (await connection.call(GET, never).catch((error: unknown) => error)) as Error;
      expect(thrown.message).to.match(/credential|configuration/);
      expect(inspect(thrown, { depth: 9 }).replaceAll(script, '')).to.not.contain(printed);
    }
    expect(api.asked).to.deep.equal([]);
  });

  it('takes only a word for a reason', async () => {
    const connection = await start(() => refusal(400, 'Bearer abc.def.ghi'));
    const thrown = (await connection.call(GET, never).catch((error: unknown) => error)) as Error;
    expect(thrown.message).to.equal('the API server answered 400');
  });

  it('gives up a call that is not answered in time, and the next one works', async () => {
    let isSilent = true;
    const connection = await start(() => (isSilent ? undefined : {}));
    const lost = await connection.call({ ...GET, timeoutMs: 60 }, never).catch((error: unknown) => error);
    expect(lost).to.be.instanceOf(NoAnswer).with.property('message', 'no answer within 0.06 s');
    isSilent = false;
    expect(await connection.call(GET, never)).to.deep.equal({});
  });

  it('ends with the reason of its signal', async () => {
    const connection = await start(() => undefined);
    const stop = new AbortController();
    const ended = connection.call(GET, stop.signal).catch((error: unknown) => error);
    setTimeout(() => stop.abort(new Error('stopped')), 30);
    expect(await ended).to.have.property('message', 'stopped');
  });

  const bodies: { reason: string; handler: Handler; error: object }[] = [
    {
      reason: 'a refusal with a Status',
      handler: () => refusal(409, 'Conflict', 'modified'),
      error: { status: 409, reason: 'Conflict', detail: 'modified', message: 'the API server answered 409 Conflict' },
    },
    {
      reason: 'a refusal in plain text',
      handler: () => ({ status: 404, body: '404 page not found\n' }),
      error: { status: 404, reason: '', message: 'the API server answered 404' },
    },
    {
      reason: 'a wait that is asked for',
      handler: () => ({ ...refusal(429, 'TooManyRequests'), headers: { 'retry-after': '3' } }),
      error: { retryAfterMs: 3_000 },
    },
    {
      reason: 'a wait of a day, which nobody waits',
      handler: () => ({ ...refusal(503, ''), headers: { 'retry-after': '86400' } }),
      error: { retryAfterMs: 30_000 },
    },
    { reason: 'an answer that is not JSON', handler: () => ({ body: '<html>' }), error: { name: 'NoAnswer' } },
    {
      reason: 'a connection that breaks',
      handler: (_asked, response) => void response.destroy(),
      error: { name: 'NoAnswer' },
    },
  ];
  for (const { reason, handler, error } of bodies) {
    it(`tells ${reason}`, async () => {
      const connection = await start(handler);
      const thrown = await connection.call(GET, never).catch((caught: unknown) => caught);
      expect(thrown).to.include(error);
    });
  }

  it('names the server that broke off, by host and port alone', async () => {
    const connection = await start((_asked, response) => void response.destroy());
    const thrown = await connection.call(GET, never).catch((caught: unknown) => caught);
    expect(thrown).to.have.property('message', `the connection to ${new URL(api.url).host} failed (ECONNRESET)`);
  });

  it('names the proxy in its place, without its password', async () => {
    api = await FakeAPI.start(() => ({}));
    const file = api.kubeconfig();
    const config = JSON.parse(readFileSync(file, 'utf8')) as { clusters: { cluster: object }[] };
    Object.assign(config.clusters[0]?.cluster ?? {}, {
      server: 'https://10.0.0.1:6443',
      'proxy-url': 'http://user:hunter2@127.0.0.1:1',
    });
    writeFileSync(file, JSON.stringify(config));
    const thrown = await api
      .connection(file)
      .call(GET, never)
      .catch((caught: unknown) => caught);
    expect(thrown).to.have.property('message', 'the connection to the proxy 127.0.0.1:1 failed (ECONNREFUSED)');
  });

  it('counts what was asked, and what was not answered', async () => {
    const connection = await start((_asked, response) =>
      api.asked.length === 1 ? {} : api.asked.length === 2 ? refusal(404, 'NotFound') : void response.destroy(),
    );
    for (let count = 0; count < 3; count += 1) await connection.call(GET, never).catch(() => undefined);
    const host = new URL(api.url).host;
    expect(api.counted).to.deep.equal([
      { code: '200', method: 'GET', host },
      { code: '404', method: 'GET', host },
      { code: '<error>', method: 'GET', host },
    ]);
  });

  const configs: { reason: string; config: string | undefined; message: RegExp }[] = [
    { reason: 'a file that is not there', config: undefined, message: /cannot be read: ENOENT/ },
    { reason: 'a file that is none', config: 'users: [token: s3cret', message: /is not valid/ },
    { reason: 'a file without a context', config: '{}', message: /is not valid|no current context/ },
  ];
  for (const { reason, config, message } of configs) {
    it(`says in one line what is wrong with the kubeconfig: ${reason}`, async () => {
      await start(() => ({}));
      const kubeconfig = join(api.folder, 'bad.yaml');
      rmSync(kubeconfig, { force: true });
      if (config !== undefined) writeFileSync(kubeconfig, config);
      const connection = new Connection({
        source: { kubeconfig, inCluster: false },
        userAgent: 'test',
        clock: systemClock,
      });
      const thrown = (await connection.namespace().catch((error: unknown) => error)) as Error & { code: string };
      expect(thrown.code).to.equal('PLUS1_CLUSTER_CONFIG');
      expect(thrown.message).to.match(message).and.not.contain('s3cret');
    });
  }

  it('says that there is no cluster where nothing names one', async () => {
    await start(() => ({}));
    const connection = new Connection({
      source: { inCluster: false, homeFolder: api.folder },
      userAgent: 'test',
      clock: systemClock,
    });
    expect(await connection.namespace().catch((error: { code: string }) => error.code)).to.equal(
      'PLUS1_CLUSTER_CONFIG',
    );
  });
});
