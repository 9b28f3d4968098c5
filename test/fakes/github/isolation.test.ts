import { expect } from 'chai';
import { Client } from './client.js';
import type { GitHubSimulator, Organization, Repository } from './index.js';
import { push, seedOrganization, startGitHub } from './index.js';

const ALL = { include: ['~ALL'], exclude: [] };
const CLOSED = ['update', 'creation', 'deletion', 'non_fast_forward'].map((type) => ({ type }));

describe('GitHub simulator: what closes a repository off', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let repository: Repository;
  let other: Repository;
  let client: Client;
  let switchPath: string;
  const now = Date.UTC(2026, 10, 22, 4);

  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 6, production: 2 });
    [repository, other] = acme.repositories.filter(({ isArchived, isEmpty }) => !isArchived && !isEmpty) as [
      Repository,
      Repository,
    ];
    github = await startGitHub({ organizations: [acme], clock: () => now });
    client = new Client(github);
    switchPath = `/repos/${repository.fullName}/actions/permissions`;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const close = (target: 'branch' | 'tag', actorID?: number): void =>
    void acme.addRuleset({
      ...{ name: `closed-${target}`, target, enforcement: 'active', rules: CLOSED },
      conditions: { ref_name: ALL, repository_id: { repository_ids: [repository.id] } },
      ...(actorID !== undefined && {
        bypass_actors: [{ actor_id: actorID, actor_type: 'Team', bypass_mode: 'always' }],
      }),
    });

  it('lets everybody push while no rule speaks against it', () => {
    const main = `refs/heads/${repository.defaultBranch}`;
    expect(push(repository, { ref: main }).ok).to.equal(true);
    expect(push(repository, { ref: 'refs/heads/new' }).ok).to.equal(true);
    expect(push(repository, { ref: 'refs/tags/v1' }).ok).to.equal(true);
    expect(push(repository, { ref: 'refs/tags/v1', how: 'delete' }).ok).to.equal(true);
    expect(repository.tags.size).to.equal(0);
  });

  it('refuses pushes, new branches and deletions where a branch ruleset says so, and tags where a tag ruleset does', () => {
    close('branch');
    const ref = `refs/heads/${repository.defaultBranch}`;
    const head = repository.head?.oid;
    expect(push(repository, { ref })).to.deep.equal({ ok: false, ruleset: 'closed-branch', rule: 'update' });
    expect(push(repository, { ref: 'refs/heads/new' })).to.include({ ok: false, rule: 'creation' });
    expect(push(repository, { ref, how: 'delete' })).to.include({ ok: false, rule: 'deletion' });
    expect(repository.head?.oid).to.equal(head);
    expect(push(repository, { ref: 'refs/tags/v1' }).ok).to.equal(true);
    close('tag');
    expect(push(repository, { ref: 'refs/tags/v2' })).to.include({ ok: false, ruleset: 'closed-tag' });
    expect(push(other, { ref: 'refs/tags/v2' }).ok).to.equal(true);
  });

  it('lets teams of the bypass list through, and nobody else', () => {
    acme.teams.set('responders', 31);
    close('branch', 31);
    const ref = `refs/heads/${repository.defaultBranch}`;
    expect(push(repository, { ref, by: { login: 'eve', teams: ['others'] } }).ok).to.equal(false);
    expect(push(repository, { ref, by: { login: 'grace', teams: ['responders'] } }).ok).to.equal(true);
  });

  it('starts no workflow while Actions are off, and shows no more of the settings than GitHub does', async () => {
    const spec = { path: '.github/workflows/ci.yml', sha: 'a'.repeat(40) };
    expect((await client.get(switchPath)).body).to.deep.equal({
      ...{ enabled: true, allowed_actions: 'all', sha_pinning_required: false },
    });
    expect((await client.put(switchPath, { enabled: false })).status).to.equal(204);
    expect((await client.get(switchPath)).body).to.deep.equal({ enabled: false });
    expect(repository.startWorkflow(spec)).to.deep.equal({
      ...{ ok: false, why: 'Actions are disabled for this repository' },
    });
    expect(other.startWorkflow(spec).ok).to.equal(true);
    expect((await client.put(switchPath, { enabled: 'no' })).status).to.equal(422);
    repository.actions.isDecidedAbove = true;
    expect((await client.put(switchPath, { enabled: true })).status).to.equal(409);
  });

  it('lists runs by time and state, and cancels those that go on', async () => {
    const path = '.github/workflows/ci.yml';
    const old = repository.actions.add({ path, sha: 'b'.repeat(40), at: now - 90_000_000, conclusion: 'success' }, now);
    const run = repository.actions.add({ path, sha: 'c'.repeat(40), isStubborn: true }, now);
    const runs = `/repos/${repository.fullName}/actions/runs`;
    const day = '2026-11-22T00:00:00Z..2026-11-23T00:00:00Z';
    expect((await client.get(`${runs}?created=${day}`)).body).to.have.property('total_count', 1);
    expect((await client.get(`${runs}?status=in_progress`)).body.workflow_runs[0].id).to.equal(run.id);
    expect((await client.call('POST', `${runs}/${run.id}/cancel`)).status).to.equal(202);
    expect(run.status).to.equal('in_progress');
    expect((await client.call('POST', `${runs}/${run.id}/force-cancel`)).status).to.equal(202);
    expect(run).to.include({ status: 'completed', conclusion: 'cancelled' });
    expect((await client.call('POST', `${runs}/${old.id}/cancel`)).status).to.equal(409);
  });

  it('hides teams and switches from those who may not see them, and takes no setting of an archived repository', async () => {
    acme.teams.set('responders', 31);
    github.world.tokens.add('github_pat_scan', {
      ...{ kind: 'fine-grained', organization: 'acme', permissions: { contents: 'read', metadata: 'read' } },
    });
    const scanner = new Client(github, 'github_pat_scan');
    expect((await client.get('/orgs/acme/teams/responders')).body).to.include({ id: 31, slug: 'responders' });
    expect((await client.get('/orgs/acme/teams/nobody')).status).to.equal(404);
    expect((await scanner.get('/orgs/acme/teams/responders')).status).to.equal(403);
    expect((await scanner.get(switchPath)).status).to.equal(403);
    expect((await scanner.get(`/repos/${repository.fullName}/actions/runs`)).status).to.equal(403);
    expect(
      (await client.get(`/repos/${repository.fullName}/branches`)).body.map((each: { name: string }) => each.name),
    ).to.include(repository.defaultBranch);
    repository.archive();
    expect((await client.put(switchPath, { enabled: false })).status).to.equal(403);
  });
});
