import { expect } from 'chai';
import { ask, fail, pass, start, stopAll } from './support.js';

describe('health', () => {
  afterEach(stopAll);

  for (const path of ['/healthz', '/readyz']) {
    it(`${path} is 200 ok where every check passes`, async () => {
      const { addresses } = await start({ checks: { healthz: { loop: pass }, readyz: { policies: pass } } });
      const { status, body, headers } = await ask(addresses.health, path);
      expect([status, body]).to.deep.equal([200, 'ok']);
      expect(headers.get('content-type')).to.equal('text/plain; charset=utf-8');
      expect(headers.get('cache-control')).to.equal('no-store');
    });
  }

  it('/readyz says what it waits for', async () => {
    const readyz = { policies: fail('3 of 200 policies looked at') };
    const { addresses } = await start({ checks: { healthz: {}, readyz } });
    const { status, body } = await ask(addresses.health, '/readyz');
    expect([status, body]).to.deep.equal([
      500,
      '[+]ping ok\n[-]policies failed: 3 of 200 policies looked at\nreadyz check failed\n',
    ]);
  });

  it('/readyz is ready as soon as its check is: nothing is kept', async () => {
    let ok = false;
    const { addresses } = await start({ checks: { healthz: {}, readyz: { policies: () => ({ ok, message: '' }) } } });
    expect((await ask(addresses.health, '/readyz')).status).to.equal(500);
    ok = true;
    expect((await ask(addresses.health, '/readyz')).status).to.equal(200);
  });

  it('/healthz names the failed check to strangers and gives its reason to the log alone', async () => {
    const { addresses, log } = await start({
      checks: { healthz: { loop: fail('worker 3 hangs on key a/b') }, readyz: {} },
    });
    const { status, body } = await ask(addresses.health, '/healthz');
    expect(status).to.equal(500);
    expect(body).to.equal('[+]ping ok\n[-]loop failed: reason withheld\nhealthz check failed\n');
    const line = log.lines.find(({ msg }) => msg === 'Check failed');
    expect(line).to.deep.include({ level: 'warn' });
    expect(line?.fields).to.include({ check: 'loop', reason: 'worker 3 hangs on key a/b' });
  });

  it('/healthz does not look at what readiness waits for', async () => {
    const { addresses } = await start({ checks: { healthz: {}, readyz: { policies: fail('0 of 1') } } });
    expect((await ask(addresses.health, '/healthz')).status).to.equal(200);
  });

  it('a check that throws has failed, and its text stays inside', async () => {
    const broken = (): never => {
      throw new Error('ENOENT /var/lib/plus1');
    };
    const { addresses } = await start({ checks: { healthz: {}, readyz: { policies: broken } } });
    const { status, body } = await ask(addresses.health, '/readyz');
    expect(status).to.equal(500);
    expect(body).to.contain('[-]policies failed: reason withheld').and.not.contain('ENOENT');
  });

  it('?verbose lists every check', async () => {
    const { addresses } = await start({ checks: { healthz: {}, readyz: { policies: pass, lease: pass } } });
    const { status, body } = await ask(addresses.health, '/readyz?verbose');
    expect([status, body]).to.deep.equal([200, '[+]ping ok\n[+]policies ok\n[+]lease ok\nreadyz check passed\n']);
  });

  it('?exclude leaves checks out, one or several', async () => {
    const { addresses } = await start({ checks: { healthz: {}, readyz: { one: fail('1'), two: fail('2') } } });
    expect((await ask(addresses.health, '/readyz?exclude=one')).body)
      .to.contain('[-]two')
      .and.not.contain('one');
    expect(await ask(addresses.health, '/readyz?exclude=one&exclude=two')).to.include({ status: 200, body: 'ok' });
  });

  it('?exclude of a check that is not there is told: misspelt, it would seem to work', async () => {
    const { addresses } = await start();
    const { status, body } = await ask(addresses.health, '/readyz?verbose&exclude=polices%0Aforged');
    expect(status).to.equal(200);
    expect(body).to.contain('warning: there is no check "polices\\nforged" to exclude');
  });

  it('/readyz/NAME asks one check', async () => {
    const { addresses } = await start({ checks: { healthz: {}, readyz: { one: pass, two: fail('0 of 2') } } });
    expect(await ask(addresses.health, '/readyz/one')).to.include({ status: 200, body: 'ok' });
    expect(await ask(addresses.health, '/readyz/two')).to.include({
      status: 500,
      body: '[-]two failed: 0 of 2\nreadyz check failed\n',
    });
    expect((await ask(addresses.health, '/readyz/ping')).status).to.equal(200);
  });

  for (const name of ['three', 'constructor', '__proto__', 'one/two']) {
    it(`/readyz/${name} is 404, since no check has that name`, async () => {
      const { addresses } = await start({ checks: { healthz: {}, readyz: { one: pass } } });
      expect((await ask(addresses.health, `/readyz/${name}`)).status).to.equal(404);
    });
  }
});
