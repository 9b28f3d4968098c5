/** Kind: a message that goes where it must not: by name, by literal, by redirect, by a name that changes its addresses. */
import { expect } from 'chai';
import { AllowedHosts } from '../../pkg/notify/destination/allowed-hosts.js';
import { isPublicAddress } from '../../pkg/notify/destination/addresses.js';
import { DestinationFault, DestinationGuard } from '../../pkg/notify/destination/guard.js';
import { poster, retryAfter } from '../../pkg/notify/destination/post.js';
import { ChannelServer } from '../fakes/channels/channel-server.js';

const REFUSED = [
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254', '168.63.129.16'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.168.1.1', '198.18.0.1', '224.0.0.1'],
  ...['255.255.255.255', '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe'],
  ...[
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:1::',
    'fd00:ec2::254',
    'fc00::1',
    'fe80::1',
    'ff02::1',
  ],
  // By a translator to IPv4, for protocols, and given to nobody.
  ...['::ffff:0:a9fe:a9fe', '::ffff:0:127.0.0.1', '2001:20::1', '1::1', '4000::1', '100:0:0:1::1'],
  ...['fe80::1%eth0', 'not-an-address', ''],
];

const ALLOWED = ['8.8.8.8', '140.82.112.3', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'];

const guardOf = (allowed: string[], addresses: readonly string[] = ['140.82.112.3']): DestinationGuard =>
  new DestinationGuard({ allowed: new AllowedHosts(allowed), lookUp: async () => addresses });

describe('Where a message may go', () => {
  for (const address of REFUSED)
    it(`is not ${JSON.stringify(address)}`, () => expect(isPublicAddress(address)).to.equal(false));

  it('is a public address', () => expect(ALLOWED.map(isPublicAddress)).to.deep.equal(ALLOWED.map(() => true)));

  it('is no address that is written out in any way', () => {
    const guard = guardOf([]);
    for (const host of [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '[::1]',
      '[::ffff:7f00:1]',
      '①②⑦.0.0.1',
    ])
      expect(() => guard.requireURL(`https://${host}/x`), host).to.throw(DestinationFault);
  });

  it('is https, without user and password', () => {
    const guard = guardOf([]);
    for (const url of ['http://hooks.example.com/', 'ftp://hooks.example.com/', 'javascript:alert(1)', 'hooks', ''])
      expect(() => guard.requireURL(url), url).to.throw(DestinationFault);
    expect(() => guard.requireURL('https://a:b@hooks.example.com/')).to.throw(/user or a password/);
    expect(guard.requireURL('https://hooks.example.com/x').href).to.equal('https://hooks.example.com/x');
  });

  it('is no name with a private address among others', async () => {
    const mixed = guardOf([], ['140.82.112.3', '10.0.0.1']);
    const fault = await mixed.addresses({ hostname: 'a.example', port: 443 }).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(DestinationFault);
    expect((fault as DestinationFault).fix).to.contain('--notify-allowed-host a.example:443');
  });

  it('is a private host that is allowed, with its port alone where that is given', async () => {
    const guard = guardOf(['in.example', 'other.example:8443'], ['10.0.0.1']);
    expect(await guard.addresses({ hostname: 'in.example', port: 1 })).to.deep.equal(['10.0.0.1']);
    expect(await guard.addresses({ hostname: 'other.example', port: 8443 })).to.deep.equal(['10.0.0.1']);
    const fault = await guard.addresses({ hostname: 'other.example', port: 443 }).catch((error: unknown) => error);
    expect(fault).to.be.instanceOf(DestinationFault);
    expect(guard.requireURL('http://in.example:3000/').protocol).to.equal('http:');
  });

  it('waits as long as it is asked to, and no longer than a day', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    expect(retryAfter('120', now)).to.equal(120_000);
    expect(retryAfter('Sun, 22 Nov 2026 10:01:00 GMT', now)).to.equal(60_000);
    expect(retryAfter('Sun, 22 Nov 2026 09:00:00 GMT', now)).to.equal(0);
    expect(retryAfter('99999999999', now)).to.equal(86_400_000);
    expect(retryAfter('soon', now)).to.equal(undefined);
  });
});

describe('A POST to a channel', () => {
  const servers: ChannelServer[] = [];
  const serve = async (answer: {
    status: number;
    text?: string;
    headers?: Record<string, string>;
  }): Promise<ChannelServer> => {
    const server = await new ChannelServer(() => answer).start();
    servers.push(server);
    return server;
  };
  const signal = new AbortController().signal;
  const clock = { now: () => Date.parse('2026-11-22T10:00:00Z') };

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('arrives at a host that is allowed, and says what came back', async () => {
    const server = await serve({ status: 429, text: 'slow down', headers: { 'retry-after': '30' } });
    const post = poster({ guard: guardOf([server.host], ['127.0.0.1']), clock });
    const answer = await post({ url: `http://${server.host}/x`, body: '{}' }, {}, signal);
    expect(answer).to.deep.equal({ status: 429, text: 'slow down', retryAfterMs: 30_000 });
    expect(server.received[0]?.headers['content-type']).to.equal('application/json; charset=utf-8');
  });

  it('follows no redirect', async () => {
    const inner = await serve({ status: 200, text: 'secret' });
    const outer = await serve({ status: 307, headers: { location: `http://${inner.host}/` } });
    const post = poster({ guard: guardOf([outer.host, inner.host], ['127.0.0.1']), clock });
    expect((await post({ url: `http://${outer.host}/x`, body: '{}' }, {}, signal)).status).to.equal(307);
    expect(inner.received).to.deep.equal([]);
  });

  it('is not sent to a name whose address is private by the time of the connection', async () => {
    const server = await serve({ status: 200 });
    const port = server.host.split(':')[1];
    // Public when somebody looked first, and another one when the connection is made.
    const answers = [['140.82.112.3'], ['127.0.0.1']];
    let asked = 0;
    const lookUp = async (): Promise<string[]> => answers[Math.min((asked += 1), 2) - 1] ?? [];
    const guard = new DestinationGuard({ allowed: new AllowedHosts([]), lookUp });
    await guard.addresses({ hostname: 'rebind.example', port: Number(port) });
    const thrown = await poster({ guard, clock })(
      { url: `https://rebind.example:${port}/x`, body: '{}' },
      {},
      signal,
    ).catch((error: unknown) => error);
    expect((thrown as Error).cause).to.be.instanceOf(DestinationFault);
    expect(server.received).to.deep.equal([]);
  });

  it('reads the beginning of an answer alone', async () => {
    const server = await serve({ status: 500, text: 'x'.repeat(1_000_000) });
    const post = poster({ guard: guardOf([server.host], ['127.0.0.1']), clock });
    const { text } = await post({ url: `http://${server.host}/x`, body: '{}' }, {}, signal);
    expect(text).to.have.length(4_096);
  });
});
