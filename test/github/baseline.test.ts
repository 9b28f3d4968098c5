/** What the checklist reads of GitHub: each answer, each refusal, each field that a server lacks. What is not certain says nothing. */
import { expect } from 'chai';
import type { Repository } from '../../pkg/api/index.js';
import { BASELINE_PARTS, type BaselinePart, type BranchSight, type GitHub } from '../../pkg/github/index.js';
import { lackingParts, questionOf } from '../../pkg/github/baseline/question.js';
import { nodeSights } from '../../pkg/github/baseline/answer.js';
import {
  seedOrganization,
  startGitHub,
  type GitHubSimulator,
  type Organization,
  type Permissions,
  type Repository as Simulated,
} from '../fakes/github/index.js';
import { clientFor, never } from './support/clients.js';

const rowOf = (repository: Simulated): Repository => ({
  ...{ id: repository.id, nodeID: repository.nodeID, name: repository.name },
  visibility: repository.visibility === 'public' ? 'Public' : 'Private',
  ...{ isArchived: false, isDisabled: false, isEmpty: false, isFork: false, isTemplate: false },
  ...(repository.head && { defaultBranch: repository.defaultBranch, headCommit: repository.head.oid }),
});

const ALL: Permissions = {
  ...{ metadata: 'read', contents: 'read', administration: 'read', security_events: 'read' },
  ...{ organization_custom_properties: 'read', organization_administration: 'write' },
};

describe('GitHub: the checklist', () => {
  let github: GitHubSimulator;
  let acme: Organization;
  let all: Simulated[];
  let client: GitHub;

  beforeEach(async () => {
    acme = seedOrganization({ login: 'acme', repositories: 6, production: 6, rulesetMembers: 'production' });
    github = await startGitHub({ organizations: [acme] });
    client = clientFor(github.apiURL);
    all = acme.expecting('valid_production');
    for (const repository of all) repository.set({ visibility: 'private' });
    const rules = ['deletion', 'pull_request'].map((type) => ({ type }));
    acme.ruleset('plus1_enforcement').edit({ rules });
  });
  afterEach(async () => {
    await client.close();
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const ask = async (
    of: Simulated[] = all,
    { lacks = [], without = [] }: { lacks?: BaselinePart[]; without?: BaselinePart[] } = {},
  ): Promise<{ sights: BranchSight[]; lacks: readonly BaselinePart[] }> => {
    const request = { organization: 'acme', repositories: of.map(rowOf), lacks, without };
    const seen = await client.reader.baseline.branches(request, never);
    return { sights: of.map(({ id }) => seen.sights.get(id) as BranchSight), lacks: seen.lacks };
  };
  const first = async (): Promise<BranchSight> => (await ask([all[0] as Simulated])).sights[0] as BranchSight;
  const asToken = async (permissions: Permissions): Promise<void> => {
    await client.close();
    github.world.tokens.add('github_pat_x', { kind: 'fine-grained', organization: 'acme', permissions });
    client = clientFor(github.apiURL, { credential: { kind: 'Token', token: 'github_pat_x' } });
  };

  it('reads rules, classic protection and CODEOWNERS of 50 repositories in one question of one point', async () => {
    const [one, two] = all as [Simulated, Simulated];
    one.commit('CODEOWNERS', '* @acme/security\n/a @acme/nobody\n');
    one.commit('docs/CODEOWNERS', '* @eve\n');
    one.security.protect({ requiresCommitSignatures: true });
    acme.unknownOwners = new Set(['@acme/nobody']);
    acme.addRuleset({
      name: 'scans',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~ALL'], exclude: [] }, repository_id: { repository_ids: [one.id] } },
      rules: [
        { type: 'workflows', parameters: { workflows: [{ path: '.github/workflows/scan.yml', repository_id: 5 }] } },
        { type: 'pull_request', parameters: { require_code_owner_review: true } },
      ],
    });
    github.reset();
    const { sights } = await ask([one, two]);
    expect(sights[0]).to.deep.include({
      head: one.head?.oid,
      classic: { seen: ['pull_request', 'required_signatures', 'deletion', 'non_fast_forward'] },
      codeowners: { seen: { path: 'CODEOWNERS', text: '* @acme/security\n/a @acme/nobody\n' } },
      codeownersErrors: { seen: [2] },
    });
    const { rules } = sights[0] as unknown as { rules: { seen: { rules: unknown[]; isWhole: boolean } } };
    expect(rules.seen.isWhole).to.equal(true);
    expect(rules.seen.rules).to.deep.include({
      ...{ type: 'workflows', ruleset: 'scans', workflows: ['.github/workflows/scan.yml'] },
    });
    expect(rules.seen.rules).to.deep.include({ type: 'pull_request', ruleset: 'scans', asksCodeOwners: true });
    expect(sights[1]).to.deep.include({ classic: { seen: null }, codeowners: { seen: null } });
    expect(github.counts()).to.deep.include({ requests: 1, points: 1 });
  });

  it('tells a rule of a type that the schema does not have as one that is not shown', async () => {
    acme.ruleset('plus1_enforcement').edit({ rules: [{ type: 'deletion' }, { type: 'quantum_review' }] });
    expect((await first()).rules).to.deep.equal({
      seen: { rules: [{ type: 'deletion', ruleset: 'plus1_enforcement' }], isWhole: false },
    });
  });

  it('prefers .github to the root folder', async () => {
    all[0]?.commit('CODEOWNERS', '* @eve\n').repository.commit('.github/CODEOWNERS', '* @bob\n');
    expect(await first()).to.deep.include({ codeowners: { seen: { path: '.github/CODEOWNERS', text: '* @bob\n' } } });
  });

  const files: [what: string, file: Parameters<Simulated['commit']>[1], told: unknown][] = [
    [
      'a link',
      { content: 'x', mode: '120000' },
      { unknown: 'CODEOWNERS is no plain file', fix: 'make CODEOWNERS a plain file' },
    ],
    ['no text', Buffer.from([0, 1]), { unknown: 'CODEOWNERS is no text', fix: 'make CODEOWNERS a text' }],
    ['a text that GraphQL cuts', 'a @b\n'.repeat(150_000), { unknown: 'GitHub did not show all of CODEOWNERS' }],
    ['a text of more than 3 MB', 'a @b\n'.repeat(700_000), { seen: { path: 'CODEOWNERS', text: null } }],
  ];
  for (const [what, file, told] of files)
    it(`tells of a CODEOWNERS that is ${what}`, async () => {
      all[0]?.commit('CODEOWNERS', file);
      expect((await first()).codeowners).to.deep.equal(told);
    });

  it('says nothing of a repository without a default branch', async () => {
    const empty = acme.createRepository({ name: 'empty', isEmpty: true });
    const { sights } = await ask([empty]);
    expect(sights[0]?.rules).to.have.property('unknown', 'there is no default branch yet');
  });

  it('never asks again for a field that the server lacks, and the rest is answered', async () => {
    github.world.behaviour.lacksFields = ['Repository.codeowners', 'Ref.branchProtectionRule'];
    github.reset();
    const { sights, lacks } = await ask();
    expect(lacks).to.have.members(['codeownersErrors', 'classic']);
    expect(sights[0]?.classic).to.have.property('lacking');
    expect(sights[0]?.codeownersErrors).to.have.property('lacking');
    expect(sights[0]?.rules).to.have.property('seen');
    expect(sights[0]?.codeowners).to.deep.equal({ seen: null });
    expect(github.counts().requests).to.equal(2);
    github.reset();
    await ask(all, { lacks: [...lacks] });
    expect(github.counts().requests).to.equal(1);
    github.world.behaviour.hasRefRules = false;
    expect((await ask()).lacks).to.have.members(['codeownersErrors', 'classic', 'rules']);
  });

  it('asks for no part that nobody wants', async () => {
    github.reset();
    const { sights } = await ask(all, { without: ['codeowners', 'codeownersErrors', 'classic'] });
    expect(JSON.stringify(github.requests.at(-1)?.body)).not.to.match(/CODEOWNERS|codeowners|branchProtection/);
    expect(sights[0]?.rules).to.have.property('seen');
    github.reset();
    await ask(all, { without: [...BASELINE_PARTS] });
    expect(github.counts().requests).to.equal(0);
  });

  it('names Administration where a classic protection may be hidden, and nothing else is unknown', async () => {
    const { administration: _administration, ...rest } = ALL;
    for (const protectionDenied of ['forbidden', 'silent'] as const) {
      github.world.behaviour.protectionDenied = protectionDenied;
      await asToken(rest);
      const sight = await first();
      expect(sight.classic, protectionDenied).to.have.property('unknown').that.contains('Administration: Read-only');
      expect(sight.rules).to.have.property('seen');
      expect(sight.codeowners).to.have.property('seen');
    }
    await asToken(ALL);
    // GitHub does not say of a fine-grained token that it sees none because there is none, until one is seen.
    expect((await first()).classic).to.have.property('unknown');
    all[1]?.security.protect();
    expect((await ask()).sights[0]?.classic).to.deep.equal({ seen: null });
  });

  it('names Contents where files are hidden, and never calls them absent', async () => {
    const { contents: _contents, ...rest } = ALL;
    for (const contentsDenied of ['forbidden', 'silent'] as const) {
      github.world.behaviour.contentsDenied = contentsDenied;
      await asToken(rest);
      const sight = await first();
      expect(sight.codeowners, contentsDenied).to.have.property('unknown').that.contains('Contents: Read-only');
      expect(sight.codeownersErrors).to.have.property('unknown');
      expect(sight.rules).to.have.property('seen');
    }
  });

  it('knows of an App by its installation that there is no classic protection', async () => {
    await client.close();
    const app = github.world.apps.add({ permissions: ALL });
    app.install(acme);
    const { clientID, privateKey } = app;
    client = clientFor(github.apiURL, { credential: { kind: 'App', appID: clientID, privateKey } as never });
    expect((await first()).classic).to.deep.equal({ seen: null });
  });

  it('makes the files of one repository unknown where an error names one, and halves what gets no answer', async () => {
    github.faults.next('baseline', { kind: 'graphql-partial' });
    const { sights } = await ask();
    expect(sights.filter(({ codeowners }) => 'unknown' in codeowners)).to.have.length(1);
    for (let index = 0; index < 4; index += 1) acme.createRepository({ name: `more-${index}`, visibility: 'private' });
    const many = [...acme.repositories];
    github.faults.when((request) => request.operation === 'baseline', { kind: 'status', status: 502 }, Infinity);
    const none = await ask(many);
    expect(none.sights.every((sight) => 'unknown' in (sight?.rules ?? { unknown: '' }))).to.equal(true);
  });

  it('reads all custom properties with their defaults, and names the permission that is missing', async () => {
    const [one, two] = all as [Simulated, Simulated];
    acme.properties.define({ property_name: 'tier', value_type: 'string', required: true, default_value: '3' });
    acme.properties.define({ property_name: 'team', value_type: 'multi_select', allowed_values: ['a', 'b'] });
    acme.properties.set(one.id, 'tier', '1').set(one.id, 'team', ['a', 'b']);
    const properties = await client.reader.baseline.properties('acme', never);
    const seen = 'seen' in properties ? properties.seen : new Map();
    expect([...(seen.get(one.id)?.values ?? [])]).to.deep.equal([
      ['tier', '1'],
      ['team', 'a, b'],
    ]);
    expect([...(seen.get(two.id)?.values ?? [])]).to.deep.equal([['tier', '3']]);
    expect([...(seen.get(two.id)?.defaults ?? [])]).to.deep.equal([['tier', '3']]);
    const { organization_custom_properties: _properties, ...rest } = ALL;
    await asToken(rest);
    const hidden = await client.reader.baseline.properties('acme', never);
    expect(hidden).to.have.property('unknown').that.contains('Custom properties: Read-only');
  });

  describe('code scanning', () => {
    const NOW = Date.UTC(2026, 10, 20);
    const scanOf = async (tools = ['CodeQL']): Promise<unknown> => {
      const request = { organization: 'acme', repositories: [rowOf(all[0] as Simulated)], tools };
      return (await client.reader.baseline.scans(request, never)).get(all[0]?.id ?? 0);
    };

    it('tells the newest analysis of each tool on the default branch', async () => {
      const { security } = all[0] as Simulated;
      security
        .analyze('CodeQL', NOW - 5_000)
        .analyze('CodeQL', NOW)
        .analyze('Other', NOW - 9_000);
      security.analyze('CodeQL', NOW + 9_000, 'refs/heads/other');
      expect(await scanOf()).to.deep.equal({ seen: { newest: new Map([['CodeQL', NOW]]), isWhole: true } });
      expect(await scanOf(['CodeQL', 'Other'])).to.deep.equal({
        seen: {
          newest: new Map([
            ['CodeQL', NOW],
            ['Other', NOW - 9_000],
          ]),
          isWhole: true,
        },
      });
      for (let index = 0; index < 101; index += 1) security.analyze('CodeQL', NOW + index);
      expect(await scanOf(['CodeQL', 'Other'])).to.have.nested.property('seen.isWhole', false);
    });

    it('tells none, switched off, paid and not permitted apart', async () => {
      expect(await scanOf()).to.deep.equal({ seen: { newest: new Map(), isWhole: true } });
      (all[0] as Simulated).security.scans = false;
      expect(await scanOf())
        .to.have.property('lacking')
        .that.contains('paid');
      (all[0] as Simulated).set({ visibility: 'public' });
      expect(await scanOf()).to.deep.equal({ seen: { newest: new Map(), isWhole: true } });
      (all[0] as Simulated).set({ visibility: 'private' });
      const { security_events: _events, ...rest } = ALL;
      await asToken(rest);
      expect(await scanOf())
        .to.have.property('unknown')
        .that.contains('Code scanning alerts: Read-only');
    });

    it('takes no other answer for one', async () => {
      for (const status of [500, 503] as const) {
        github.faults.when(({ path }) => path.includes('code-scanning'), { kind: 'status', status }, Infinity);
        expect(await scanOf(), String(status)).to.have.property('unknown');
        github.reset();
      }
    });
  });

  it('says of each field and type which part the server lacks, and keeps the question whole without any', () => {
    expect(lackingParts([{ message: "Field 'codeowners' doesn't exist on type 'Repository'" }])).to.deep.equal([
      'codeownersErrors',
    ]);
    expect(
      lackingParts([{ message: "No such type WorkflowsParameters, so it can't be a fragment condition" }]),
    ).to.deep.equal(['rules']);
    expect(lackingParts([{ type: 'NOT_FOUND', path: ['nodes', 0], message: 'so' }])).to.deep.equal([]);
    expect(questionOf(new Set(['rules']))).not.to.match(/fragment|codeowners|branchProtection/);
  });

  it('takes an answer that has not the promised shape for none', () => {
    const asked = new Set(BASELINE_PARTS);
    const broken: unknown[] = [
      null,
      {},
      { nodes: [] },
      { nodes: [null] },
      { nodes: [{ databaseId: 9 }] },
      { nodes: [{ databaseId: 1, defaultBranchRef: 5 }] },
    ];
    for (const data of broken)
      expect(nodeSights({ data, errors: [] }, [1], asked)[0]?.rules, JSON.stringify(data)).to.have.property('unknown');
    const ref = {
      rules: { nodes: 'x' },
      branchProtectionRule: {},
      target: { oid: 'a', tree: { entries: [] }, a: 5, b: null, c: null },
    };
    const data = { nodes: [{ databaseId: 1, defaultBranchRef: ref, codeowners: {} }] };
    const sight = nodeSights({ data, errors: [] }, [1], asked)[0];
    for (const part of BASELINE_PARTS) expect(sight?.[part], part).to.have.property('unknown');
    const astray = nodeSights({ data, errors: [{ path: ['x'] }] }, [1], asked)[0];
    expect(astray?.rules).to.have.property('unknown');
  });
});
