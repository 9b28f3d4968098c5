import { expect } from 'chai';
import { Metrics } from '../../pkg/telemetry/index.js';
import { ask, raw, SOURCE, start, stopAll } from './support.js';

describe('/metrics', () => {
  afterEach(stopAll);

  it('is the registry, with its content type', async () => {
    const metrics = new Metrics({ version: '1.2.3', defaultMetrics: false });
    const { addresses } = await start({ registry: metrics.registry });
    const { status, body, headers } = await ask(addresses.metrics, '/metrics');
    expect(status).to.equal(200);
    expect(headers.get('content-type')).to.equal(metrics.registry.contentType);
    expect(body).to.contain('plus1_build_info{version="1.2.3"} 1');
  });

  it('is 500 where the registry fails, and the reason goes to the log alone', async () => {
    const registry = { ...SOURCE, metrics: () => Promise.reject(new Error('collector of secrets broke')) };
    const { addresses, log } = await start({ registry });
    expect(await ask(addresses.metrics, '/metrics')).to.include({ status: 500, body: 'internal error\n' });
    const line = log.lines.find(({ level }) => level === 'error');
    expect(line).to.deep.include({ msg: 'Request failed' });
    expect(line?.fields).to.include({ path: '/metrics', error: 'collector of secrets broke' });
  });
});

describe('a server', () => {
  afterEach(stopAll);

  for (const path of ['/metrics', '/healthz', '/readyz', '/readyz/ping']) {
    it(`answers HEAD ${path} as GET, without the body`, async () => {
      const { addresses } = await start();
      const address = path === '/metrics' ? addresses.metrics : addresses.health;
      const [get, head] = [await ask(address, path), await ask(address, path, { method: 'HEAD' })];
      expect(head).to.include({ status: get.status, body: '' });
      expect(head.headers.get('content-type')).to.equal(get.headers.get('content-type'));
    });
  }

  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    it(`refuses ${method}`, async () => {
      const { addresses } = await start();
      const body = method === 'OPTIONS' ? null : 'x'.repeat(100);
      const answer = await ask(addresses.health, '/healthz', { method, body });
      expect(answer.status).to.equal(405);
      expect(answer.headers.get('allow')).to.equal('GET, HEAD');
    });
  }

  for (const method of ['TRACE', 'PROPFIND']) {
    it(`refuses ${method}`, async () => {
      const { addresses } = await start();
      const { ended } = await raw(
        addresses.health,
        `${method} /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      );
      expect(await ended).to.match(/^HTTP\/1\.1 40[45] /);
    });
  }

  it('answers before an endless body arrives, and cuts the connection', async () => {
    const { addresses } = await start();
    const { ended } = await raw(
      addresses.health,
      'POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\nabc',
    );
    expect(await ended).to.match(/^HTTP\/1\.1 405 /);
  });

  it('does not say what it is made of', async () => {
    const { addresses } = await start();
    for (const path of ['/healthz', '/nothing', '/%zz']) {
      const { headers, body } = await ask(addresses.health, path);
      expect([headers.get('x-powered-by'), headers.get('server')], path).to.deep.equal([null, null]);
      expect(body.toLowerCase(), path).not.to.contain('fastify');
    }
  });

  it('is 404 for what is not there', async () => {
    const { addresses } = await start();
    for (const path of ['/', '/nothing', '/HEALTHZ'])
      expect((await ask(addresses.health, path)).status, path).to.equal(404);
  });

  it('refuses headers that are too long', async () => {
    const { addresses } = await start();
    const { ended } = await raw(
      addresses.health,
      `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    expect(await ended).to.match(/^HTTP\/1\.1 431 /);
  });

  it('gives up on a client that never ends its headers', async () => {
    const { addresses } = await start({ limits: { headersTimeoutMs: 100 } });
    const { ended } = await raw(addresses.health, 'GET /healthz HTTP/1.1\r\nhost: x\r\n');
    expect(await ended).to.match(/^HTTP\/1\.1 408 /);
  });

  it('writes one debug line a request, without its query, and nothing louder', async () => {
    const { addresses, log } = await start();
    await ask(addresses.health, '/readyz?verbose&exclude=ghp_secret');
    const lines = log.lines.filter(({ msg }) => msg === 'Request served');
    expect(lines).to.have.length(1);
    expect(lines[0]?.level).to.equal('debug');
    expect(lines[0]?.fields).to.include({ server: 'health', method: 'GET', path: '/readyz', status: 200 });
    expect(JSON.stringify(log.lines)).not.to.contain('ghp_secret');
    expect(log.lines.filter(({ level, msg }) => level !== 'debug' && msg !== 'Listening')).to.be.empty;
  });
});
