import { expect } from 'chai';
import { seedOrganization, startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve } from './support/scripted-server.js';

describe('the preflight', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 8, production: 4 });
    github = await startGitHub({ organizations: [acme] });
    github.world.tokens.acceptAny = false;
  });
  afterEach(() => github.close());
  const withToken = (token: string): ReturnType<typeof clientFor> =>
    clientFor(github.apiURL, { credential: { kind: 'Token', token } });

  it('tells the organization as GitHub spells it, and how many repositories it has, in one request', async () => {
    github.world.tokens.add('ghp_good', { kind: 'classic', scopes: ['repo', 'admin:org', 'gist'] });
    const organization = await withToken('ghp_good').reader.preflight('ACME', never);
    expect(organization).to.deep.equal({ id: acme.id, login: 'acme', repositoryCount: 8 });
    expect(github.requests).to.have.length(1);
  });

  it('does not claim to know how many where GitHub does not say', async () => {
    const server = await serve(() => ({ body: { id: 1, login: 'acme', public_repos: 3 } }));
    expect(await clientFor(server.url).reader.preflight('acme', never)).to.not.have.property('repositoryCount');
    await server.close();
  });

  for (const { scopes, missing } of [
    { scopes: [], missing: 'repo and admin:org' },
    { scopes: ['repo', 'write:org', 'read:org'], missing: 'admin:org' },
    { scopes: ['public_repo', 'admin:org'], missing: 'repo' },
  ]) {
    it(`names what a classic token with [${scopes.join(', ')}] lacks: ${missing}`, async () => {
      github.world.tokens.add('ghp_x', { kind: 'classic', scopes });
      const error = await failureOf(withToken('ghp_x').reader.preflight('acme', never));
      expect(error.code).to.equal('PLUS1_SCOPE_MISSING');
      expect(error.message).to.equal(`cannot govern acme: the token lacks the scope ${missing}`);
      expect(github.requests).to.have.length(1);
    });
  }

  it('names the place to authorize a token for single sign-on', async () => {
    acme.saml = true;
    github.world.tokens.add('ghp_x', { kind: 'classic', scopes: ['repo', 'admin:org'], sso: false });
    const client = withToken('ghp_x');
    const error = await failureOf(
      client.reader.preflight('acme', never).then(() => client.reader.findRuleset('acme', 'plus1_enforcement', never)),
    );
    expect(error.code).to.equal('PLUS1_TOKEN_SSO');
    expect(error.fix).to.match(/^authorize the token at https:\/\/github\.com\/orgs\/acme\/sso\?/);
  });

  it('knows single sign-on from GraphQL too', async () => {
    acme.saml = true;
    github.world.tokens.add('ghp_x', { kind: 'classic', scopes: ['repo', 'admin:org'], sso: false });
    const error = await failureOf(
      withToken('ghp_x').reader.inventory(
        { organization: 'acme', paths: ['x'], wanted: () => true, judge: () => 1 },
        never,
      ),
    );
    expect(error.code).to.equal('PLUS1_TOKEN_SSO');
  });

  it('says that the organization forbids classic tokens', async () => {
    acme.forbidsClassicTokens = true;
    github.world.tokens.add('ghp_x', { kind: 'classic', scopes: ['repo', 'admin:org'] });
    const client = withToken('ghp_x');
    const error = await failureOf(
      client.reader.preflight('acme', never).then(() => client.reader.findRuleset('acme', 'plus1_enforcement', never)),
    );
    expect(error.code).to.equal('PLUS1_TOKEN_REJECTED');
    expect(error.fix).to.contain('GitHub App');
  });

  it('rejects a token that GitHub does not know', async () => {
    expect((await failureOf(withToken('ghp_unknown').reader.preflight('acme', never))).code).to.equal(
      'PLUS1_TOKEN_REJECTED',
    );
  });

  it('finds no organization of that name', async () => {
    github.world.tokens.add('ghp_x', { kind: 'classic', scopes: ['repo', 'admin:org'] });
    const error = await failureOf(withToken('ghp_x').reader.preflight('nobody', never));
    expect(error.code).to.equal('PLUS1_ORGANIZATION_NOT_FOUND');
    expect(error.message).to.contain('nobody');
  });

  it('says what a plan without organization rulesets is', async () => {
    acme.plan = 'free';
    github.world.tokens.add('ghp_x', { kind: 'classic', scopes: ['repo', 'admin:org'] });
    expect((await failureOf(withToken('ghp_x').reader.findRuleset('acme', 'r', never))).code).to.equal(
      'PLUS1_PLAN_MISSING',
    );
  });

  for (const { pending, reason } of [
    { pending: false, reason: 'lacks Administration' },
    { pending: true, reason: 'waits for approval' },
  ]) {
    it(`names both ways out for a fine-grained token that ${reason}`, async () => {
      const permissions = pending ? { organization_administration: 'write' as const } : {};
      github.world.tokens.add('github_pat_x', {
        kind: 'fine-grained',
        organization: 'acme',
        permissions: { ...permissions, contents: 'read', metadata: 'read' },
        pending,
      });
      const client = withToken('github_pat_x');
      await client.reader.preflight('acme', never);
      const error = await failureOf(client.reader.findRuleset('acme', 'plus1_enforcement', never));
      expect(error.code).to.equal('PLUS1_PERMISSION_MISSING');
      expect(error.message).to.contain('organization_administration: write');
      expect(error.fix).to.contain('Pending requests');
    });
  }

  it('does not look for scopes on a fine-grained token', async () => {
    github.world.tokens.add('github_pat_x', {
      kind: 'fine-grained',
      organization: 'acme',
      permissions: { organization_administration: 'write', contents: 'read', metadata: 'read' },
    });
    const client = withToken('github_pat_x');
    expect((await client.reader.preflight('acme', never)).login).to.equal('acme');
    expect((await client.reader.findRuleset('acme', 'plus1_enforcement', never)).name).to.equal('plus1_enforcement');
  });

  it('works below /api/v3, as on GHES, without limits', async () => {
    const ghes = await startGitHub({
      organizations: [seedOrganization({ login: 'corp', repositories: 5, production: 2 })],
      basePath: '/api/v3',
      rateLimit: false,
    });
    const client = clientFor(ghes.apiURL);
    expect((await client.reader.preflight('corp', never)).login).to.equal('corp');
    const inventory = await client.reader.inventory(
      { organization: 'corp', paths: ['entity.datadog.yaml'], wanted: () => true, judge: () => 1 },
      never,
    );
    expect(inventory).to.include({ listed: true, totalCount: 5 });
    expect(client.heard.limits).to.deep.equal([]);
    await ghes.close();
  });
});
