import { expect } from 'chai';
import { Client } from './client.js';
import type { GitHubSimulator, Organization } from './index.js';
import { seedOrganization, startGitHub } from './index.js';

describe('GitHub simulator: REST', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let client: Client;

  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 65, production: 20, empty: 2, archived: 5, unreadable: 6 });
    const other = seedOrganization({ login: 'other', repositories: 2 });
    github = await startGitHub({ organizations: [acme, other] });
    client = new Client(github);
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  it('keeps to the published description at every address that it serves', async () => {
    const { name, id } = acme.get(acme.expecting('valid_production')[0]?.id ?? 0);
    acme.properties.define({ property_name: 'tier', value_type: 'single_select', allowed_values: ['1', '2'] });
    acme.properties.set(id, 'tier', '1');
    const { id: ruleset } = acme.ruleset('plus1_enforcement');
    const version = acme.ruleset(ruleset).history[0]?.version_id ?? 0;
    const paths = [
      ...[
        '/orgs/acme',
        '/orgs/acme/repos',
        '/orgs/acme/rulesets',
        `/orgs/acme/rulesets/${ruleset}`,
        `/orgs/acme/rulesets/${ruleset}/history`,
      ],
      ...[
        `/orgs/acme/rulesets/${ruleset}/history/${version}`,
        `/repos/acme/${name}`,
        `/repositories/${id}`,
        '/meta',
        '/rate_limit',
        '/user',
      ],
      `/repos/acme/${name}/rules/branches/main`,
      ...['/orgs/acme/properties/schema', '/orgs/acme/properties/schema/tier', '/orgs/acme/properties/values'],
      ...[`/repos/acme/${name}/contents/entity.datadog.yaml`, `/repositories/${id}/contents/README.md`],
    ];
    for (const path of paths) expect((await client.get(path)).status, path).to.equal(200);
    expect((await client.get('/orgs/nobody')).status).to.equal(404);
    expect((await client.get('/no/such/address')).status).to.equal(404);
  });

  it('turns an answer of its own that breaks the description into 599', async () => {
    acme.ruleset('plus1_enforcement').edit({ enforcement: 'enabled' as 'active' });
    expect((await client.get(`/orgs/acme/rulesets/${acme.ruleset('plus1_enforcement').id}`)).status).to.equal(599);
    expect(github.contractViolations).to.have.length(1);
    github.contract.violations.length = 0;
  });

  it('pages with links that name the organization by its id', async () => {
    const seen: number[] = [];
    let next: string | undefined = `${github.apiURL}/orgs/acme/repos?per_page=30&sort=full_name`;
    while (next !== undefined) {
      const { body, headers } = await client.get(next);
      seen.push(...body.map((repository: { id: number }) => repository.id));
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
      if (next !== undefined) expect(next).to.contain(`/organizations/${acme.id}/repos`);
    }
    expect(new Set(seen).size).to.equal(65);
    expect((await client.get('/orgs/acme/repos')).body).to.have.length(30);
    expect((await client.get('/orgs/acme/repos?per_page=1000')).body).to.have.length(65);
  });

  it('answers 304 to a known ETag, which costs nothing', async () => {
    const path = `/orgs/acme/rulesets/${acme.ruleset('plus1_enforcement').id}`;
    const first = await client.get(path);
    const etag = first.headers.get('etag') ?? '';
    const second = await client.get(path, { 'if-none-match': etag });
    expect([second.status, second.body]).to.deep.equal([304, '']);
    expect(second.headers.get('x-ratelimit-remaining')).to.equal(first.headers.get('x-ratelimit-remaining'));
    acme.ruleset('plus1_enforcement').setMembers([1]);
    const third = await client.get(path, { 'if-none-match': etag });
    expect(third.status).to.equal(200);
    expect(third.headers.get('etag')).to.not.equal(etag);
    expect(github.counts()).to.include({ requests: 3, notModified: 1 });
  });

  it('counts an unauthenticated 304', async () => {
    const anonymous = new Client(github, '');
    const { headers } = await fetch(`${github.apiURL}/orgs/acme`, { headers: { 'user-agent': 'x' } });
    const second = await fetch(`${github.apiURL}/orgs/acme`, {
      headers: { 'user-agent': 'x', 'if-none-match': headers.get('etag') ?? '' },
    });
    expect([
      second.status,
      second.headers.get('x-ratelimit-limit'),
      second.headers.get('x-ratelimit-used'),
    ]).to.deep.equal([304, '60', '2']);
    expect((await anonymous.get('/user')).status).to.equal(401);
  });

  it('tells the counts of private repositories to administrators alone', async () => {
    const { body } = await client.get('/orgs/acme');
    expect(body.public_repos + body.total_private_repos).to.equal(65);
    github.world.tokens.add('ghp_repo', { kind: 'classic', scopes: ['repo'] });
    expect((await new Client(github, 'ghp_repo').get('/orgs/acme')).body).to.not.have.property('total_private_repos');
  });

  describe('GET /repositories/{id}', () => {
    it('answers 404 for a deleted one', async () => {
      const { id } = acme.get(acme.repositories[0]?.id ?? 0);
      acme.get(id).delete();
      expect((await client.get(`/repositories/${id}`)).status).to.equal(404);
    });
    it('names the new owner after a transfer', async () => {
      const repository = acme.get(acme.repositories[0]?.id ?? 0);
      repository.transferTo(github.world.get('other'));
      const { body } = await client.get(`/repositories/${repository.id}`);
      expect([body.owner.login, body.id, acme.repository(repository.id)]).to.deep.equal([
        'other',
        repository.id,
        undefined,
      ]);
    });
    it('names the new name after a rename, and the old name redirects', async () => {
      const repository = acme.get(acme.repositories[0]?.id ?? 0);
      const old = repository.name;
      repository.rename('renamed');
      expect((await client.get(`/repositories/${repository.id}`)).body.full_name).to.equal('acme/renamed');
      const { status, headers } = await client.get(`/repos/acme/${old}`);
      expect([status, headers.get('location')]).to.deep.equal([301, `${github.apiURL}/repositories/${repository.id}`]);
    });
  });

  it('redirects from an old login to the id, and serves by the id', async () => {
    acme.rename('acme-inc');
    const { status, headers, body } = await client.get('/orgs/acme/rulesets?per_page=5');
    expect([status, body.message]).to.deep.equal([301, 'Moved Permanently']);
    expect(headers.get('location')).to.equal(`${github.apiURL}/organizations/${acme.id}/rulesets?per_page=5`);
    expect((await client.get(headers.get('location') ?? '')).body).to.have.length(2);
  });

  it('redirects from a repository of an old login to its id', async () => {
    acme.rename('acme-inc');
    const [first] = acme.repositories;
    const { status, headers } = await client.get(`/repos/acme/${first?.name}/contents/README.md`);
    expect(status).to.equal(301);
    expect(headers.get('location')).to.equal(`${github.apiURL}/repositories/${first?.id}/contents/README.md`);
    expect((await client.get(headers.get('location') ?? '')).status).to.equal(first?.isEmpty ? 404 : 200);
  });

  it('tells files, directories, symlinks and submodules apart, and follows a symlink', async () => {
    const files = {
      real: 'text',
      link: { content: 'real', mode: '120000' as const },
      dead: { content: 'gone', mode: '120000' as const },
      'd/x': '',
      sub: { content: 's', mode: '160000' as const },
      big: 'x'.repeat(1_000_001),
    };
    acme.createRepository({ name: 'kinds', files });
    const get = async (path: string) => client.get(`/repos/acme/kinds/contents/${path}`);
    expect(Buffer.from((await get('link')).body.content as string, 'base64').toString()).to.equal('text');
    expect((await get('dead')).body).to.include({ type: 'symlink', target: 'gone' });
    expect((await get('d')).body[0]).to.include({ type: 'file', path: 'd/x' });
    expect((await get('sub')).body.type).to.equal('submodule');
    expect((await get('big')).status).to.equal(403);
    expect((await get('none')).status).to.equal(404);
    expect(
      (await client.get('/repos/acme/kinds/contents/real', { accept: 'application/vnd.github.raw+json' })).body,
    ).to.equal('text');
  });

  it('blocks the content of a disabled repository', async () => {
    const repository = acme.expecting('valid_production')[0]?.disable();
    expect((await client.get(`/repos/acme/${repository?.name}/contents/entity.datadog.yaml`)).body.message).to.equal(
      'Repository access blocked',
    );
  });

  it('refuses a request without a user agent, a version that does not exist, and a body that is not JSON', async () => {
    const silent = await client.get('/meta', { 'user-agent': '' });
    expect(silent.status).to.equal(403);
    expect((await client.get('/meta', { 'x-github-api-version': '2000-01-01' })).status).to.equal(400);
    const response = await fetch(`${github.apiURL}/orgs/acme/rulesets`, {
      method: 'POST',
      body: '{',
      headers: { 'user-agent': 'x', authorization: 'Bearer x' },
    });
    expect([response.status, ((await response.json()) as { message: string }).message]).to.deep.equal([
      400,
      'Problems parsing JSON',
    ]);
  });

  it('serves below /api/v3, with GraphQL beside it, as GHES does', async () => {
    const server = await startGitHub({
      organizations: [seedOrganization({ login: 'ghes', repositories: 1 })],
      basePath: '/api/v3',
      rateLimit: false,
    });
    const inside = new Client(server);
    expect(server.apiURL).to.equal(`${server.url}/api/v3`);
    const { body, headers } = await inside.get('/orgs/ghes/repos');
    expect(body[0].url).to.match(/\/api\/v3\/repos\/ghes\//);
    expect(headers.get('x-ratelimit-limit')).to.equal(null);
    expect((await inside.get('/meta')).body).to.have.property('installed_version');
    expect((await inside.get('/rate_limit')).status).to.equal(404);
    expect((await inside.graphql('{ viewer { login } rateLimit { limit } }')).body.data.rateLimit).to.equal(null);
    expect((await inside.get(`${server.url}/orgs/ghes`)).status).to.equal(404);
    await server.close();
  });

  it('takes as long as told: for the request, each repository and each file', async () => {
    github.latency = { requestMs: 20, repositoryMs: 2 };
    const start = performance.now();
    await client.get('/orgs/acme/repos?per_page=30');
    expect(performance.now() - start).to.be.at.least(78);
  });
});
