/** A write changes the membership and nothing beside it: everything else of a ruleset belongs to its owners. */
import { expect } from 'chai';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { kept, memberNames, names, town } from '../builders.js';
import { plus1, reportOf } from './cli.js';
import { Scene } from './passes.js';

describe('A write', () => {
  let github: GitHubSimulator;
  let organization: Organization;
  beforeEach(async () => {
    organization = town({ members: 5, demoted: 1, promoted: 1, others: 4 });
    github = await startGitHub({ organizations: [organization] });
  });
  afterEach(() => github.close());

  it('sends conditions and nothing else, with ref_name as it was', async () => {
    const { conditions } = kept(organization).state;
    const ran = await plus1(['sync', '--org', 'acme'], { github });
    expect(ran.code, ran.stderr).to.equal(0);
    const puts = github.requests.filter(({ isWrite }) => isWrite);
    expect(puts.map(({ method, path }) => [method, path])).to.deep.equal([
      ['PUT', `/orgs/acme/rulesets/${kept(organization).id}`],
    ]);
    const right = organization.repositories.filter(({ name }) => /^(member|promoted)/.test(name)).map(({ id }) => id);
    expect(puts[0]?.body).to.deep.equal({
      conditions: { ref_name: conditions.ref_name, repository_id: { repository_ids: right } },
    });
    expect(github.contractViolations).to.deep.equal([]);
  });

  it('leaves rules of unknown kinds, bypass actors, enforcement and name, and the second ruleset, alone', async () => {
    const owned = structuredClone({ ...kept(organization).state, conditions: undefined });
    const other = organization.ruleset('somebody_elses');
    const before = structuredClone({ state: other.state, history: other.history });
    await plus1(['sync', '--org', 'acme'], { github });
    expect(memberNames(organization)).to.deep.equal([...names('member', 5), 'promoted-001']);
    expect({ ...kept(organization).state, conditions: undefined }).to.deep.equal(owned);
    expect({ state: other.state, history: other.history }).to.deep.equal(before);
  });

  it('to a ruleset of another name leaves the first one alone', async () => {
    const before = kept(organization).history.length;
    const ran = await plus1(['sync', '--org', 'acme', '--ruleset', 'somebody_elses'], { github });
    expect(ran.code, ran.stderr).to.equal(0);
    expect(kept(organization).history).to.have.length(before);
    expect(organization.ruleset('somebody_elses').members).to.have.length(6);
  });
});

describe('A ruleset that protects nothing', () => {
  const edits = [
    { title: 'disabled', edit: { enforcement: 'disabled' }, word: 'disabled', why: 'disabled' },
    { title: 'only evaluated', edit: { enforcement: 'evaluate' }, word: 'evaluate', why: 'evaluated' },
    { title: 'for tags', edit: { target: 'tag' }, word: 'active', why: 'branches' },
    { title: 'for other branches', refs: ['refs/heads/release/*'], word: 'active', why: 'ref_name' },
    {
      title: 'for all branches but the default one',
      refs: ['~ALL'],
      not: ['refs/heads/main'],
      word: 'active',
      why: 'ref_name',
    },
  ] as const;
  for (const { title, word, why, ...change } of edits) {
    it(`${title}: is kept all the same, and governs nobody`, async () => {
      const organization = town({ members: 3, promoted: 1 });
      const ruleset = kept(organization);
      if ('refs' in change) {
        const ref_name = { include: [...change.refs], exclude: 'not' in change ? [...change.not] : [] };
        ruleset.edit({ conditions: { ...ruleset.conditions, ref_name } });
      } else ruleset.edit(change.edit);
      const scene = await Scene.open(organization);
      try {
        const outcome = await scene.pass();
        expect([outcome.result, memberNames(organization).length]).to.deep.equal(['Succeeded', 4]);
        const compliant = scene.status.conditions?.find(({ type }) => type === 'Compliant');
        expect(compliant).to.include({ status: 'False', reason: 'RulesetNotEnforced' });
        expect(compliant?.message).to.include(why);
        const options = { github: scene.github, clock: scene.clock.now };
        const json = await plus1(['sync', '--org', 'acme', '--format', 'json'], options);
        expect(json.code, json.stderr).to.equal(0);
        expect(reportOf(json)).to.include({ ruleset_enforcement: word });
        expect(reportOf(json).compliance_status).to.deep.equal({
          total_repositories: 4,
          production_repositories: 4,
          governed_repositories: 0,
          ungoverned_repositories: 4,
          compliance_percentage: 0,
        });
        expect(reportOf(json).repositories.map(({ governed }) => governed)).to.deep.equal([false, false, false, false]);
        const text = await plus1(['sync', '--org', 'acme'], options);
        expect(text.stdout).to.include('protects nothing').and.to.include(why);
      } finally {
        await scene.close();
      }
    });
  }

  it('for some default branches: each repository is judged by its own', async () => {
    const organization = town({ members: 3 });
    organization.get('member-002').setDefaultBranch('trunk');
    const ruleset = kept(organization);
    ruleset.edit({ conditions: { ...ruleset.conditions, ref_name: { include: ['refs/heads/main'], exclude: [] } } });
    const github = await startGitHub({ organizations: [organization] });
    try {
      const report = reportOf(await plus1(['sync', '--org', 'acme', '--format', 'json'], { github }));
      expect(report.compliance_status).to.include({ governed_repositories: 2, compliance_percentage: 66.7 });
      expect(report.repositories.filter(({ governed }) => !governed).map(({ name }) => name)).to.deep.equal([
        'member-002',
      ]);
    } finally {
      await github.close();
    }
  });
});
