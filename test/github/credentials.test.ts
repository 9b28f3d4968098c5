import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { systemClock } from '../../cmd/plus1/clock.js';
import { CredentialSession, parseSecret, type AppCredential } from '../../pkg/github/index.js';
import { missingPermissions } from '../../pkg/github/requester/grant.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import {
  seedOrganization,
  startGitHub,
  type App,
  type GitHubSimulator,
  type Installation,
  type Organization,
} from '../fakes/github/index.js';
import { clientFor, failureOf, never, textOf, TOKEN } from './support/clients.js';
import { serve } from './support/scripted-server.js';
import { certificate } from './support/certificate.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PKCS1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const PKCS8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const APP = { githubAppID: '12', githubAppInstallationID: '34', githubAppPrivateKey: PKCS1 };

describe('the keys of a Secret', () => {
  const good: { keys: Record<string, string>; credential: object; reason: string }[] = [
    { keys: { token: TOKEN }, credential: { kind: 'Token', token: TOKEN }, reason: 'a token' },
    {
      keys: { token: `${TOKEN}\n` },
      credential: { kind: 'Token', token: TOKEN },
      reason: 'a token with a line break at its end',
    },
    {
      keys: { token: 'ghs_12_eyJ.a-b_c' },
      credential: { kind: 'Token', token: 'ghs_12_eyJ.a-b_c' },
      reason: 'a stateless token',
    },
    {
      keys: { ...APP, token: '' },
      credential: { kind: 'App', appID: '12', installationID: 34, privateKey: PKCS8 },
      reason: 'an App, PKCS#1',
    },
    {
      keys: { ...APP, githubAppPrivateKey: PKCS8 },
      credential: { kind: 'App', appID: '12', installationID: 34, privateKey: PKCS8 },
      reason: 'an App, PKCS#8',
    },
    {
      keys: { ...APP, githubAppPrivateKey: PKCS1.replaceAll('\n', '\\n') },
      credential: { kind: 'App', appID: '12', installationID: 34, privateKey: PKCS8 },
      reason: 'escaped line breaks',
    },
    {
      keys: { ...APP, githubAppID: 'Iv23liABCDEFGH' },
      credential: { kind: 'App', appID: 'Iv23liABCDEFGH', installationID: 34, privateKey: PKCS8 },
      reason: 'a client id',
    },
    {
      keys: { ...APP, githubAppInstallationID: '', githubAppInstallationOwner: 'ACME' },
      credential: { kind: 'App', appID: '12', installationOwner: 'ACME', privateKey: PKCS8 },
      reason: 'an owner in place of the id',
    },
    {
      keys: { ...APP, githubAppInstallationOwner: 'else' },
      credential: { kind: 'App', appID: '12', installationID: 34, privateKey: PKCS8 },
      reason: 'the id wins over the owner',
    },
  ];
  for (const { keys, credential, reason } of good) {
    it(`are taken: ${reason}`, () => expect(parseSecret(keys, 'acme').credential).to.deep.equal(credential));
  }

  const bad: { keys: Record<string, string>; says: string; reason: string }[] = [
    { keys: {}, says: 'neither token nor githubAppID', reason: 'nothing' },
    { keys: { token: '' }, says: 'token is empty', reason: 'an empty token' },
    { keys: { token: `${TOKEN} x` }, says: 'characters that no token has', reason: 'a blank inside' },
    { keys: { token: `${TOKEN}\r\nx: y` }, says: 'characters that no token has', reason: 'a header smuggled in' },
    { keys: { token: `${TOKEN}é` }, says: 'characters that no token has', reason: 'a letter outside ASCII' },
    { keys: { token: TOKEN, githubAppID: '12' }, says: 'both token and githubAppID', reason: 'two credentials' },
    { keys: { ...APP, githubAppID: '' }, says: 'githubAppID is missing', reason: 'no App' },
    { keys: { ...APP, githubAppID: 'my-app' }, says: 'githubAppID is neither', reason: 'a name for an id' },
    { keys: { ...APP, githubAppPrivateKey: '' }, says: 'githubAppPrivateKey is missing', reason: 'no key' },
    {
      keys: { ...APP, githubAppPrivateKey: PKCS1.slice(0, 400) },
      says: 'githubAppPrivateKey is not an RSA private key',
      reason: 'half a key',
    },
    {
      keys: { ...APP, githubAppPrivateKey: EC },
      says: 'githubAppPrivateKey is not an RSA private key',
      reason: 'a key of another kind',
    },
    {
      keys: { ...APP, githubAppInstallationID: '' },
      says: 'githubAppInstallationID (or githubAppInstallationOwner) is missing',
      reason: 'no installation',
    },
    {
      keys: { ...APP, githubAppInstallationID: '3x' },
      says: 'githubAppInstallationID is not a number',
      reason: 'a bad installation',
    },
    {
      keys: { ...APP, githubAppInstallationID: '', githubAppInstallationOwner: 'other' },
      says: 'another account than the organization acme',
      reason: 'an installation elsewhere',
    },
    {
      keys: { token: TOKEN, githubAppBaseURL: 'http://github.example.com' },
      says: 'githubAppBaseURL is not https',
      reason: 'plain http',
    },
    { keys: { token: TOKEN, 'ca.crt': 'nonsense' }, says: 'ca.crt is not a certificate', reason: 'no certificate' },
  ];
  for (const { keys, says, reason } of bad) {
    it(`are refused: ${reason}`, () => {
      try {
        parseSecret(keys, 'acme');
      } catch (error) {
        expect(error).to.be.instanceOf(Plus1Error).with.property('code', 'PLUS1_SECRET_INVALID');
        expect((error as Plus1Error).message).to.contain(says);
        expect(textOf(error)).to.not.contain(TOKEN).and.not.contain(PKCS1.slice(40, 90));
        return;
      }
      expect.fail('it was taken');
    });
  }

  it('carry the base address and the CA, for tokens too', () => {
    const { cert } = certificate();
    const parsed = parseSecret(
      { token: TOKEN, githubAppBaseURL: 'https://ghes.example.com/api/v3', 'ca.crt': cert },
      'acme',
    );
    expect(parsed).to.include({ baseURL: 'https://ghes.example.com/api/v3', caCert: cert.trim() });
  });

  it('are looked up as own keys only', () => {
    expect(() => parseSecret(Object.create({ token: TOKEN }) as Record<string, string>, 'acme'))
      .to.throw()
      .with.property('code', 'PLUS1_SECRET_INVALID');
  });
});

describe('the permissions of an App', () => {
  for (const { permissions, missing, reason } of [
    {
      permissions: {},
      missing: ['organization_administration: write', 'contents: read', 'metadata: read'],
      reason: 'none at all',
    },
    {
      permissions: { organization_administration: 'read', contents: 'read', metadata: 'read' },
      missing: ['organization_administration: write'],
      reason: 'reading rulesets takes write, too',
    },
    {
      permissions: { organization_administration: 'admin', contents: 'write', metadata: 'read', members: 'read' },
      missing: [],
      reason: 'more than enough',
    },
    {
      permissions: { organization_administration: 'write', contents: 'none', metadata: 'read' },
      missing: ['contents: read'],
      reason: 'a level that is none',
    },
  ] as { permissions: Record<string, string>; missing: string[]; reason: string }[]) {
    it(`lack [${missing.join(', ')}]: ${reason}`, () =>
      expect(missingPermissions(permissions, 'RepositoryID')).to.deep.equal(missing));
  }
});

describe('a GitHub App', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let app: App;
  let installation: Installation;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 60, production: 30 });
    github = await startGitHub({ organizations: [acme] });
    app = github.world.apps.add({ id: 12 });
    installation = app.install(acme);
    github.world.tokens.acceptAny = false;
  });
  afterEach(() => github.close());

  const credential = (over: Partial<AppCredential> = {}): AppCredential => ({
    kind: 'App',
    appID: '12',
    privateKey: app.privateKey,
    installationID: installation.id,
    ...over,
  });
  const client = (over: Parameters<typeof clientFor>[1] = {}): ReturnType<typeof clientFor> =>
    clientFor(github.apiURL, { credential: credential(), ...over });
  const look = { organization: 'acme', paths: ['entity.datadog.yaml'], wanted: () => true, judge: () => 1 };

  it('mints one token for all that runs at once, and keeps it', async () => {
    const one = client();
    await Promise.all([
      one.reader.preflight('acme', never),
      one.reader.findRuleset('acme', 'plus1_enforcement', never),
    ]);
    await one.reader.inventory(look, never);
    expect(github.counts().mints).to.equal(1);
    expect(one.reader.credential).to.deep.equal({ kind: 'App', visibility: 'Full' });
  });

  it('is found by the owner of its installation, and by the organization where nobody is named', async () => {
    const { installationID: _, ...rest } = credential();
    await client({ credential: { ...rest, installationOwner: 'acme' } }).reader.preflight('acme', never);
    await client({ credential: rest, organization: 'acme' }).reader.preflight('acme', never);
    expect(github.requests.filter(({ path }) => path === '/orgs/acme/installation')).to.have.length(2);
  });

  it('shares its token with the other policies of its session', async () => {
    const session = new CredentialSession();
    await client({ session }).reader.preflight('acme', never);
    await client({ session }).reader.preflight('acme', never);
    expect(github.counts().mints).to.equal(1);
  });

  it('sees only a part where only some repositories were selected', async () => {
    installation.repositories = new Set([acme.repositories[0]?.id ?? 0]);
    const one = client();
    await one.reader.preflight('acme', never);
    expect(one.reader.credential).to.deep.equal({ kind: 'App', visibility: 'Partial' });
  });

  it('mints a new token shortly before the old one ends', async () => {
    let ahead = 0;
    const one = client({
      clock: { ...systemClock, now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead },
    });
    await one.reader.preflight('acme', never);
    ahead = 54 * 60_000;
    await one.reader.preflight('acme', never);
    expect(github.counts().mints, 'six minutes are left').to.equal(1);
    ahead = 56 * 60_000;
    await one.reader.preflight('acme', never);
    expect(github.counts().mints, 'four minutes are left').to.equal(2);
  });

  it('sends a write that got a 401 once, and mints another token for what comes after it', async () => {
    const one = client();
    const live = await one.reader.findRuleset('acme', 'plus1_enforcement', never);
    const used = github.requests.find(({ path }) => path.startsWith('/orgs/acme/rulesets'))?.headers[
      'authorization'
    ] as string;
    github.world.tokens.revoke(used.replace(/^bearer /i, ''));
    const outcome = await one.writer.writeMembers('acme', live, [acme.repositories[0]?.id ?? 0], never);
    expect(outcome.state).to.equal('refused');
    expect([github.requests.filter(({ isWrite }) => isWrite).length, github.counts().mints]).to.deep.equal([1, 1]);
    await one.reader.findRuleset('acme', 'plus1_enforcement', never);
    expect(github.counts().mints).to.equal(2);
  });

  it('waits for a new token that is rejected, and makes no other one', async () => {
    const server = await serve(({ path }) =>
      path.includes('access_tokens')
        ? {
            status: 201,
            body: {
              token: 'ghs_x',
              expires_at: new Date(Date.now() + 3_600_000).toISOString(),
              permissions: { organization_administration: 'write', contents: 'read', metadata: 'read' },
              repository_selection: 'all',
            },
          }
        : { status: 401, body: { message: 'Bad credentials' } },
    );
    expect(
      (
        await failureOf(
          clientFor(server.url, { credential: credential(), sleep: async () => undefined }).reader.preflight(
            'acme',
            never,
          ),
        )
      ).code,
    ).to.equal('PLUS1_GITHUB_LAGS');
    expect(server.asked.filter(({ path }) => path.includes('access_tokens'))).to.have.length(1);
    expect(server.asked).to.have.length(5);
    await server.close();
  });

  it('does not take the token of another host for the same installation id', async () => {
    const mint =
      (token: string): Parameters<typeof serve>[0] =>
      ({ path }) =>
        path.includes('access_tokens')
          ? {
              status: 201,
              delayMs: 50,
              body: {
                token,
                expires_at: new Date(Date.now() + 3_600_000).toISOString(),
                permissions: { organization_administration: 'write', contents: 'read', metadata: 'read' },
                repository_selection: 'all',
              },
            }
          : { body: { id: 1, login: 'acme' } };
    const [a, b] = [await serve(mint('ghs_of_a')), await serve(mint('ghs_of_b'))];
    await Promise.all(
      [a, b].map(({ url }) => clientFor(url, { credential: credential() }).reader.preflight('acme', never)),
    );
    expect(a.asked[1]?.headers.authorization).to.equal('Bearer ghs_of_a');
    expect(b.asked[1]?.headers.authorization).to.equal('Bearer ghs_of_b');
    await a.close();
    await b.close();
  });

  it('that is stopped while another policy waits for its token costs the other one nothing', async () => {
    github.latency = { requestMs: 150 };
    const session = new CredentialSession();
    const controller = new AbortController();
    const first = failureOf(client({ session }).reader.preflight('acme', controller.signal));
    const second = client({ session }).reader.preflight('acme', never);
    setTimeout(() => controller.abort(), 50);
    expect((await first).code).to.equal('PLUS1_INTERRUPTED');
    expect((await second).login).to.equal('acme');
  });

  const missing: { permissions: Record<string, 'read' | 'write'>; says: string }[] = [
    { permissions: { metadata: 'read', contents: 'read' }, says: 'lacks organization_administration: write' },
    {
      permissions: { metadata: 'read', contents: 'read', organization_administration: 'read' },
      says: 'lacks organization_administration: write',
    },
    { permissions: { metadata: 'read', organization_administration: 'write' }, says: 'lacks contents: read' },
  ];
  for (const { permissions, says } of missing) {
    it(`${says}: said before anything else is tried`, async () => {
      installation.permissions = permissions;
      const error = await failureOf(client().reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_PERMISSION_MISSING');
      expect(error.message).to.contain(says);
      expect(github.counts().requests, 'beside the minting').to.equal(0);
    });
  }

  it('does not mint for every request by a clock that runs ahead', async () => {
    const one = client({ clock: { ...systemClock, now: () => Date.now() + 2 * 3_600_000 } });
    await one.reader.preflight('acme', never);
    await one.reader.findRuleset('acme', 'plus1_enforcement', never);
    expect(github.counts().mints).to.equal(1);
  });

  it('says that it is suspended', async () => {
    installation.suspend();
    const error = await failureOf(client().reader.preflight('acme', never));
    expect(error.code).to.equal('PLUS1_INSTALLATION_NOT_FOUND');
    expect(error.message).to.contain('suspended');
  });

  it('says that it is not installed', async () => {
    app.uninstall(installation);
    expect((await failureOf(client().reader.preflight('acme', never))).code).to.equal('PLUS1_INSTALLATION_NOT_FOUND');
  });

  it('says that its key is another App’s', async () => {
    const error = await failureOf(
      client({ credential: credential({ privateKey: PKCS8 }) }).reader.preflight('acme', never),
    );
    expect(error.code).to.equal('PLUS1_SECRET_INVALID');
    expect(textOf(error)).to.not.contain(PKCS8.slice(60, 100));
  });

  it('says that its installation is on another organization', async () => {
    const other = seedOrganization({ login: 'other', repositories: 3, production: 1 });
    github.world.add(other);
    const error = await failureOf(
      client({ organization: 'other' }).reader.findRuleset('other', 'plus1_enforcement', never),
    );
    expect(error.code).to.be.oneOf(['PLUS1_INSTALLATION_NOT_FOUND', 'PLUS1_PERMISSION_MISSING']);
  });

  it('tries again where GitHub fails to mint', async () => {
    const key = createPrivateKey(PKCS8).export({ type: 'pkcs8', format: 'pem' }).toString();
    const server = await serve(({ path }, index) => {
      if (!path.includes('access_tokens')) return { body: { id: 1, login: 'acme' } };
      if (index === 0) return { status: 502, body: '<html>' };
      return {
        status: 201,
        body: {
          token: 'ghs_x',
          expires_at: new Date(Date.now() + 3_600_000).toISOString(),
          permissions: { organization_administration: 'write', contents: 'read', metadata: 'read' },
        },
      };
    });
    const one = clientFor(server.url, { credential: { ...credential(), privateKey: key } });
    await one.reader.preflight('acme', never);
    expect(one.reader.credential.visibility, 'not said: not all').to.equal('Partial');
    await server.close();
  });
});
