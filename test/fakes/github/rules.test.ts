/** Rules in force and custom properties of the simulator. */
import { expect } from 'chai';
import { Client } from './client.js';
import type { GitHubSimulator, Organization, Repository } from './index.js';
import { seedOrganization, startGitHub } from './index.js';
import { isAimedAt, rulesInForce } from './world/rules-in-force.js';

const VALUES = '/orgs/acme/properties/values';

describe('GitHub simulator: rules in force', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let client: Client;
  let repository: Repository;

  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 4, production: 4, rulesetMembers: 'production' });
    github = await startGitHub({ organizations: [acme] });
    client = new Client(github);
    repository = acme.expecting('valid_production')[0] as Repository;
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const ruleset = (): ReturnType<Organization['ruleset']> => acme.ruleset('plus1_enforcement');
  const types = (branch = 'main'): string[] => rulesInForce(repository, branch).map(({ rule }) => rule.type);

  it('are those of active branch rulesets that target the repository and the ref', () => {
    expect(types()).to.deep.equal(['deletion', 'non_fast_forward', 'pull_request', 'quantum_review']);
    expect(types('other')).to.deep.equal([]);
    const { conditions } = ruleset();
    const refs: [include: string[], exclude: string[], count: number][] = [
      [['~ALL'], [], 4],
      [['~ALL'], ['refs/heads/m*'], 0],
      [['refs/heads/ma?n'], [], 4],
      [['refs/heads/release/*'], [], 0],
      [['refs/**/main'], [], 4],
    ];
    for (const [include, exclude, count] of refs) {
      ruleset().edit({ conditions: { ...conditions, ref_name: { include, exclude } } });
      expect(types(), JSON.stringify([include, exclude])).to.have.length(count);
    }
    ruleset().edit({ conditions, enforcement: 'evaluate' });
    expect(types()).to.deep.equal([]);
  });

  it('are told alike by GraphQL and by REST', async () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { defaultBranchRef {
      rules(first: 100) { totalCount nodes { repositoryRuleset { databaseId } } } } } } }`;
    const { body } = await client.graphql(query, { ids: [repository.nodeID] });
    const { totalCount, nodes } = body.data.nodes[0].defaultBranchRef.rules;
    expect(totalCount).to.equal(4);
    const rest = await client.get(`/repos/acme/${repository.name}/rules/branches/main`);
    expect(
      nodes.map((rule: { repositoryRuleset: { databaseId: number } }) => rule.repositoryRuleset.databaseId),
    ).to.deep.equal(rest.body.map(({ ruleset_id: id }: { ruleset_id: number }) => id));
    github.world.behaviour.hasRefRules = false;
    const older = await client.graphql(query, { ids: [repository.nodeID] });
    expect(older.body.errors[0].extensions).to.deep.equal({
      code: 'undefinedField',
      typeName: 'Ref',
      fieldName: 'rules',
    });
    expect(older.body.data).to.equal(undefined);
  });

  describe('custom properties', () => {
    const set = (names: string[], value: unknown, property = 'tier'): ReturnType<Client['call']> =>
      client.call('PATCH', VALUES, {
        body: { repository_names: names, properties: [{ property_name: property, value }] },
      });
    beforeEach(() => {
      acme.properties.define({ property_name: 'tier', value_type: 'single_select', allowed_values: ['1', '2'] });
    });

    it('aim a ruleset where all included ones match and no excluded one does', () => {
      acme.properties.set(repository.id, 'tier', '1');
      const tier = (...values: string[]): { name: string; property_values: string[] } => ({
        name: 'tier',
        property_values: values,
      });
      const aimed = (include: string[][], exclude: string[][] = []): boolean =>
        isAimedAt(
          {
            repository_property: {
              include: include.map((values) => tier(...values)),
              exclude: exclude.map((values) => tier(...values)),
            },
          },
          repository,
        );
      expect([aimed([['1']]), aimed([['1', '2']]), aimed([['2']]), aimed([['1'], ['2']])]).to.deep.equal([
        true,
        true,
        false,
        false,
      ]);
      expect([aimed([['1']], [['2']]), aimed([['1']], [['1']])]).to.deep.equal([true, false]);
    });

    it('are written by name, 30 at once, and unset by null; a default stands in for a value', async () => {
      const { name, id } = repository;
      expect((await set([name], '1')).status).to.equal(204);
      expect(acme.properties.valueOf(id, 'tier')).to.equal('1');
      expect((await set([name], null)).status).to.equal(204);
      expect(acme.properties.valueOf(id, 'tier')).to.equal(null);
      acme.properties.define({ property_name: 'tier', value_type: 'string', required: true, default_value: 'x' });
      expect(acme.properties.valueOf(id, 'tier')).to.equal('x');
      const many = Array.from({ length: 31 }, (_, index) => `r-${index}`);
      expect((await set(many, '1')).status).to.equal(422);
    });

    it('are written to all or to none', async () => {
      expect((await set([repository.name, 'nobody'], '1')).status).to.equal(404);
      expect((await set([repository.name], '9')).status).to.equal(422);
      expect((await set([repository.name], '1', 'nothing')).status).to.equal(422);
      expect(acme.properties.valueOf(repository.id, 'tier')).to.equal(null);
    });

    it('take their own permission', async () => {
      const permissions = { metadata: 'read', organization_custom_properties: 'read' } as const;
      github.world.tokens.add('github_pat_r', { kind: 'fine-grained', organization: 'acme', permissions });
      const reader = new Client(github, 'github_pat_r');
      expect((await reader.get(VALUES)).status).to.equal(200);
      const body = { repository_names: [repository.name], properties: [{ property_name: 'tier', value: '1' }] };
      expect((await reader.call('PATCH', VALUES, { body })).status).to.equal(403);
      github.world.tokens.add('ghp_none', { kind: 'classic', scopes: ['repo'] });
      expect((await new Client(github, 'ghp_none').get(VALUES)).status).to.equal(403);
    });
  });
});
