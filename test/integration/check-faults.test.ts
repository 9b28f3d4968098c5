/** Faults that `plus1 check` meets on the way to GitHub and with the credential as a whole: each stands on one line, with what to do. */
import { createServer as createHTTPServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { certificate } from '../github/support/certificate.js';
import { startProxy } from '../github/support/connect-proxy.js';
import { serve } from '../github/support/scripted-server.js';
import { CheckStage, classic, fine, PAT } from './check-stage.js';
import { plus1, TOKEN, type Ran } from './cli.js';

/** A web server, which answers everything with one page. */
async function startWeb(page: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createHTTPServer((_request, response) => response.setHeader('content-type', 'text/html').end(page));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))) };
}

describe('plus1 check: faults', function () {
  let stage: CheckStage;
  beforeEach(async () => {
    stage = await CheckStage.open();
  });
  afterEach(() => stage.close());

  /** The lines of the text that say `missing`, with what to do below them. */
  const faults = ({ stdout }: Ran): string[] => stdout.split('\n').filter((line) => /^ {2}missing /.test(line));
  async function one(
    ran: Promise<Ran>,
    { name, says, fix, exit = 1 }: { name: string; says: RegExp; fix: RegExp; exit?: number },
  ): Promise<void> {
    const done = await ran;
    expect(done.stderr).to.equal('');
    expect(faults(done), done.stdout).to.have.length(1);
    expect(faults(done)[0])
      .to.match(new RegExp(`^  missing  ${name} +PLUS1_`))
      .and.to.match(says);
    expect(done.stdout.split('\n').filter((line) => line.includes('Fix: '))).to.have.length(1);
    expect(done.stdout)
      .to.match(fix)
      .and.not.match(/\n +at /);
    expect(done.code).to.equal(exit);
  }

  it('a host where nothing listens', async () => {
    const gone = await serve(() => ({}));
    await gone.close();
    await one(stage.check([], { env: { GITHUB_API_URL: gone.url, GITHUB_TOKEN: TOKEN } }), {
      ...{ name: 'host', says: /127\.0\.0\.1:\d+ failed \(ECONNREFUSED\)/, fix: /Fix: check host and port/ },
    });
  });

  it('a host that is no API', async () => {
    const web = await startWeb('<!doctype html><title>Sign in</title>');
    await one(stage.check([], { env: { GITHUB_API_URL: web.url, GITHUB_TOKEN: TOKEN } }), {
      ...{ name: 'host', says: /PLUS1_API_ADDRESS_WRONG.*web page/, fix: /Fix: add \/api\/v3: use /, exit: 2 },
    });
    await web.close();
  });

  it('a CA that nobody trusts', async () => {
    const { key, cert } = certificate();
    const server = await serve(() => ({ body: {} }), { key, cert });
    await one(stage.check([], { env: { GITHUB_API_URL: server.url, GITHUB_TOKEN: TOKEN } }), {
      ...{ name: 'host', says: /SELF_SIGNED.*not trusted here/, fix: /Fix: give the CA: as ca\.crt in the Secret/ },
    });
    expect(server.asked).to.deep.equal([]);
    await server.close();
  });

  for (const { refuse, says, fix } of [
    { refuse: 407, says: /PLUS1_PROXY_REFUSED/, fix: /Fix: check user and password in HTTPS_PROXY/ },
    { refuse: 403, says: /opened no tunnel to .*: it answered 403/, fix: /Fix: let the proxy allow github\.example/ },
  ]) {
    it(`a proxy that answers ${refuse}`, async () => {
      const proxy = await startProxy({ refuse });
      const env = { GITHUB_API_URL: 'https://github.example/api/v3', GITHUB_TOKEN: TOKEN, HTTPS_PROXY: proxy.url };
      await one(stage.check([], { env }), { name: 'host', says, fix });
      await proxy.close();
    });
  }

  it('a server that says nothing', async () => {
    const silent = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await one(stage.check([], { env: { GITHUB_API_URL: url, GITHUB_TOKEN: TOKEN } }), {
      ...{ name: 'host', says: /PLUS1_GITHUB_UNAVAILABLE/, fix: /Fix: / },
    });
    silent.close();
  });

  it('a limit that is used up for longer than --max-wait', async () => {
    stage.github.rateLimit.set('core', { remaining: 0, resetInS: 1_800 });
    await one(stage.withToken(classic(['repo', 'admin:org']), 'ghp_a', ['--max-wait', '1s']), {
      ...{ name: 'rate-limit', says: /PLUS1_RATE_LIMITED/, fix: /Fix: wait; the time is named/ },
    });
  });

  it('a token that GitHub does not know', () =>
    one(stage.check([], { env: { GITHUB_TOKEN: 'ghp_unknown' } }), {
      ...{ name: 'credential', says: /PLUS1_TOKEN_REJECTED.*401/, fix: /Fix: issue a new token/ },
    }));

  it('a token that has ended', () =>
    one(stage.withToken(classic(['repo', 'admin:org'], { expiresAt: Date.now() - 1_000 }), 'ghp_a'), {
      ...{ name: 'credential', says: /PLUS1_TOKEN_REJECTED/, fix: /Fix: issue a new token/ },
    }));

  it('a token that is not authorized for single sign-on', () => {
    stage.acme.saml = true;
    return one(stage.withToken(classic(['repo', 'admin:org'], { sso: false }), 'ghp_a'), {
      ...{
        name: 'credential',
        says: /PLUS1_TOKEN_SSO/,
        fix: /Fix: authorize the token at https:\/\/github\.com\/orgs\/acme\/sso\?/,
      },
    });
  });

  it('an organization that forbids classic tokens', () => {
    stage.acme.forbidsClassicTokens = true;
    return one(stage.withToken(classic(['repo', 'admin:org']), 'ghp_a'), {
      ...{ name: 'credential', says: /forbids this kind of token/, fix: /Fix: use a GitHub App/ },
    });
  });

  it('a fine-grained token that waits for its approval', () =>
    one(stage.withToken(fine({ pending: true }), PAT), {
      ...{
        name: 'credential',
        says: /PLUS1_TOKEN_PENDING.*waits for the approval/,
        fix: /Fix: let an owner approve it: .*Pending requests/,
      },
    }));

  it('an organization that is not there', () =>
    one(
      plus1(['check', '--org', 'nobody'], { github: stage.github, env: { GITHUB_TOKEN: 'ghp_b' } }).finally(
        () => undefined,
      ),
      {
        ...{ name: 'credential|organization', says: /PLUS1_/, fix: /Fix: / },
      },
    ));

  it('an App whose key is of another', async () => {
    const { args } = stage.app({});
    writeFileSync(
      join(stage.folder, 'credentials', 'key', 'githubAppPrivateKey'),
      stage.github.world.apps.add({ id: 13 }).privateKey,
    );
    await one(plus1(args), {
      name: 'credential',
      says: /PLUS1_SECRET_INVALID/,
      fix: /Fix: check that githubAppPrivateKey/,
    });
  });

  it('an App that is suspended', async () => {
    const { args, installation } = stage.app({});
    installation.suspend();
    await one(plus1(args), { name: 'credential', says: /suspended/, fix: /Fix: let an owner .* unsuspend/ });
  });

  it('an App that is not installed', async () => {
    const { args, installation } = stage.app({});
    stage.github.world.apps.find('12')?.uninstall(installation);
    await one(plus1(args), { name: 'credential', says: /PLUS1_INSTALLATION_NOT_FOUND/, fix: /Fix: install the App/ });
  });

  it('a Secret that holds nothing', async () => {
    const { args } = stage.app({});
    writeFileSync(join(stage.folder, 'credentials', 'key', 'githubAppID'), '');
    const { code, stdout, stderr } = await plus1(args);
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^PLUS1_SECRET_INVALID: .*githubAppID.*\n$/);
  });

  for (const { title, args, env, says } of [
    { title: 'no organization', args: ['check'], env: {}, says: /neither --org nor -f/ },
    {
      title: 'a flag of sync alone',
      args: ['check', '--org', 'acme', '--dry-run'],
      env: {},
      says: /unknown option '--dry-run'/,
    },
    {
      title: 'no credential',
      args: ['check', '--org', 'acme'],
      env: { GITHUB_TOKEN: '' },
      says: /PLUS1_TOKEN_MISSING/,
    },
    {
      title: 'a host that the credential may not go to',
      args: ['check', '-f', 'policy.yaml'],
      env: {},
      says: /PLUS1_HOST_NOT_ALLOWED/,
    },
  ]) {
    it(`wrong usage, with exit code 2: ${title}`, async () => {
      const policy =
        'apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\nmetadata: {name: a}\nspec: {organization: acme, github: {apiURL: "https://github.example/api/v3"}}\n';
      writeFileSync(join(stage.folder, 'policy.yaml'), policy);
      const given = args.map((each) => (each === 'policy.yaml' ? join(stage.folder, each) : each));
      const { code, stdout, stderr } = await plus1(given, { github: stage.github, env });
      expect(code).to.equal(2);
      expect(stdout).to.equal('');
      expect(stderr)
        .to.match(says)
        .and.to.match(/^PLUS1_[^\n]*\n$/);
    });
  }
});
