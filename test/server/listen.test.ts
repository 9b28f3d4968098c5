import { expect } from 'chai';
import { createServer } from 'node:net';
import type { Plus1Error } from '../../pkg/errors/index.js';
import { ask, start, stopAll, type Line } from './support.js';

const listening = (lines: readonly Line[]): unknown[] =>
  lines.filter(({ msg }) => msg === 'Listening').map(({ fields }) => fields);
const portOf = (address = ''): number => Number(new URL(`http://${address}`).port);

/** The error that starting ends with. */
async function refusal(starting: Promise<unknown>): Promise<Plus1Error> {
  try {
    await starting;
  } catch (error) {
    return error as Plus1Error;
  }
  throw new Error('it started');
}

describe('where the servers listen', () => {
  afterEach(stopAll);

  it('is told in a log line each, with the port as bound', async () => {
    const { addresses, log } = await start();
    expect(portOf(addresses.metrics)).to.be.greaterThan(0);
    expect(listening(log.lines)).to.deep.equal([
      { server: 'metrics', address: addresses.metrics },
      { server: 'health', address: addresses.health },
    ]);
  });

  it('is two ports where both ask for any, and each serves its own', async () => {
    const { metrics, health } = (await start()).addresses;
    expect(metrics).not.to.equal(health);
    expect((await ask(metrics, '/metrics')).status).to.equal(200);
    expect((await ask(health, '/healthz')).status).to.equal(200);
    expect((await ask(metrics, '/healthz')).status).to.equal(404);
    expect((await ask(health, '/metrics')).status).to.equal(404);
  });

  it('is one listener for all where both name the same address', async () => {
    const spare = await start({ healthAddress: '0' });
    const address = `127.0.0.1:${portOf(spare.addresses.metrics)}`;
    await spare.close();
    const { addresses, log } = await start({ metricsAddress: address, healthAddress: address });
    expect(addresses).to.deep.equal({ metrics: address, health: address });
    expect(listening(log.lines)).to.deep.equal([
      { server: 'metrics', address },
      { server: 'health', address },
    ]);
    for (const path of ['/metrics', '/healthz', '/readyz'])
      expect((await ask(address, path)).status, path).to.equal(200);
  });

  it('is nowhere for 0', async () => {
    const { addresses, log } = await start({ metricsAddress: '0', healthAddress: '0' });
    expect(addresses).to.deep.equal({});
    expect(listening(log.lines)).to.be.empty;
  });

  it('is every interface without a host: IPv4 and, where the machine has it, IPv6', async () => {
    const { addresses } = await start({ healthAddress: '0', metricsAddress: ':0' });
    const port = portOf(addresses.metrics);
    expect((await ask(`127.0.0.1:${port}`, '/metrics')).body).to.equal('up 1\n');
    expect((await ask(addresses.metrics, '/metrics')).body).to.equal('up 1\n');
    if (addresses.metrics?.startsWith('[::]') === true)
      expect((await ask(`[::1]:${port}`, '/metrics')).body).to.equal('up 1\n');
  });

  it('is the address of a name', async () => {
    const { addresses } = await start({ healthAddress: '0', metricsAddress: 'localhost:0' });
    expect(addresses.metrics).to.match(/^(127\.0\.0\.1|\[::1\]):\d+$/);
    expect((await ask(addresses.metrics, '/metrics')).status).to.equal(200);
  });

  it('says that a port is taken, by flag and address, and leaves the other listener closed', async () => {
    const { addresses } = await start({ healthAddress: '0' });
    const taken = addresses.metrics ?? '';
    const spare = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => spare.once('listening', resolve));
    const first = `127.0.0.1:${(spare.address() as { port: number }).port}`;
    await new Promise((resolve) => spare.close(resolve));
    const error = await refusal(start({ metricsAddress: first, healthAddress: taken }));
    expect(error).to.have.property('code', 'PLUS1_USAGE');
    expect(error.message).to.equal(`--health-address: cannot listen on ${taken}: it is in use already`);
    expect(await ask(first, '/metrics').catch(() => 'closed')).to.equal('closed');
  });

  const hopeless = [
    { address: '192.0.2.1:0', says: 'this machine has no such address' },
    { address: 'a..b:0', says: 'the host name is not known' },
  ];
  for (const { address, says } of hopeless) {
    it(`says of ${address} that ${says}`, async () => {
      const error = await refusal(start({ metricsAddress: address }));
      expect(error).to.have.property('code', 'PLUS1_USAGE');
      expect(error.message).to.contain(`--metrics-address: cannot listen on ${address}`).and.contain(says);
    });
  }

  it('opens nothing where one of the flags is wrong', async () => {
    const error = await refusal(start({ healthAddress: '8081' }));
    expect(error.message).to.equal('--health-address: "8081" is no address');
    expect(error.fix).to.contain(':port');
  });
});
