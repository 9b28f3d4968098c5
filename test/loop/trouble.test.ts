import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { kept, memberNames, names, PRODUCTION, say, town } from '../builders.js';
import type { Organization } from '../fakes/github/index.js';
import { certificate } from '../github/support/certificate.js';
import { serve, type ScriptedServer } from '../github/support/scripted-server.js';
import { DAY, HOUR, Loop, MINUTE } from './loop.js';

describe('The loop over a folder: a clock that is wrong', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 6, demoted: 1 });
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' }, exit: { gracePeriod: '3h' } }));
    await loop.start();
  });
  afterEach(() => loop.close());

  for (const { name, shift } of [
    { name: 'an hour back', shift: -HOUR },
    { name: 'a day forward', shift: DAY },
  ]) {
    it(`${name}: nobody leaves and no clock starts or ends, what enters does, and it is said; set right, all goes on`, async () => {
      const { leaving } = loop.status('acme');
      expect(leaving).to.have.length(1);
      loop.clock.shiftWallClock(shift);
      say(acme.get('member-001'), 'deprecated');
      acme.createRepository({ name: 'fresh', files: { 'entity.datadog.yaml': PRODUCTION } });
      await loop.pass(4 * HOUR);
      expect(memberNames(acme)).to.deep.equal(['demoted-001', 'fresh', ...names('member', 6)]);
      expect(loop.ready('acme')).to.equal('False Incomplete');
      expect(loop.condition('acme', 'Ready')?.message).to.match(/clock/);
      expect(loop.status('acme').leaving).to.deep.equal(leaving);
      loop.clock.shiftWallClock(-shift);
      await loop.pass(1.1 * HOUR);
      expect(loop.ready('acme')).to.equal('True Converged');
      expect(memberNames(acme), 'its 3 h were over by the true time').to.deep.equal(['fresh', ...names('member', 6)]);
      expect(loop.status('acme').leaving?.map((clock) => clock.name)).to.deep.equal(['member-001']);
    });
  }

  it('four minutes are no trouble', async () => {
    loop.clock.shiftWallClock(4 * MINUTE);
    await loop.pass(2 * HOUR);
    expect(loop.ready('acme')).to.equal('True Converged');
  });
});

/** Kind of fault: more than one request to find out that a limit or an outage goes on. */
describe('The loop over a folder: a GitHub that refuses', function () {
  let loop: Loop;
  afterEach(() => loop.close());

  it('is asked one question by a pass after one that failed, and all again when it serves', async () => {
    loop = await Loop.open({ organizations: [town({ members: 3 })] });
    loop.github.faults.when(({ operation }) => operation === 'orgs/get', { kind: 'status', status: 503 }, Infinity);
    loop.put('acme.yaml', loop.policy('acme', { schedule: { interval: '1h' } }));
    await loop.start();
    expect(loop.status('acme').lastPass?.result).to.equal('Failed');
    loop.github.requests.length = 0;
    await loop.pass(3 * HOUR);
    expect(loop.github.requests.length).to.be.at.least(2);
    expect(new Set(loop.github.requests.map(({ operation }) => operation))).to.deep.equal(new Set(['orgs/get']));
    loop.github.faults.clear();
    await loop.pass(2 * HOUR);
    expect(loop.ready('acme')).to.equal('True Converged');
  });
});

describe('The loop over a folder: a GitHub that speaks TLS 1.2 only', function () {
  const { key, cert } = certificate();
  let old: ScriptedServer;
  let loop: Loop;
  const run = async (options: { tlsMinVersion?: '1.2' }): Promise<void> => {
    old = await serve(() => ({ status: 401, body: { message: 'Bad credentials' } }), {
      key,
      cert,
      maxVersion: 'TLSv1.2',
    });
    loop = await Loop.open({ organizations: [], ...options });
    loop.secret('main', { token: 'ghp_old', githubAppBaseURL: old.url, 'ca.crt': cert });
    const github = { apiURL: old.url, credentials: { secretRef: { name: 'main' } } };
    loop.put('acme.yaml', loop.policy('acme', { github }));
    await loop.start();
  };
  afterEach(async () => {
    await loop.close();
    await old.close();
  });

  it('is not spoken to, and the way to allow it is told', async () => {
    await run({});
    expect(loop.ready('acme')).to.equal('False GitHubUnavailable');
    expect(loop.condition('acme', 'Ready')?.message).to.contain('--tls-min-version 1.2');
    expect(old.asked).to.have.length(0);
  });

  it('is spoken to where that is allowed', async () => {
    await run({ tlsMinVersion: '1.2' });
    expect(loop.ready('acme')).to.equal('False AuthenticationFailed');
  });
});

describe('The loop over a folder: GitHub is gone', function () {
  const outages: { name: string; take: (loop: Loop) => void }[] = [
    {
      name: 'answers 502',
      take: ({ github }) => void github.faults.when(() => true, { kind: 'status', status: 502 }, Infinity),
    },
    {
      name: 'resets connections',
      take: ({ github }) => void github.faults.when(() => true, { kind: 'reset' }, Infinity),
    },
    { name: 'says nothing', take: ({ github }) => void github.faults.when(() => true, { kind: 'timeout' }, Infinity) },
    {
      name: 'is limited',
      take: ({ github }) =>
        void github.faults.when(() => true, { kind: 'primary', status: 403, resetInS: 600 }, Infinity),
    },
    {
      name: 'speaks nonsense',
      take: ({ github }) => void github.faults.when(() => true, { kind: 'malformed' }, Infinity),
    },
  ];
  for (const { name, take } of outages) {
    it(`${name} for an hour: nothing is written, it is said, and it goes on within the interval after`, async () => {
      const acme = town({ members: 6, demoted: 1 });
      const loop = await Loop.open({ organizations: [acme] });
      const { requestTimeoutMs } = loop;
      try {
        loop.put('acme.yaml', loop.policy('acme', { exit: { gracePeriod: '2h' } }));
        await loop.start();
        expect(loop.ready('acme')).to.equal('True Converged');
        take(loop);
        // Where no answer comes, any wait for it is long enough.
        if (name === 'says nothing') loop.requestTimeoutMs = 20;
        loop.github.requests.length = 0;
        await loop.pass(HOUR);
        expect(loop.ready('acme')).to.be.oneOf(['False GitHubUnavailable', 'False RateLimited', 'False Incomplete']);
        const asked = loop.github.requests.length;
        expect(asked, 'it does not hammer').to.be.lessThan(250);
        expect(loop.github.counts().writes).to.equal(0);
        loop.github.faults.clear();
        loop.requestTimeoutMs = requestTimeoutMs;
        await loop.pass(11 * MINUTE);
        expect(loop.ready('acme')).to.equal('True Converged');
        expect(loop.events('Recovered')).to.have.length(1);
        expect(memberNames(acme)).to.include('demoted-001');
        await loop.pass(HOUR);
        expect(memberNames(acme), 'the outage neither cleared nor stopped its clock').to.deep.equal(names('member', 6));
      } finally {
        await loop.close();
      }
    });
  }

  it('leaves the last fifth of the hourly limit to others, over all policies that share the credential', async () => {
    const organizations = ['acme', 'beta', 'gamma', 'delta'].map((login) => town({ login, members: 2 }));
    const loop = await Loop.open({ organizations });
    try {
      for (const { login } of organizations)
        loop.put(`${login}.yaml`, loop.policy(login, { schedule: { interval: '1m' } }));
      await loop.start();
      loop.github.rateLimit.set('core', { remaining: 1_100, resetInS: 1_800 });
      await loop.pass(25 * MINUTE);
      const state = loop.github.rateLimit.state('user:plus1-bot', 'core');
      expect(state?.remaining).to.be.within(990, 1_000);
      for (const { login } of organizations) {
        expect(loop.ready(login)).to.equal('False RateLimited');
        expect(Date.parse(loop.status(login).nextPassTime ?? '')).to.be.within(
          loop.clock.now(),
          loop.clock.now() + 6 * MINUTE,
        );
      }
      await loop.pass(10 * MINUTE);
      for (const { login } of organizations) expect(loop.ready(login)).to.equal('True Converged');
    } finally {
      await loop.close();
    }
  });
});

describe('The loop over a folder: credentials that change', function () {
  let loop: Loop;
  const TOKENS = { old: 'ghp_old00000000000000000000000000000000', fresh: 'ghp_fresh000000000000000000000000000000' };

  beforeEach(async () => {
    loop = await Loop.open({ organizations: [town({ members: 2, promoted: 1 }), town({ login: 'beta', members: 1 })] });
    const { tokens } = loop.github.world;
    tokens.acceptAny = false;
    for (const token of ['ghp_environment', ...Object.values(TOKENS)])
      tokens.add(token, { kind: 'classic', scopes: ['repo', 'admin:org'] });
    const named = loop.policy('acme', {
      github: { apiURL: loop.github.apiURL, credentials: { secretRef: { name: 'main' } } },
    });
    loop.put('acme.yaml', named);
    loop.put('beta.yaml', loop.policy('beta'));
  });
  afterEach(() => loop.close());

  const secret = (token: string): void => loop.secret('main', { token, githubAppBaseURL: loop.github.apiURL });

  it('a token that was rotated is used by the next pass, without a restart', async () => {
    secret(TOKENS.old);
    await loop.start();
    expect(loop.status('acme').credentials).to.include({ kind: 'Token', secretName: 'main' });
    loop.github.world.tokens.revoke(TOKENS.old);
    await loop.pass(10.6 * MINUTE);
    expect(loop.ready('acme')).to.equal('False AuthenticationFailed');
    expect(loop.ready('beta')).to.equal('True Converged');
    secret(TOKENS.fresh);
    await loop.pass(10.6 * MINUTE);
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('a token that was rotated during the pass is tried at once', async () => {
    secret(TOKENS.old);
    await loop.start();
    loop.github.beforeRequest(({ path, headers }) => {
      if (path !== '/orgs/acme' || !String(headers['authorization']).includes('old')) return;
      loop.github.world.tokens.revoke(TOKENS.old);
      secret(TOKENS.fresh);
    });
    await loop.lookNow();
    await loop.pass(1_000);
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('an App that was replaced during the pass is tried at once', async () => {
    const apps = [12, 13].map((id) => loop.github.world.apps.add({ id }));
    const installations = apps.map((app) => app.install(loop.github.world.get('acme')));
    const useApp = (index: number): void =>
      loop.secret('main', {
        githubAppID: String(apps[index]?.id),
        githubAppInstallationID: String(installations[index]?.id),
        githubAppPrivateKey: apps[index]?.privateKey ?? '',
        githubAppBaseURL: loop.github.apiURL,
      });
    useApp(0);
    loop.github.beforeRequest(({ path }) => {
      if (!path.endsWith(`/installations/${installations[0]?.id}/access_tokens`)) return;
      apps[0]?.uninstall(installations[0]!);
      useApp(1);
    });
    await loop.start();
    await loop.pass(1_000);
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('a Secret that is missing or wrong stalls its policy, is named, and counts as soon as it is there', async () => {
    await loop.start();
    expect([loop.ready('acme'), loop.ready('beta')]).to.deep.equal(['False SecretNotFound', 'True Converged']);
    loop.secret('main', { something: 'else' });
    await loop.lookNow();
    expect(loop.ready('acme')).to.equal('False InvalidCredentials');
    secret(TOKENS.old);
    await loop.pass(10.6 * MINUTE);
    expect(loop.ready('acme')).to.equal('True Converged');
    rmSync(join(loop.credentials, 'main'), { recursive: true });
    await loop.pass(10.6 * MINUTE);
    expect(loop.ready('acme')).to.equal('False SecretNotFound');
    expect(loop.condition('acme', 'Compliant')?.status, 'what was last seen').to.equal('True');
  });

  it("a credential's metrics go with its last policy, and with its last use", async () => {
    secret(TOKENS.old);
    const text = (): Promise<string> => loop.running.metrics.registry.metrics();
    await loop.start();
    expect(await text())
      .to.include('credential="default/main"')
      .and.include('credential="environment"');
    await loop.edit('beta.yaml', undefined, 'beta');
    expect(await text())
      .to.include('credential="default/main"')
      .and.not.include('credential="environment"');
    await loop.edit('acme.yaml', loop.policy('acme'), 'acme');
    expect(await text())
      .to.include('credential="environment"')
      .and.not.include('credential="default/main"');
  });

  it('goes to no host that was not allowed, whatever the policy says', async () => {
    secret(TOKENS.old);
    loop.put(
      'gamma.yaml',
      loop.policy('gamma', { github: { apiURL: 'http://127.0.0.1:9/', credentials: { secretRef: { name: 'main' } } } }),
    );
    await loop.start();
    expect(loop.ready('gamma')).to.equal('False HostNotAllowed');
    expect(loop.ready('acme')).to.equal('True Converged');
  });
});

describe('The loop over a folder: a state folder that takes nothing', function () {
  let loop: Loop;
  let acme: Organization;

  beforeEach(async () => {
    acme = town({ members: 6, promoted: 1 });
    loop = await Loop.open({ organizations: [acme] });
    loop.put('acme.yaml', loop.policy('acme'));
  });
  afterEach(async () => {
    spawnSync('umount', [loop.state]);
    await loop.close();
  });

  /** Only root may mount, and not in every container. */
  function mounted(options: string): boolean {
    return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', loop.state]).status === 0;
  }

  async function nothingIsWritten(): Promise<void> {
    loop.github.reset();
    kept(acme).setMembers(kept(acme).members.slice(1));
    const before = kept(acme).members;
    await loop.pass(25 * MINUTE);
    expect(loop.github.counts().writes, 'no write without its intent on disk').to.equal(0);
    expect(kept(acme).members).to.deep.equal(before);
    expect(loop.lines.some((line) => line.level === 'error' && line['code'] === 'PLUS1_STATE_UNWRITABLE')).to.equal(
      true,
    );
    expect(await loop.metric('plus1_condition', { type: 'Ready', status: 'False' })).to.equal(1);
  }

  it('because the disk is full: nothing is written to GitHub, it is told, the old state stays whole, and it recovers', async function () {
    if (!mounted('size=64k')) return skipped(this, 'a file system cannot be mounted here');
    await loop.start();
    const before = loop.object('acme');
    const filler = join(loop.state, 'filler');
    fill(filler);
    await nothingIsWritten();
    expect(loop.object('acme')).to.deep.equal(before);
    rmSync(filler);
    await loop.pass(10.6 * MINUTE);
    expect([loop.ready('acme'), memberNames(acme)]).to.deep.equal([
      'True Converged',
      [...names('member', 6), 'promoted-001'],
    ]);
  });

  it('because it is read-only: the same', async function () {
    if (!mounted('size=256k')) return skipped(this, 'a file system cannot be mounted here');
    await loop.start();
    spawnSync('mount', ['-o', 'remount,ro', loop.state]);
    await nothingIsWritten();
    spawnSync('mount', ['-o', 'remount,rw', loop.state]);
    await loop.pass(10.6 * MINUTE);
    expect(loop.ready('acme')).to.equal('True Converged');
  });

  it('because nobody may write there: the same', async function () {
    if (process.getuid?.() === 0) return skipped(this, 'root may write everywhere');
    await loop.start();
    chmodSync(join(loop.state, 'default'), 0o500);
    await nothingIsWritten();
    chmodSync(join(loop.state, 'default'), 0o700);
    await loop.pass(10.6 * MINUTE);
    expect(loop.ready('acme')).to.equal('True Converged');
  });
});

function skipped(context: Mocha.Context, why: string): void {
  console.log(`      skipped: ${why}`);
  context.skip();
}

function fill(path: string): void {
  for (let size = 65_536; size > 0; size = Math.floor(size / 2)) {
    try {
      writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Until not even one byte more.
    }
  }
}
