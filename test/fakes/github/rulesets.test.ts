import { expect } from 'chai';
import { Client } from './client.js';
import type { GitHubSimulator, Organization, Ruleset } from './index.js';
import { seedOrganization, startGitHub } from './index.js';

describe('GitHub simulator: organization rulesets', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let ruleset: Ruleset;
  let client: Client;
  let path: string;
  let now: number;

  beforeEach(async () => {
    now = Date.UTC(2026, 10, 22, 4);
    acme = seedOrganization({ login: 'acme', repositories: 20, production: 8 });
    github = await startGitHub({ organizations: [acme], clock: () => now });
    client = new Client(github);
    ruleset = acme.ruleset('plus1_enforcement');
    path = `/orgs/acme/rulesets/${ruleset.id}`;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const idsOf = (count: number): number[] => acme.repositories.slice(0, count).map(({ id }) => id);
  const byID = (ids: number[]): object => ({
    ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] },
    repository_id: { repository_ids: ids },
  });

  it('lists summaries, without conditions, rules or bypass actors', async () => {
    const { body } = await client.get('/orgs/acme/rulesets');
    expect(body.map((item: { name: string }) => item.name)).to.deep.equal(['plus1_enforcement', 'somebody_elses_tags']);
    for (const item of body) expect(item).to.not.have.any.keys('conditions', 'rules', 'bypass_actors');
    expect((await client.get('/orgs/acme/rulesets?targets=tag')).body).to.have.length(1);
  });

  it('leaves alone what a PUT does not send', async () => {
    const before = (await client.get(path)).body;
    now += 60_000;
    const { status, body } = await client.put(path, { conditions: byID(idsOf(5)) });
    expect(status).to.equal(200);
    expect(body.conditions).to.deep.equal(byID(idsOf(5)));
    const { updated_at: updatedAt, conditions: _, ...rest } = body;
    expect(rest).to.deep.equal(
      Object.fromEntries(Object.entries(before).filter(([key]) => key !== 'updated_at' && key !== 'conditions')),
    );
    expect(updatedAt).to.not.equal(before.updated_at);
    expect(rest.rules.map(({ type }: { type: string }) => type)).to.include('quantum_review');
  });

  it('replaces conditions whole: exclude patterns that are not sent again are gone', async () => {
    ruleset.edit({
      conditions: {
        ref_name: { include: ['~ALL'], exclude: ['refs/heads/dev'] },
        repository_id: { repository_ids: idsOf(2) },
      },
    });
    const { body } = await client.put(path, { conditions: byID(idsOf(3)) });
    expect(body.conditions.ref_name).to.deep.equal({ include: ['~DEFAULT_BRANCH'], exclude: [] });
  });

  it('takes a whole ruleset back, with rules that the published description does not know', async () => {
    const { body } = await client.get(path);
    const { name, target, enforcement, bypass_actors, conditions, rules } = body;
    expect((await client.put(path, { name, target, enforcement, bypass_actors, conditions, rules })).status).to.equal(
      200,
    );
    expect(ruleset.rules.map(({ type }) => type)).to.include('quantum_review');
  });

  const branch = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } };
  const refused = [
    {
      reason: 'ref_name alone',
      body: { conditions: branch },
      says: 'Invalid property /conditions: data matches no possible input.',
    },
    {
      reason: 'no ref_name for branches',
      body: { conditions: { repository_id: { repository_ids: [1] } } },
      says: 'Invalid property /conditions',
    },
    {
      reason: 'ref_name without exclude',
      body: { conditions: { ref_name: { include: ['~ALL'] }, repository_id: { repository_ids: [1] } } },
      says: 'Validation Failed',
    },
    {
      reason: 'two ways to target at once',
      body: {
        conditions: {
          ...branch,
          repository_id: { repository_ids: [1] },
          repository_name: { include: ['~ALL'], exclude: [] },
        },
      },
      says: 'matches no possible input',
    },
    {
      reason: 'repository_name as a list',
      body: { conditions: { ...branch, repository_name: ['a'] } },
      says: 'Invalid property /conditions',
    },
    {
      reason: 'no ids',
      body: { conditions: { ...branch, repository_id: { repository_ids: [] } } },
      says: 'Validation Failed',
    },
    {
      reason: 'ids that are text',
      body: { conditions: { ...branch, repository_id: { repository_ids: ['1'] } } },
      says: 'Invalid property /conditions',
    },
    {
      reason: 'bypass_actors null',
      body: { bypass_actors: null },
      says: 'Invalid property /bypass_actors: data cannot be null.',
    },
    {
      reason: 'conditions null',
      body: { conditions: null },
      says: 'Invalid property /conditions: data cannot be null.',
    },
    {
      reason: 'an enforcement that does not exist',
      body: { enforcement: 'enabled' },
      says: 'Invalid property /enforcement',
    },
    { reason: 'a name that is taken', body: { name: 'somebody_elses_tags' }, says: 'Validation Failed' },
    {
      reason: 'no status checks',
      body: { rules: [{ type: 'required_status_checks', parameters: { required_status_checks: [] } }] },
      says: 'Validation Failed',
    },
    {
      reason: 'ref_name on a push ruleset',
      body: { target: 'push', conditions: { ...branch, repository_id: { repository_ids: [1] } } },
      says: 'Validation Failed',
    },
  ];
  for (const { reason, body, says } of refused) {
    it(`refuses with 422 and changes nothing: ${reason}`, async () => {
      const before = JSON.stringify(ruleset.state);
      const reply = await client.put(path, body);
      expect(reply.status).to.equal(422);
      expect(reply.body.message).to.contain(says);
      if (says === 'Validation Failed') expect(reply.body.errors[0]).to.include.keys('message', 'code', 'field');
      expect(JSON.stringify(ruleset.state)).to.equal(before);
      expect(ruleset.history).to.have.length(1);
    });
  }

  it('drops duplicate ids, and orders ids as it likes', async () => {
    const [a = 0, b = 0] = idsOf(2);
    const { behaviour } = github.world;
    const ids = async (): Promise<number[]> =>
      (await client.put(path, { conditions: byID([b, a, b]) })).body.conditions.repository_id
        .repository_ids as number[];
    expect(await ids()).to.deep.equal([b, a]);
    behaviour.idOrder = 'sorted';
    expect(await ids()).to.deep.equal([a, b]);
    behaviour.idOrder = 'reversed';
    expect(await ids()).to.deep.equal([b, a]);
  });

  it('keeps unknown ids, or refuses the whole PUT, as told', async () => {
    const [known = 0] = idsOf(1);
    expect(
      (await client.put(path, { conditions: byID([known, 5]) })).body.conditions.repository_id.repository_ids,
    ).to.deep.equal([known, 5]);
    github.world.behaviour.unknownIDs = 'refuse';
    const { status, body } = await client.put(path, { conditions: byID([known, 6]) });
    expect([status, body.errors[0].message]).to.deep.equal([422, 'Invalid repository ids: 6']);
    expect(ruleset.members).to.deep.equal([known, 5]);
  });

  it('keeps a history with the state of every version, newest first', async () => {
    const [first] = ruleset.history;
    await client.put(path, { conditions: byID(idsOf(4)) });
    const { body } = await client.get(`${path}/history`);
    expect(body).to.have.length(2);
    expect(body[1].version_id).to.equal(first?.version_id);
    const newest = (await client.get(`${path}/history/${body[0].version_id}`)).body;
    expect(newest.state.conditions).to.deep.equal(byID(idsOf(4)));
    expect(
      (await client.get(`${path}/history/${body[1].version_id}`)).body.state.conditions.repository_id.repository_ids,
    ).to.have.length(1);
    expect((await client.get(`${path}/history/7`)).status).to.equal(404);
  });

  it('gives updated_at a new value at every edit, within one millisecond too', () => {
    const seen = new Set([ruleset.updatedAt]);
    for (const count of [2, 3, 4]) seen.add(ruleset.setMembers(idsOf(count)).updatedAt);
    expect(seen.size).to.equal(4);
  });

  it('writes no version for a PUT that changes nothing, where told so', async () => {
    github.world.behaviour.noChangeWritesHistory = false;
    await client.put(path, { conditions: ruleset.conditions });
    expect(ruleset.history).to.have.length(1);
    github.world.behaviour.noChangeWritesHistory = true;
    await client.put(path, { conditions: ruleset.conditions });
    expect(ruleset.history).to.have.length(2);
  });

  it('creates and deletes', async () => {
    acme.plan = 'enterprise';
    const made = await client.call('POST', '/orgs/acme/rulesets', {
      body: { name: 'new', enforcement: 'evaluate', conditions: byID(idsOf(1)) },
    });
    expect(made.status).to.equal(201);
    expect((await client.call('DELETE', `/orgs/acme/rulesets/${made.body.id}`)).status).to.equal(204);
    expect((await client.get(`/orgs/acme/rulesets/${made.body.id}`)).status).to.equal(404);
    expect(github.counts().writes).to.equal(2);
  });

  describe('takes a new one', () => {
    const create = (body: object): ReturnType<Client['call']> =>
      client.call('POST', '/orgs/acme/rulesets', {
        body: { enforcement: 'active', conditions: byID(idsOf(1)), ...body },
      });

    it('not under a name in use, and under the name of an enterprise’s', async () => {
      const refused = await create({ name: 'plus1_enforcement' });
      expect([refused.status, refused.body.errors[0].message]).to.deep.equal([422, 'Name must be unique']);
      acme.addRuleset({ name: 'above', sourceType: 'Enterprise' });
      expect((await create({ name: 'above' })).status).to.equal(201);
    });

    it('until there are 75 of its own', async () => {
      acme.addRuleset({ name: 'above', sourceType: 'Enterprise' });
      for (let n = acme.rulesets.length; n < 75; n += 1) acme.addRuleset({ name: `own-${n}` });
      expect((await create({ name: 'the-last' })).status).to.equal(201);
      const refused = await create({ name: 'one-more' });
      expect([refused.status, refused.body.errors[0].message]).to.deep.equal([422, 'Only 75 rulesets are allowed']);
    });

    it('in evaluate with GitHub Enterprise alone', async () => {
      const asked = { name: 'tried', enforcement: 'evaluate' };
      expect((await create(asked)).status).to.equal(422);
      github.world.behaviour.evaluateDenied = 'upgrade';
      expect((await create(asked)).status).to.equal(403);
      expect((await client.put(path, { enforcement: 'evaluate' })).status).to.equal(403);
      acme.plan = 'enterprise';
      expect((await create(asked)).status).to.equal(201);
    });

    it('and shows what GitHub adds by itself', async () => {
      const { body } = await create({
        ...{ name: 'added' },
        rules: [{ type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'ci' }] } }],
        bypass_actors: [
          { actor_id: 9, actor_type: 'Team' },
          { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' },
        ],
      });
      expect(body.rules[0].parameters.do_not_enforce_on_create).to.equal(false);
      expect(body.bypass_actors).to.deep.equal([
        { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' },
        { actor_id: 9, actor_type: 'Team', bypass_mode: 'always' },
      ]);
    });

    it('although nobody gets the answer, and not where the answer lies', async () => {
      github.faults.next('repos/create-org-ruleset', { kind: 'put-applied-500' });
      expect((await create({ name: 'lost' })).status).to.equal(500);
      expect(acme.ruleset('lost').name).to.equal('lost');
      github.faults.next('repos/create-org-ruleset', { kind: 'put-ignored' });
      const { status, body } = await create({ name: 'ghost' });
      expect([status, (await client.get(`/orgs/acme/rulesets/${body.id}`)).status]).to.deep.equal([201, 404]);
    });
  });

  it('shows an enterprise ruleset and does not let an organization write it', async () => {
    const foreign = acme.addRuleset({
      name: 'plus1_enforcement',
      sourceType: 'Enterprise',
      source: 'mega',
      conditions: { ref_name: { include: ['~ALL'], exclude: [] } },
    });
    expect((await client.get('/orgs/acme/rulesets')).body).to.have.length(3);
    expect((await client.get(`/orgs/acme/rulesets/${foreign.id}`)).body.source_type).to.equal('Enterprise');
    expect((await client.put(`/orgs/acme/rulesets/${foreign.id}`, { enforcement: 'disabled' })).status).to.equal(404);
  });

  it('has no organization rulesets on the free plan', async () => {
    acme.plan = 'free';
    for (const reply of [await client.get('/orgs/acme/rulesets'), await client.put(path, {})]) {
      expect(reply.status).to.equal(403);
      expect(reply.body.message).to.match(/^Upgrade to GitHub Team/);
    }
  });

  it('shows the same ruleset over GraphQL', async () => {
    const query = `{ organization(login: "acme") { ruleset(databaseId: ${ruleset.id}) { name enforcement target conditions { refName { include } repositoryId { repositoryIds } } } } }`;
    const found = (await client.graphql(query)).body.data.organization.ruleset;
    expect(found).to.deep.include({ name: 'plus1_enforcement', enforcement: 'ACTIVE', target: 'BRANCH' });
    expect(found.conditions.repositoryId.repositoryIds).to.deep.equal(ruleset.members.map((id) => acme.get(id).nodeID));
  });
});
