import { expect } from 'chai';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { ask, raw, SOURCE, start, stopAll } from './support.js';

/** A registry whose scrape ends when it is let go. */
function slow(): { registry: typeof SOURCE; asked: Promise<void>; letGo: () => void } {
  let letGo = (): void => undefined;
  let told = (): void => undefined;
  const asked = new Promise<void>((resolve) => (told = resolve));
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const metrics = async (): Promise<string> => {
    told();
    await held;
    return 'late 1\n';
  };
  return { registry: { ...SOURCE, metrics }, asked, letGo };
}

/** True where `promise` ends within `ms`. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const done = promise.then(() => true);
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

describe('closing the servers', () => {
  afterEach(stopAll);

  it('lets a request under way end, and takes no new one', async () => {
    const { registry, asked, letGo } = slow();
    const { addresses, close } = await start({ registry, healthAddress: '0' });
    const scrape = ask(addresses.metrics, '/metrics');
    await asked;
    const closed = close();
    expect(await within(50, closed)).to.equal(false);
    expect(await ask(addresses.metrics, '/metrics').catch(() => 'refused')).to.equal('refused');
    letGo();
    expect((await scrape).body).to.equal('late 1\n');
    expect(await within(1_000, closed)).to.equal(true);
  });

  it('cuts a request that does not end in time', async () => {
    const { registry, asked } = slow();
    const { addresses, close } = await start({ registry, limits: { closeTimeoutMs: 100 } });
    const scrape = ask(addresses.metrics, '/metrics').catch(() => 'cut');
    await asked;
    expect(await within(2_000, close())).to.equal(true);
    expect(await scrape).to.equal('cut');
  });

  it('cuts everything at once when nobody waits any longer', async () => {
    const { registry, asked } = slow();
    const { addresses, close } = await start({ registry, limits: { closeTimeoutMs: 60_000 } });
    const scrape = ask(addresses.metrics, '/metrics').catch(() => 'cut');
    await asked;
    const impatient = new AbortController();
    const closed = close(impatient.signal);
    impatient.abort();
    expect(await within(1_000, closed)).to.equal(true);
    expect(await scrape).to.equal('cut');
  });

  const idle = [
    { sends: '', reason: 'one that never said a word' },
    { sends: 'GET /healthz HTTP/1.1\r\nho', reason: 'one in the middle of its headers' },
  ];
  for (const { sends, reason } of idle) {
    it(`does not wait for a silent connection: ${reason}`, async () => {
      const { addresses, close } = await start({ limits: { closeTimeoutMs: 60_000 } });
      await ask(addresses.health, '/healthz');
      const { ended } = await raw(addresses.health, sends);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await within(1_000, close())).to.equal(true);
      expect(await within(1_000, ended)).to.equal(true);
    });
  }

  it('does not wait for a kept connection', async () => {
    const { addresses, close } = await start({ limits: { closeTimeoutMs: 60_000, keepAliveTimeoutMs: 60_000 } });
    const agent = new Agent({ keepAlive: true });
    const [answer] = await once(get(`http://${addresses.health}/healthz`, { agent }), 'response');
    expect(answer.headers.connection).to.equal('keep-alive');
    await once(answer.resume(), 'end');
    expect(await within(1_000, close())).to.equal(true);
    agent.destroy();
  });

  it('frees the port, and may be asked for twice', async () => {
    const { addresses, close } = await start({ healthAddress: '0' });
    await Promise.all([close(), close()]);
    const again = await start({ healthAddress: '0', metricsAddress: addresses.metrics ?? '' });
    expect((await ask(again.addresses.metrics, '/metrics')).status).to.equal(200);
  });
});
