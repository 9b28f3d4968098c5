import { createSign, generateKeyPairSync } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { request as octokitRequest } from '@octokit/request';
import { expect } from 'chai';
import { Client } from './client.js';
import type { App, GitHubSimulator, Organization, Token } from './index.js';
import { seedOrganization, startGitHub } from './index.js';

const HOUR_MS = 3_600_000;
const LIST = '{ organization(login: "acme") { repositories(first: 100) { totalCount } } }';

describe('GitHub simulator: credentials', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let rulesets: string;
  let now: number;

  beforeEach(async () => {
    now = Date.now();
    acme = seedOrganization({ login: 'acme', repositories: 40, production: 10 });
    github = await startGitHub({ organizations: [acme], clock: () => now });
    rulesets = '/orgs/acme/rulesets';
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const as = (token: Token | undefined, value = 'github_pat_x'): Client => {
    if (token) github.world.tokens.add(value, token);
    return new Client(github, value);
  };
  const total = async (client: Client): Promise<number> =>
    (await client.graphql(LIST)).body.data.organization.repositories.totalCount as number;
  const publicOnes = (): number => acme.repositories.filter(({ visibility }) => visibility === 'public').length;

  it('takes any token for a classic one with repo and admin:org, until told otherwise', async () => {
    const client = as(undefined, 'anything');
    expect((await client.get(rulesets)).headers.get('x-oauth-scopes')).to.equal('repo, admin:org');
    github.world.tokens.acceptAny = false;
    for (const reply of [await client.get(rulesets), await client.graphql(LIST)]) {
      expect([reply.status, reply.body.message]).to.deep.equal([401, 'Bad credentials']);
    }
  });

  it('refuses a revoked token, over GraphQL too', async () => {
    github.world.tokens.revoke('anything');
    expect((await as(undefined, 'anything').graphql(LIST)).status).to.equal(401);
  });

  it('takes a token in any of the schemes that GitHub takes', async () => {
    github.world.tokens.acceptAny = false;
    github.world.tokens.add('ghp_a', { kind: 'classic', scopes: ['repo'] });
    for (const authorization of ['Bearer ghp_a', 'token ghp_a', `Basic ${Buffer.from('x:ghp_a').toString('base64')}`]) {
      const { status } = await fetch(`${github.apiURL}/user`, { headers: { authorization, 'user-agent': 'x' } });
      expect(status, authorization).to.equal(200);
    }
  });

  for (const status of [404, 403] as const) {
    it(`hides rulesets from a classic token without admin:org behind ${status}`, async () => {
      github.world.behaviour.missingScope = status;
      const reply = await as({ kind: 'classic', scopes: ['repo'] }).get(rulesets);
      expect(reply.status).to.equal(status);
      expect(reply.headers.get('x-accepted-oauth-scopes')).to.equal('admin:org');
      expect(reply.headers.get('x-oauth-scopes')).to.equal('repo');
    });
  }

  it('names the missing scope over GraphQL', async () => {
    const { body } = await as({ kind: 'classic', scopes: ['repo'] }).graphql(
      '{ organization(login: "acme") { rulesets(first: 1) { totalCount } } }',
    );
    expect(body.errors[0].type).to.equal('INSUFFICIENT_SCOPES');
    expect(body).to.not.have.property('data');
  });

  it('shows only public repositories to a token without repo, and to a pending one', async () => {
    expect(await total(as({ kind: 'classic', scopes: ['admin:org'] })))
      .to.equal(publicOnes())
      .and.to.be.within(1, 39);
    const pending = as({
      kind: 'fine-grained',
      organization: 'acme',
      permissions: { organization_administration: 'write', contents: 'read' },
      pending: true,
    });
    expect(await total(pending)).to.equal(publicOnes());
    expect((await pending.get(rulesets)).body.message).to.equal('Resource not accessible by personal access token');
  });

  it('asks for single sign-on where SAML is enforced', async () => {
    acme.saml = true;
    const client = as({ kind: 'classic', scopes: ['repo', 'admin:org'], sso: false });
    const reply = await client.get(rulesets);
    expect(reply.status).to.equal(403);
    expect(reply.headers.get('x-github-sso')).to.match(/^required; url=https:/);
    const { status, body } = await client.graphql(LIST);
    expect([status, body.data.organization]).to.deep.equal([200, null]);
    expect(body.errors[0]).to.deep.include({
      type: 'FORBIDDEN',
      path: ['organization'],
      extensions: { saml_failure: true },
    });
    expect((await as({ kind: 'classic', scopes: ['admin:org'], sso: true }).get(rulesets)).status).to.equal(200);
  });

  it('forbids classic tokens where the organization does', async () => {
    acme.forbidsClassicTokens = true;
    expect((await as({ kind: 'classic', scopes: ['repo'] }).get('/orgs/acme')).body.message).to.contain(
      'forbids access via a personal access token (classic)',
    );
  });

  it('names the permission that a fine-grained token lacks', async () => {
    const reply = await as({
      kind: 'fine-grained',
      organization: 'acme',
      permissions: { organization_administration: 'read' },
    }).get(rulesets);
    expect([reply.status, reply.headers.get('x-accepted-github-permissions')]).to.deep.equal([
      403,
      'organization_administration=write',
    ]);
    github.world.behaviour.rulesetReadNeeds = 'read';
    const client = as({
      kind: 'fine-grained',
      organization: 'acme',
      permissions: { organization_administration: 'read' },
    });
    const id = acme.ruleset('plus1_enforcement').id;
    expect((await client.get(`${rulesets}/${id}`)).body).to.not.have.property('bypass_actors');
    expect((await client.put(`${rulesets}/${id}`, {})).status).to.equal(403);
  });

  it('answers null beside FORBIDDEN for a file that may not be read, or null in silence', async () => {
    const repository = acme.repositories.find(({ visibility }) => visibility === 'private');
    const query = `{ node(id: "${repository?.nodeID}") { ... on Repository { object(expression: "HEAD:README.md") { __typename } } } }`;
    const client = as({ kind: 'fine-grained', organization: 'acme', permissions: {} });
    const { body } = await client.graphql(query);
    expect([body.data.node.object, body.errors[0].type]).to.deep.equal([null, 'FORBIDDEN']);
    github.world.behaviour.contentsDenied = 'silent';
    expect((await client.graphql(query)).body).to.deep.equal({ data: { node: { object: null } } });
  });

  describe('GitHub Apps', () => {
    let app: App;

    beforeEach(() => {
      app = github.world.apps.add({ id: 7 });
    });

    const jwt = (claims: Record<string, unknown>, key = app.privateKey): string => {
      const nowS = Math.floor(now / 1000);
      const text = [
        { alg: 'RS256', typ: 'JWT' },
        { iat: nowS - 60, exp: nowS + 540, iss: 7, ...claims },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
    };
    const mint = (id: number, body: unknown = {}) =>
      new Client(github, jwt({})).call('POST', `/app/installations/${id}/access_tokens`, { body });

    it('work with @octokit/auth-app', async () => {
      const installation = app.install(acme);
      const auth = createAppAuth({
        appId: app.id,
        privateKey: app.privateKey,
        installationId: installation.id,
        request: octokitRequest.defaults({ baseUrl: github.apiURL }),
      });
      const { token } = await auth({ type: 'installation' });
      expect(token).to.match(/^ghs_.{36}$/);
      expect((await new Client(github, token).get(rulesets)).status).to.equal(200);
      expect(github.counts()).to.include({ mints: 1, requests: 1, writes: 0 });
    });

    it('find their installation by organization, and list it', async () => {
      const client = new Client(github, jwt({}));
      expect((await client.get('/orgs/acme/installation')).status).to.equal(404);
      const { id } = app.install(acme);
      expect((await client.get('/orgs/acme/installation')).body).to.include({
        id,
        app_id: 7,
        repository_selection: 'all',
      });
      expect((await client.get('/app')).body).to.include({ id: 7, installations_count: 1 });
      expect((await client.get('/app/installations')).body).to.have.length(1);
      expect((await client.get(`/app/installations/${id}`)).status).to.equal(200);
    });

    it('get tokens that live for an hour', async () => {
      const { body, status } = await mint(app.install(acme).id);
      expect([status, Date.parse(body.expires_at as string)]).to.deep.equal([
        201,
        Math.floor((now + HOUR_MS) / 1000) * 1000,
      ]);
      now += HOUR_MS;
      expect((await new Client(github, body.token as string).get(rulesets)).status).to.equal(401);
    });

    it('see only the repositories that were selected', async () => {
      const [first, second] = acme.repositories;
      const { body } = await mint(app.install(acme, { repositories: [first?.id ?? 0, second?.name ?? ''] }).id);
      expect(body.repository_selection).to.equal('selected');
      const client = new Client(github, body.token as string);
      expect(await total(client)).to.equal(2);
      expect((await client.get('/installation/repositories')).body).to.include({
        total_count: 2,
        repository_selection: 'selected',
      });
      expect((await client.get(`/repositories/${acme.repositories[5]?.id}`)).status).to.equal(404);
    });

    it('get no more than was granted', async () => {
      const { id } = app.install(acme, { permissions: { metadata: 'read', contents: 'read' } });
      expect((await mint(id, { permissions: { organization_administration: 'write' } })).status).to.equal(422);
      const { body } = await mint(id);
      const reply = await new Client(github, body.token as string).get(rulesets);
      expect([reply.status, reply.body.message]).to.deep.equal([403, 'Resource not accessible by integration']);
      expect((await mint(id, { repository_ids: [1] })).status).to.equal(422);
    });

    it('are refused while suspended, with the tokens that they have', async () => {
      const installation = app.install(acme);
      const { body } = await mint(installation.id);
      installation.suspend();
      expect((await mint(installation.id)).body.message).to.equal('This installation has been suspended');
      expect((await new Client(github, body.token as string).get(rulesets)).status).to.equal(403);
    });

    it('may hand a token back', async () => {
      const { body } = await mint(app.install(acme).id);
      const client = new Client(github, body.token as string);
      expect((await client.call('DELETE', '/installation/token')).status).to.equal(204);
      expect((await client.get(rulesets)).status).to.equal(401);
    });

    it('may get tokens of the new, long form', async () => {
      github.world.behaviour.installationTokens = 'stateless';
      expect((await mint(app.install(acme).id)).body.token).to.match(/^ghs_7_eyJ[\w.]{100,}$/);
    });

    const wrong = [
      {
        reason: 'a key of another App',
        token: () =>
          jwt(
            {},
            generateKeyPairSync('rsa', { modulusLength: 2048 })
              .privateKey.export({ type: 'pkcs8', format: 'pem' })
              .toString(),
          ),
        status: 401,
        says: 'could not be decoded',
      },
      {
        reason: 'an App that does not exist',
        token: () => jwt({ iss: 999 }),
        status: 404,
        says: 'Integration not found',
      },
      {
        reason: 'a life over ten minutes',
        token: () => jwt({ exp: Math.floor(now / 1000) + 700 }),
        status: 401,
        says: 'too far in the future',
      },
      {
        reason: 'an end in the past',
        token: () => jwt({ exp: Math.floor(now / 1000) - 1 }),
        status: 401,
        says: "'Expiration time' claim ('exp') must be",
      },
      {
        reason: 'a beginning in the future',
        token: () => jwt({ iat: Math.floor(now / 1000) + 30 }),
        status: 401,
        says: "'Issued at' claim ('iat') must be",
      },
    ];
    for (const { reason, token, status, says } of wrong) {
      it(`are refused with a JWT of ${reason}`, async () => {
        const reply = await new Client(github, token()).get('/app');
        expect(reply.status).to.equal(status);
        expect(reply.body.message).to.contain(says);
      });
    }
  });
});
